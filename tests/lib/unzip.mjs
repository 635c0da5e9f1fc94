// Reads ZIP archives whose files are stored as they are (APPNOTE 4.3: the central directory, then each file's own header).

/** @param {Buffer} zip @returns {Map<string, Buffer>} files by their names, in the archive's order */
export function unzip(zip) {
  const end = zip.lastIndexOf("PK\x05\x06", undefined, "latin1");
  if (end < 0) throw new Error("The archive has no end.");
  const count = zip.readUInt16LE(end + 10);
  let at = zip.readUInt32LE(end + 16);
  /** @type {Map<string, Buffer>} */
  const files = new Map();
  for (let n = 0; n < count; n += 1) {
    if (zip.readUInt32LE(at) !== 0x02014b50) throw new Error("The archive's directory is damaged.");
    const [method, size] = [zip.readUInt16LE(at + 10), zip.readUInt32LE(at + 20)];
    if (method !== 0) throw new Error("A file of the archive is compressed.");
    const [nameLength, extra, comment] = [28, 30, 32].map((offset) => zip.readUInt16LE(at + offset));
    const own = zip.readUInt32LE(at + 42);
    const data = own + 30 + zip.readUInt16LE(own + 26) + zip.readUInt16LE(own + 28);
    files.set(zip.toString("utf8", at + 46, at + 46 + (nameLength ?? 0)), zip.subarray(data, data + size));
    at += 46 + (nameLength ?? 0) + (extra ?? 0) + (comment ?? 0);
  }
  return files;
}
