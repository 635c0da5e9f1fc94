/** Which of several files goes where: the first picture is the photo, the second the style; or all of them are photos for one style. */

/** @import { Role } from '../types' */

/**
 * @template {{ type: string }} T
 * @param {readonly T[]} files in their order
 * @param {Role | null} onto the slot that they were given to
 * @param {Role} likely where a single file goes that was given to none
 * @returns {{ used: { role: Role, file: T }[], unused: T[], photos: T[] }} photos: those that may be painted one after the other; none where
 *   the files are for different places
 */
export function assignFiles(files, onto, likely) {
  // A type is what the name's ending suggests: good enough to pass by a text beside a picture, not to refuse the only file there is.
  const pictures = files.filter(({ type }) => type === '' || type.startsWith('image/'));
  const candidates = pictures.length > 0 ? pictures : files.slice(0, 1);
  const first = onto ?? (candidates.length > 1 ? 'content' : likely);
  // What is given to the photo's place is photos. Two that are given to none are a photo and a style; of more nobody knows.
  const arePhotos = candidates.length > 1 && onto === 'content';
  const mayBePhotos = candidates.length > 2 && onto === null;
  /** @type {Role[]} */
  const roles = first === 'start' ? ['start'] : first === 'style' ? ['style', 'content'] : arePhotos ? ['content'] : ['content', 'style'];
  const used = candidates.slice(0, roles.length).map((file, n) => ({ role: /** @type {Role} */ (roles[n]), file }));
  const photos = arePhotos || mayBePhotos ? candidates : [];
  const unused = files.filter((file) => !used.some((each) => each.file === file) && !(arePhotos && photos.includes(file)));
  return { used, unused, photos };
}
