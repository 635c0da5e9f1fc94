/**
 * From a file to pixels: upright, sRGB, transparency kept, and never more than 4096 on the long side, so that a huge picture is scaled
 * while it is decoded and not after it has cost a gigabyte. The engine scales to the result's size itself. What can be opened the browser
 * decides; what a file's first bytes say only chooses the sentence after it has refused.
 */

/** @import { Crop, Picture, PictureHeader, Role } from '../types' */
/** @import { Sentence } from '../app/sentence.js' */
import { SentenceError } from '../app/errors.js';
import { cropPixels, isWhole } from './crop-pixels.js';
import { drawSvg, mayBeSvg } from './draw-svg.js';
import { readHeader } from './sniff-image.js';
import { picture as say } from '../i18n/en.js';

/** Longest side that is kept: eight times the usual painting, and 64 MB of bytes. */
const LONGEST = 4096;
/** Above this many pixels no browser that was tried decodes: Chromium's own limit on a bitmap is 2 GiB. */
const MOST_PIXELS = 2 ** 29;
/** What a JPEG ends with. */
const END_OF_JPEG = new Uint8Array([0xff, 0xd9]);
/**
 * The most rows of a JPEG that a browser lacks which waits for the end marker: those that are decoded together, and a few more that its
 * enlarging of colours looks ahead for.
 */
const MOST_ROWS_LACKING = 20;

/** A sentence for the person about the file they gave. */
export class PictureError extends SentenceError {}

/**
 * @param {Blob} file
 * @param {{ role: Role | 'mask', name: string, example?: string | null, alt?: string, crop?: Crop | null }} about
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
  if (header.width * header.height > MOST_PIXELS) throw new PictureError(say.tooLarge(name, header.width, header.height));

  /** @type {Sentence[]} */
  const notes = [];
  const source = await open(file, bytes, name, header, notes);
  const { width, height } = source;
  const rgba = pixels(source, name);
  if ('close' in source) source.close();
  if (header.animated) notes.push(() => say.firstFrame);
  const checksum = await sha256(bytes);
  /** @type {Picture} */
  const picture = {
    role: about.role, name, sha256: checksum, fileSha256: checksum, crop: null, width, height, rgba, notes,
    example: about.example ?? null, alt: about.alt ?? name, source: file,
  };
  return about.crop ? cropped(picture, about.crop) : picture;
}

/** The same picture, turned and cut. @param {Picture} picture all of it @param {Crop} crop @returns {Promise<Picture>} */
export async function cropped(picture, crop) {
  if (isWhole(crop)) return picture;
  return { ...picture, ...cropPixels(picture, crop), crop, sha256: await checksumOf(picture.fileSha256, crop) };
}

/** Of a picture, from its file's and what is kept of it. @param {string} fileSha256 @param {Crop | null | undefined} crop @returns {Promise<string>} */
export async function checksumOf(fileSha256, crop) {
  if (!crop || isWhole(crop) || fileSha256 === '') return fileSha256;
  const { turns, left, top, right, bottom } = crop;
  return sha256(new TextEncoder().encode(`${fileSha256} ${JSON.stringify([turns, left, top, right, bottom])}`));
}

/** @param {Blob} file @param {Uint8Array} bytes @param {string} name @param {PictureHeader} header @param {Sentence[]} notes @returns {Promise<ImageBitmap | HTMLCanvasElement>} */
async function open(file, bytes, name, header, notes) {
  const whole = await bitmap(file, header, notes);
  if (whole) return whole;
  if (Math.max(header.width, header.height) > LONGEST && !header.truncated) throw new PictureError(say.tooLarge(name, header.width, header.height));
  if (mayBeSvg(bytes)) {
    const drawn = await drawSvg(bytes);
    if (drawn) {
      notes.push(() => say.drawn(drawn.width, drawn.height), ...(drawn.leftOut ? [() => say.leftOut] : []));
      return drawn.canvas;
    }
  }
  // Its decoder may wait for an end marker that some cameras and programs do not write.
  if (header.type === 'jpeg' && await lacksOnlyItsEnd(file)) {
    const mended = await bitmap(new Blob([file, END_OF_JPEG]), header, notes);
    if (mended) {
      notes.push(() => say.noEnd);
      return mended;
    }
  }
  throw new PictureError(refusal(name, header));
}

/** Why a file that the browser has refused may be none that it can open. @param {string} name @param {PictureHeader} header */
function refusal(name, { truncated, type }) {
  if (truncated) return say.truncated(name);
  switch (type) {
    case 'svg': return say.svg(name);
    case 'heic': return say.heic(name);
    case 'tiff': return say.tiff(name);
    case 'unknown': return say.notPicture(name);
    default: return say.broken(name);
  }
}

/**
 * Whether a JPEG that createImageBitmap refuses is there to its last rows: an image element shows as much of a file as there is.
 * @param {Blob} file
 */
async function lacksOnlyItsEnd(file) {
  const url = URL.createObjectURL(file);
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const scale = Math.min(1, 512 / Math.max(image.naturalWidth, image.naturalHeight, 1));
    const [width, height] = [Math.max(1, Math.round(image.naturalWidth * scale)), Math.max(1, Math.round(image.naturalHeight * scale))];
    const canvas = new OffscreenCanvas(width, height);
    const context = canvas.getContext('2d', { willReadFrequently: true });
    context?.drawImage(image, 0, 0, width, height);
    const data = context?.getImageData(0, 0, width, height).data ?? [];
    let absent = 0;
    for (let at = 3; at < data.length; at += 4) if ((data[at] ?? 0) < 128) absent += 1;
    // Along either side, for it may lie on its side.
    return absent <= (Math.ceil(MOST_ROWS_LACKING * scale) + 1) * Math.max(width, height);
  } catch {
    return false;
  } finally {
    URL.revokeObjectURL(url);
  }
}

/** @param {Blob} file @param {PictureHeader} header @param {Sentence[]} notes @returns {Promise<ImageBitmap | null>} null where the browser refuses */
async function bitmap(file, header, notes) {
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
    return null;
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
  } catch (error) {
    // Some browsers let no page read a drawing that has HTML in it.
    if (error instanceof DOMException && error.name === 'SecurityError') throw new PictureError(say.svg(name));
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
