/** The files of a drop: those that were dropped, and those in a folder that was. */

/** More than somebody waits for. */
const MOST = 1000;
/** Deeper than photos lie. */
const DEEPEST = 8;

/** @param {DataTransfer | null} data read at once: it is empty after the event @returns {{ files: File[], folders: FileSystemDirectoryEntry[] }} */
export function dropped(data) {
  const entries = [...data?.items ?? []].map((item) => item.kind === 'file' ? item.webkitGetAsEntry?.() ?? null : null);
  const folders = entries.flatMap((entry) => entry?.isDirectory ? [/** @type {FileSystemDirectoryEntry} */ (entry)] : []);
  const names = new Set(folders.map(({ name }) => name));
  // A folder is among the files too, as one that cannot be read.
  return { files: [...data?.files ?? []].filter(({ name }) => !names.has(name)), folders };
}

/** The pictures in folders, by their paths. @param {readonly FileSystemDirectoryEntry[]} folders @returns {Promise<File[]>} */
export async function picturesIn(folders) {
  /** @type {{ path: string, file: File }[]} */
  const found = [];
  for (const folder of folders) await look(folder, DEEPEST, found);
  return found.sort((a, b) => a.path.localeCompare(b.path, undefined, { numeric: true })).map(({ file }) => file);
}

/** @param {FileSystemDirectoryEntry} folder @param {number} depth @param {{ path: string, file: File }[]} found is added to */
async function look(folder, depth, found) {
  const reader = folder.createReader();
  for (;;) {
    /** @type {FileSystemEntry[]} */
    const some = await new Promise((resolve) => reader.readEntries(resolve, () => resolve([])));
    if (some.length === 0) return;
    for (const entry of some) {
      // What the system hides from people is no photo of theirs.
      if (found.length >= MOST || entry.name.startsWith('.')) continue;
      if (entry.isDirectory && depth > 0) await look(/** @type {FileSystemDirectoryEntry} */ (entry), depth - 1, found);
      if (!entry.isFile) continue;
      const file = await /** @type {Promise<File | null>} */ (new Promise((resolve) => /** @type {FileSystemFileEntry} */ (entry).file(resolve, () => resolve(null))));
      if (file?.type.startsWith('image/')) found.push({ path: entry.fullPath, file });
    }
  }
}
