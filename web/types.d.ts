/** Shapes that several rooms of the page share. The engine's own JSON (settings, description, report) is schema 1. */

export type Phase = 'empty' | 'loading' | 'ready' | 'painting' | 'paused' | 'finished' | 'stopped' | 'failed';
export type EngineKind = 'gpu' | 'cpu';
export type EngineChoice = 'auto' | EngineKind;
export type NetworkId = 'sketch' | 'vgg19' | 'file';
export type Role = 'content' | 'style' | 'start';

export interface LayerWeight { layer: string; weight: number }
export type KnobValue = number | string | boolean | LayerWeight[] | number[];

/** Complete or partial settings: nested JSON, read and written by dotted paths. */
export interface Settings { [key: string]: unknown }

export interface Knob {
  path: string; group: string; label: string; help: string;
  kind: 'number' | 'integer' | 'choice' | 'boolean' | 'layers' | 'weights';
  min?: number | null; max?: number | null;
  /** The part of the range in which useful values lie: what a slider spans. */
  usual_min?: number | null; usual_max?: number | null;
  step?: number | null; scale?: 'linear' | 'log' | null;
  default: KnobValue; choices?: { value: string; label: string }[] | null;
  /** Always visible, rather than folded away. */
  primary: boolean;
  /** May change while a painting is being made. */
  live: boolean;
}
export interface Preset { id: string; label: string; gives: string; description: string; settings: Settings }
export interface Describe {
  schema: number; version: string; groups: { id: string; label: string }[]; knobs: Knob[];
  presets: Preset[]; default_preset: string; layers: string[];
}

/** `bundle`: the folder of the site that it comes from. */
export interface EngineInfo { engine: EngineKind; adapter: string; threads: number; bundle: string }
/** What is kept for the gradient when so many blocks are recomputed: bytes to a pixel, and up to how many in all; of the largest tensor. */
export interface Kept { blocks: number; room: number | null; kept: number; widest: number }
export interface NetworkInfo {
  name: string; sha256: string; layout: number[]; input: string; layers: string[];
  /** Size of the file, after a conversion to safetensors where it was another. */
  bytes: number;
  recompute: Kept[];
  /** Pixels that are recomputed at a time. */
  strip: number;
}

/** One row of the losses, unweighted except for `total`. */
export interface Losses { iteration: number; evaluation: number; content: number; style: number; tv: number; total: number }
export interface Step {
  issued_evaluation: number; evaluations: number; done: boolean; latest: Losses | null;
  /** So far, and in all, in evaluations at full size. */
  work: number; budget: number;
  /** The one under way, from 1, and how many there are; its width and height in pixels. */
  scale: number; scales: number; width: number; height: number;
}
/** Knobs turned before an evaluation. */
export interface Change { evaluation: number; settings: Settings }
export interface Report {
  schema: number; losses: Losses[]; width: number; height: number; evaluations: number; device_bytes: number;
  settings: Settings; changes: Change[]; network: { name: string; sha256: string; layout: number[] };
  [key: string]: unknown;
}

/** A decoded picture: sRGB bytes with straight alpha, upright. */
export interface Picture {
  role: Role | 'mask'; name: string;
  /** Of the file's bytes, in hex; empty where the page is not in a secure context. */
  sha256: string;
  width: number; height: number;
  rgba: Uint8ClampedArray<ArrayBuffer>;
  /** Plain sentences about what was done to the file on the way in. */
  notes: string[];
  /** The example it came from, if any. */
  example: string | null;
  alt: string;
  /** The file it was decoded from, to be kept with the painting. */
  source: Blob;
}
export interface Example { id: string; role: 'content' | 'style'; name: string; file: string; alt: string;
  /** A small version for the gallery, if there is one. */
  thumb?: string;
}

/** A style, and where it is used: white there; null for wherever the others leave room. */
export interface Manner { picture: Picture; mask: Picture | null }

/** A whole painted picture at its exact size. */
export interface Preview { width: number; height: number; rgba: Uint8ClampedArray<ArrayBuffer>; iteration: number }

/** An iterate that was put aside: it can be looked at again, and gone on from. Blobs, which the browser may keep on disk. */
export interface Stop {
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
export interface FilmOrder { kind: 'gif' | 'mp4' | 'webm'; width: number; height: number; frames: readonly Frame[]; last: Frame }

/**
 * What is to be painted: pictures, and what of the settings differs from the knobs, or all of them with their preset; knobs that turn by
 * themselves on the way, and evaluations at which an iterate is put aside.
 */
export interface Wish {
  content: Picture; style: Picture; start: Picture | null;
  /** Every style and where it is used; the first is `style`. */
  manners: Manner[];
  settings: Settings; preset?: string; changes?: Change[]; marks?: number[];
}

/** What a painting is made from. */
export interface Making {
  /** Of this painting on this machine, for the gallery. */
  id: string;
  network: NetworkId;
  job: Job; preset: string;
  content: Picture; style: Picture; start: Picture | null;
  /** Every style and where it is used; the first is `style`. */
  manners: Manner[];
}

/** A painting as it is kept on this machine, with everything that is needed to go on with it. */
export interface Past {
  id: string; schema: 1;
  /** When it was last written, in milliseconds. */
  time: number;
  /** Whether it was being painted when it was last written. */
  open: boolean;
  preset: string; network: NetworkId; networkName: string;
  job: Job;
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
export interface KeptPicture { name: string; source: Blob; example: string | null; alt: string }

/** What the header of a picture file says, as far as it can be read without decoding. */
export interface PictureHeader {
  type: 'png' | 'jpeg' | 'gif' | 'webp' | 'bmp' | 'avif' | 'heic' | 'tiff' | 'svg' | 'unknown';
  /** As shown, after EXIF orientation; 0 when the header does not say. */
  width: number; height: number;
  animated: boolean; truncated: boolean;
}

/** What web/engine/benchmark.js is asked for: a square painting of noise with these complete settings. */
export interface ProbeOrder { settings: Settings & { scales?: object; style?: object }; side: number }
/** What it found: milliseconds for a step and for what comes before the first, bytes in use before and more at the worst moment. */
export interface Probed { pixels: number; step: number; opened: number; before: number; needed: number }

/** The messages of web/engine/host-worker.js: a request and its answer share an id, an event has none. */
export interface Answer { id: number; value?: unknown; error?: string; code?: string; fatal?: boolean }
export type WorkerEvent =
  | { event: 'loading'; loaded: number; total: number | null }
  | ({ event: 'threads'; count: number } & SharedEngine)
  | { event: 'progress'; step: Step }
  | { event: 'preview'; width: number; height: number; rgba: Uint8Array<ArrayBuffer>; iteration: number; report: string }
  | { event: 'kept'; run: number; evaluation: number; iteration: number; width: number; height: number; rgba: Uint8Array<ArrayBuffer>; snapshot: Uint8Array<ArrayBuffer> }
  | { event: 'paused' }
  | { event: 'finished'; report: string }
  | { event: 'failed'; message: string; report: string | null };

/** What another worker needs to work for an engine: the address of its JavaScript, its module, its memory. */
export interface SharedEngine { script: string; module: WebAssembly.Module; memory: WebAssembly.Memory }

export interface Started { info: EngineInfo; describe: Describe; settings: Settings }

export interface Job {
  settings: Settings;
  content: InputInfo; styles: (InputInfo & { mask?: InputInfo | null })[]; start: InputInfo | null;
  changes: Change[];
  downloaded_bytes: number; engine: EngineKind; adapter: string;
}
/** What the PNG of a painting carries, as JSON in a text chunk. */
export interface Signature {
  schema: 1;
  program: { name: 'Pastiche'; version: string };
  preset: string; settings: Settings; changes: Change[];
  /** Evaluations made before this picture. */
  evaluation: number;
  engine: EngineKind; adapter: string; threads: number; browser: string;
  network: { id: NetworkId; name: string; sha256: string };
  content: SignedPicture;
  /** Masks with their pixels, as a data: address of a PNG. */
  styles: (SignedPicture & { mask: (SignedPicture & { png: string }) | null })[];
  start: SignedPicture | null;
}
export interface SignedPicture { name: string; sha256: string }
export interface InputInfo { name: string; sha256: string; width: number; height: number }

/** The module that wasm-bindgen writes for crates/browser. */
export interface EngineModule {
  default(options: { module_or_path: Response }): Promise<unknown>;
  start(): Promise<string>;
  /** Of `cpu-threads` alone. */
  shared(): { module: WebAssembly.Module; memory: WebAssembly.Memory };
  share_work(threads: number): void;
  join_in(): void;
  describe(): string;
  resolve_settings(preset: string, json: string): string;
  memory_in_use(): number;
  peak_memory(): number;
  Network: { read(bytes: Uint8Array): NetworkHandle };
  Look: { create(network: NetworkHandle, job: string, content: Uint8Array, styles: Uint8Array[]): Promise<LookHandle> };
  Download: { header_length(first8: Uint8Array): number; new (header: Uint8Array): DownloadHandle };
  Session: {
    create(network: NetworkHandle, job: string, content: Uint8Array, styles: Uint8Array[], start: Uint8Array | undefined, masks?: (Uint8Array | null)[]): Promise<SessionHandle>;
    restore(network: NetworkHandle, job: string, content: Uint8Array, styles: Uint8Array[], start: Uint8Array | undefined, snapshot: Uint8Array, masks?: (Uint8Array | null)[]): Promise<SessionHandle>;
  };
}
export interface NetworkHandle { info(): string; file(): Uint8Array<ArrayBuffer>; free(): void }
export interface DownloadHandle { ranges(): string; accept(name: string, bytes: Uint8Array): void; finish(): Uint8Array; free(): void }
export interface SessionHandle {
  readonly width: number; readonly height: number;
  step(): Promise<string>; picture(): Promise<PaintingHandle>; set(settings: string): void;
  report(): string; snapshot(): Promise<Uint8Array<ArrayBuffer>>; free?(): void;
}
/** `milliseconds`: of the worker's time, without what the device took to answer. */
export interface PaintingHandle { readonly width: number; readonly height: number; readonly iteration: number; readonly milliseconds: number; into_rgba(): Uint8Array<ArrayBuffer> }
/** What the network sees in a run's pictures: crates/browser/src/look.rs. */
export interface LookHandle {
  readonly width: number; readonly height: number; readonly layers: string[];
  paint(rgba: Uint8Array, width: number, height: number): void;
  strongest(layer: string, count: number): Promise<Uint32Array>;
  maps(of: Seen, layer: string, channels: number[] | Uint32Array): Promise<[number, number, Float32Array<ArrayBuffer>]>;
  gram(of: Seen, layer: string): Promise<Float32Array<ArrayBuffer>>;
  gradients(): Promise<[Float32Array<ArrayBuffer>, Float32Array<ArrayBuffer>, Float32Array<ArrayBuffer>, Float32Array<ArrayBuffer>]>;
  free?(): void;
}
export type Seen = 'content' | 'style' | 'painting';
export interface TensorRange { name: string; start: number; end: number }

/** What the engine says of its knobs, in another language: labels, and explanations beside them, by its own ids and paths. */
export interface EngineWords {
  groups: Record<string, string>; knobs: Record<string, [label: string, help: string]>;
  /** By path, then by value. */
  choices: Record<string, Record<string, string>>;
  presets: Record<string, [label: string, description: string]>;
}
type Strings = typeof import('./i18n/en.js');
/** All that another language has to say: every object of i18n/en.js, complete. */
export type Words = { [Room in keyof Strings as Strings[Room] extends (...words: never[]) => unknown ? never : Room]: Strings[Room] };

/** All that it has to say in the talk and in the article. */
export type TalkWords = typeof import('./talk/en.js');

/** The part of WebGPU that choosing an engine needs. */
export interface Gpu { requestAdapter(options?: { powerPreference?: string }): Promise<GpuAdapter | null> }
export interface GpuAdapter {
  features: { has(name: string): boolean };
  limits?: { maxStorageBufferBindingSize: number };
  info?: { vendor?: string; architecture?: string; description?: string; device?: string; isFallbackAdapter?: boolean };
}

/** What the page shows to tests and drivers; read only. */
export interface PasticheWindow {
  report(): Report | null;
  state(): Phase;
  losses(): Losses[];
  engine(): EngineInfo | null;
}
declare global { interface Window { pastiche: PasticheWindow } }
