/**
 * From a file to pixels: upright, sRGB, transparency kept, and never more than 4096 on the long side, so that a huge picture is scaled
 * while it is decoded and not after it has cost a gigabyte. The engine scales to the painting's size itself.
 */

/** @import { Picture, PictureHeader, Role } from '../types' */
/** @import { Sentence } from '../app/sentence.js' */
import { SentenceError } from '../app/errors.js';
import { readHeader } from './sniff-image.js';
import { picture as say } from '../i18n/en.js';

/** Longest side that is kept: eight times the usual painting, and 64 MB of bytes. */
const LONGEST = 4096;
/** Above this many pixels no browser that was tried decodes: Chromium's own limit on a bitmap is 2 GiB. */
const MOST_PIXELS = 2 ** 29;
/** Longest side at which a drawing without pixels of its own is rasterised. */
const DRAWN = 2048;

/** A sentence for the person about the file they gave. */
export class PictureError extends SentenceError {}

/**
 * @param {Blob} file
 * @param {{ role: Role | 'mask', name: string, example?: string | null, alt?: string }} about
 * @returns {Promise<Picture>}
 * @throws {PictureError} for everything that is wrong with the file
 */
export async function decode(file, about) {
  const { name } = about;
  if (file.size === 0) throw new PictureError(say.empty(name));
  const bytes = await file.arrayBuffer().then((buffer) => new Uint8Array(buffer), () => {
    throw new PictureError(say.gone(name));
  });
  const header = readHeader(bytes);
  if (header.truncated) throw new PictureError(say.truncated(name));
  if (header.width * header.height > MOST_PIXELS) throw new PictureError(say.tooLarge(name, header.width, header.height));

  /** @type {Sentence[]} */
  const notes = [];
  const source = header.type === 'svg' ? await drawing(file, name, notes) : await bitmap(file, name, header, notes);
  const { width, height } = source;
  const rgba = pixels(source, name);
  if ('close' in source) source.close();
  if (header.animated) notes.push(() => say.firstFrame);
  return {
    role: about.role, name, sha256: await sha256(bytes), width, height, rgba, notes,
    example: about.example ?? null, alt: about.alt ?? name, source: file,
  };
}

/** @param {Blob} file @param {string} name @param {PictureHeader} header @param {Sentence[]} notes @returns {Promise<ImageBitmap>} */
async function bitmap(file, name, header, notes) {
  const longest = Math.max(header.width, header.height);
  /** @type {ImageBitmapOptions} */
  const options = { imageOrientation: 'from-image', premultiplyAlpha: 'default' };
  if (longest > LONGEST) {
    options.resizeWidth = Math.max(1, Math.round((header.width * LONGEST) / longest));
    options.resizeHeight = Math.max(1, Math.round((header.height * LONGEST) / longest));
    options.resizeQuality = 'high';
  }
  try {
    const made = await createImageBitmap(file, options);
    if (longest > LONGEST) {
      const { width, height } = made;
      notes.push(() => say.scaled(header.width, header.height, width, height));
      return made;
    }
    return await shrink(made, notes);
  } catch {
    if (longest > LONGEST) throw new PictureError(say.tooLarge(name, header.width, header.height));
    if (header.type === 'heic') throw new PictureError(say.heic(name));
    if (header.type === 'tiff') throw new PictureError(say.tiff(name));
    throw new PictureError(header.type === 'unknown' ? say.notPicture(name) : say.broken(name));
  }
}

/** For formats whose size only the decoder knows. @param {ImageBitmap} made @param {Sentence[]} notes */
async function shrink(made, notes) {
  const longest = Math.max(made.width, made.height);
  if (longest <= LONGEST) return made;
  const small = await createImageBitmap(made, {
    resizeWidth: Math.max(1, Math.round((made.width * LONGEST) / longest)),
    resizeHeight: Math.max(1, Math.round((made.height * LONGEST) / longest)),
    resizeQuality: 'high',
  });
  const [from, to] = [[made.width, made.height], [small.width, small.height]];
  notes.push(() => say.scaled(from[0] ?? 0, from[1] ?? 0, to[0] ?? 0, to[1] ?? 0));
  made.close();
  return small;
}

/**
 * A vector drawing, through an image element: createImageBitmap takes no SVG files.
 * @param {Blob} file @param {string} name @param {Sentence[]} notes
 * @returns {Promise<HTMLCanvasElement>}
 */
async function drawing(file, name, notes) {
  const url = URL.createObjectURL(new Blob([file], { type: 'image/svg+xml' }));
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const scale = DRAWN / Math.max(image.naturalWidth, image.naturalHeight, 1);
    const canvas = document.createElement('canvas');
    canvas.width = Math.max(1, Math.round(Math.max(image.naturalWidth, 1) * scale));
    canvas.height = Math.max(1, Math.round(Math.max(image.naturalHeight, 1) * scale));
    canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
    const { width, height } = canvas;
    notes.push(() => say.drawn(width, height));
    return canvas;
  } catch {
    throw new PictureError(say.svg(name));
  } finally {
    URL.revokeObjectURL(url);
  }
}

/** @param {ImageBitmap | HTMLCanvasElement} source @param {string} name @returns {Uint8ClampedArray<ArrayBuffer>} RGBA, straight alpha */
function pixels(source, name) {
  const canvas = document.createElement('canvas');
  canvas.width = source.width;
  canvas.height = source.height;
  try {
    const context = canvas.getContext('2d', { willReadFrequently: true, colorSpace: 'srgb' });
    if (!context) throw new Error('no canvas');
    context.drawImage(source, 0, 0);
    return /** @type {Uint8ClampedArray<ArrayBuffer>} */ (context.getImageData(0, 0, canvas.width, canvas.height).data);
  } catch {
    throw new PictureError(say.tooLarge(name, source.width, source.height));
  } finally {
    canvas.width = 0;
    canvas.height = 0;
  }
}

/** @param {Uint8Array<ArrayBuffer>} bytes @returns {Promise<string>} in hex; empty outside a secure context, where browsers offer none */
async function sha256(bytes) {
  if (!globalThis.crypto?.subtle) return '';
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
