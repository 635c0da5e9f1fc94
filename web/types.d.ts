/**
 * Shapes that several modules of the page share. What the engine returns and takes is generated from crates/browser: its JSON
 * (engine-types.d.ts) and its classes and functions (engine-module.d.ts).
 */

import type { Code } from './app/errors';
import type * as Engine from './engine-types';
import type * as Module from './engine-module';
import type { Sentence } from './app/sentence.js';

export type Phase = 'empty' | 'loading' | 'ready' | 'painting' | 'paused' | 'finished' | 'stopped' | 'failed';
export type EngineKind = Engine.EngineInfo['engine'];
export type EngineChoice = 'auto' | EngineKind;
export type NetworkId = 'sketch' | 'vgg19' | 'file';
export type Role = 'content' | 'style' | 'start';

export type LayerWeight = Engine.WeightedLayer;
export type SettingValue = Engine.SettingDescription['default'];

/** Complete or partial settings: nested JSON, read and written by dotted paths. */
export interface Settings { [key: string]: unknown }

/** A union of objects as one object, with the keys that only some of them have as optional ones. */
type Flat<T> = Pick<T, keyof T> & { [Key in Exclude<T extends unknown ? keyof T : never, keyof T>]?: (T extends Record<Key, infer Value> ? Value : never) | null };
export type Control = Flat<Engine.SettingDescription>;
export type Preset = Engine.Preset;
export interface Describe extends Omit<Engine.Description, 'controls'> { controls: Control[] }

/** `bundle`: the folder of the site that it comes from. */
export interface EngineInfo extends Engine.EngineInfo {
  bundle: string;
  /** The tile of the GPU's matrix product, where there is a choice. */
  tile: string | null;
}
/** A tile of the GPU's matrix product that was chosen by measurement, and on which adapter. */
export interface Tile { adapter: string; name: string }
export type NetworkInfo = Engine.NetworkInfo;
export type Losses = Engine.Losses;
export type Step = Engine.Progress;
export type Change = Engine.SettingsEvent;
export type Report = Engine.Report;
export type Plan = Engine.Plan;
export type PlanRequest = Engine.PlanRequest;
export type PlannedImage = Engine.PlannedImage;

/** A decoded picture: sRGB bytes with straight alpha, upright. */
export interface Picture {
  role: Role | 'mask'; name: string;
  /** Of the file's bytes, and of the crop if there is one, in hex; empty where the page is not in a secure context. */
  sha256: string;
  /** Of the file's bytes alone. */
  fileSha256: string;
  /** What is kept of the file's picture; null for all of it. */
  crop: Crop | null;
  width: number; height: number;
  rgba: Uint8ClampedArray<ArrayBuffer>;
  /** Plain sentences about what was done to the file on the way in. */
  notes: Sentence[];
  /** The example it came from, if any. */
  example: string | null;
  alt: string;
  /** The file it was decoded from, to be kept with the result. */
  source: Blob;
}
export interface Example { id: string; role: 'content' | 'style'; name: string; file: string; alt: string;
  /** A small version for the gallery, if there is one. */
  thumb?: string;
}

/** What is kept of a picture: it is turned clockwise by so many quarters, and cut at edges that are parts of its turned width and height. */
export interface Crop { turns: number; left: number; top: number; right: number; bottom: number }

/** A style, and where it is used: white there; null for wherever the others leave room. */
export interface StyleInput { picture: Picture; mask: Picture | null }
/** Where a style is, or where one is to be chosen that a recipe names: it keeps its place and its mask. */
export interface StyleSlot { picture: Picture | null; mask: Picture | null; wanted?: RecipePicture }

/** A whole painted picture at its exact size. */
export interface Preview { width: number; height: number; rgba: Uint8ClampedArray<ArrayBuffer>; iteration: number }

/** An iterate that was kept: it can be shown again, and continued from. Blobs, which the browser may keep on disk. */
export interface Checkpoint {
  /** Evaluations made before it, and the iterate's number. */
  evaluation: number; iteration: number;
  width: number; height: number;
  /** RGBA bytes. */
  picture: Blob;
  /** The session's snapshot. */
  snapshot: Blob;
  /** Seconds painted until then. */
  seconds: number;
}

/** A picture of a run for its film: RGBA bytes in a blob. */
export interface Frame { width: number; height: number; iteration: number; picture: Blob }
/** What web/export/video-worker.js is asked for: its size, the frames, and the picture that it ends with. */
export interface VideoRequest { kind: 'gif' | 'mp4' | 'webm'; width: number; height: number; frames: readonly Frame[]; last: Frame }

/**
 * All that a run is started from: pictures, complete settings, and the network. A run that is repeated, continued or varied takes it from here,
 * whatever the controls say meanwhile.
 */
export interface RunRequest {
  content: Picture; style: Picture; start: Picture | null;
  /** Every style and where it is used; the first is `style`. */
  styles: StyleInput[];
  settings: Settings; preset: string;
  /** Null: the one in use. */
  network: NetworkId | null;
  /** Settings that change by themselves on the way. */
  changes: Change[];
  /** Evaluations after which a checkpoint is kept besides; none unless it is a series. */
  marks: number[];
  /** It pauses by itself after this evaluation; 0: never. */
  until: number;
  /** Whether it is what the controls say. */
  chosen: boolean;
  /** The talk's own: neither kept in the history nor missed when the page is left. */
  temporary?: boolean;
}

/** How a run ended; refused: before it had begun. `sentence`: why, where it failed or was refused. `isBare`: stopped before it had a result. */
export interface Outcome { state: 'finished' | 'stopped' | 'failed' | 'refused'; sentence: Sentence; isBare?: boolean }

/** What a result is made from. */
export interface RunInputs {
  /** Of this run on this machine, for the history. */
  id: string;
  network: NetworkId;
  job: RunSpec; preset: string;
  content: Picture; style: Picture; start: Picture | null;
  /** Every style and where it is used; the first is `style`. */
  styles: StyleInput[];
  /** See `RunRequest`. */
  temporary?: boolean;
}

/** A result as it is kept on this machine, with everything that is needed to go on with it. */
export interface HistoryEntry {
  id: string; schema: 1;
  /** When it was last written, in milliseconds. */
  time: number;
  /** Whether it was being painted when it was last written. */
  open: boolean;
  preset: string; network: NetworkId; networkName: string;
  job: RunSpec;
  content: KeptPicture; style: KeptPicture; start: KeptPicture | null;
  /** Not in records from before there were several. */
  manners?: { picture: KeptPicture; mask: KeptPicture | null }[];
  evaluation: number; iteration: number; seconds: number;
  width: number; height: number;
  losses: Losses[]; report: Report | null;
  thumb: Blob;
  /** PNG. */
  painting: Blob;
  /** The session's; null for a run that is over. */
  snapshot: Blob | null;
  /** Of all its blobs. */
  bytes: number;
}
/** A picture without its pixels: they are decoded again from its file. */
export interface KeptPicture { name: string; source: Blob; example: string | null; alt: string; crop?: Crop | null }

/** What the header of a picture file says, as far as it can be read without decoding. */
export interface PictureHeader {
  type: 'png' | 'jpeg' | 'gif' | 'webp' | 'bmp' | 'avif' | 'heic' | 'tiff' | 'svg' | 'unknown';
  /** As shown, after EXIF orientation; 0 when the header does not say. */
  width: number; height: number;
  animated: boolean; truncated: boolean;
}

/** What web/engine/benchmark.js is asked for: a square run of noise with these complete settings. */
export interface ProbeRequest { settings: Settings & { scales?: object; style?: object }; preset: string; side: number }
/** What it found: milliseconds for a step and for what comes before the first, and the bytes that were taken over those that were planned. */
export interface Probed { pixels: number; step: number; opened: number; correction: number }

/** The messages of web/engine/host-worker.js: a request and its answer share an id, an event has none. */
export interface Answer { id: number; value?: unknown; error?: string; code?: Code; fatal?: boolean; held?: number | null }
export type WorkerEvent =
  | { event: 'loading'; loaded: number; total: number | null }
  | ({ event: 'threads'; count: number } & SharedEngine)
  /** Another part of starting begins. */
  | { event: 'stage'; stage: 'fetching' | 'compiling' | 'opening' }
  /** The worker holds this lock until it ends. */
  | { event: 'locked'; lock: string }
  | { event: 'progress'; step: Step; milliseconds: number }
  /** `evaluation`: made when it was asked for. */
  | { event: 'preview'; width: number; height: number; rgba: Uint8Array<ArrayBuffer>; iteration: number; evaluation: number }
  | { event: 'kept'; run: number; evaluation: number; iteration: number; width: number; height: number; rgba: Uint8Array<ArrayBuffer>; snapshot: Uint8Array<ArrayBuffer> }
  | { event: 'paused'; report: string }
  | { event: 'finished'; report: string }
  /** `fatal`: the worker must go. `held`: bytes of memory that there were, where memory ran out. */
  | { event: 'failed'; message: string; code: Code; fatal?: boolean; held?: number | null; report: string | null };

/** What another worker needs to work for an engine: the address of its JavaScript, its module, its memory. */
export interface SharedEngine { script: string; module: WebAssembly.Module; memory: WebAssembly.Memory }

export interface Started { info: EngineInfo; describe: Describe; settings: Settings }

/** A run's spec as it is stored, with complete settings that are read by dotted paths. */
export type RunSpec = Omit<Required<Engine.RunSpec>, 'settings' | 'engine'> & { settings: Settings; engine: EngineKind };
/** What the PNG of a result carries, as JSON in a text chunk; what the person left out is not there (web/export/recipe.js reads it). */
export interface Recipe {
  schema: 1;
  program: { name: 'Pastiche'; version: string };
  preset: string; settings: Settings; changes: Change[];
  /** Evaluations made before this picture. */
  evaluation: number;
  engine?: EngineKind; adapter?: string; threads?: number; browser?: string;
  network: { id: NetworkId; name: string; sha256: string };
  content: RecipePicture;
  styles: RecipeStyle[];
  start: RecipePicture | null;
}
/** The checksum is the whole file's, as it was chosen; the name is empty where it was left out. */
export interface RecipePicture { name: string; sha256: string; crop?: Crop | null; example?: string | null }
/** A mask with its pixels, as a data: address of a PNG; null where they were left out. */
export interface RecipeStyle extends RecipePicture { mask: { name: string; sha256: string; png: string | null } | null }
export type EngineModule = typeof Module;
export type NetworkHandle = Module.Network;
export type DownloadHandle = Module.Download;
export type SessionHandle = Module.Session;
export type InspectorHandle = Module.Inspector;
export type InspectedFeatures = Parameters<Module.Inspector['gram']>[0];
export type TensorRange = Engine.TensorRange;

/** What the engine says of its controls, in another language: labels, and explanations beside them, by its own ids and paths. */
export interface EngineWords {
  groups: Record<string, string>; controls: Record<string, [label: string, help: string]>;
  /** By path, then by value. */
  choices: Record<string, Record<string, string>>;
  presets: Record<string, [label: string, description: string]>;
}
/** What an element of index.html says: its text, or that and its attributes. */
export type MarkupWords = string | { [Name in 'text' | 'aria-label' | 'title' | 'alt' | 'placeholder' | 'content']?: string };
type Strings = typeof import('./i18n/en.js');
/** All that another language has to say: every object of i18n/en.js, complete. */
export type Words = { [Part in keyof Strings as Strings[Part] extends (...words: never[]) => unknown ? never : Part]: Strings[Part] };

/** All that it has to say in the talk and in the article. */
export type TalkWords = typeof import('./talk/en.js');

/** The part of WebGPU that choosing an engine needs. */
export interface Gpu { requestAdapter(options?: { powerPreference?: string }): Promise<GpuAdapter | null> }
export interface GpuAdapter {
  features: { has(name: string): boolean };
  info?: { vendor?: string; architecture?: string; description?: string; device?: string; isFallbackAdapter?: boolean };
}

/** What the page shows to tests and drivers. */
export interface PasticheWindow {
  report(): Report | null;
  state(): Phase;
  losses(): Losses[];
  engine(): EngineInfo | null;
  /** Pictures along every run from now on: see web/export/intermediates.js. */
  every(spacing: number, take: (evaluation: number, png: Blob) => Promise<void> | void): { settled(): Promise<void> };
}
declare global {
  interface Window { pastiche: PasticheWindow }
  /** Put in as the page is bundled (crates/xtask/src/page.rs). */
  const SITE_CHECKSUMS: string | undefined;
}
