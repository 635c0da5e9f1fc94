// Settings files as editors and shells write them.

import assert from "node:assert/strict";
import { test } from "node:test";

import { decodeText } from "../../web/settings/decode-text.js";

test("text is read with and without a byte order mark, in UTF-8 and UTF-16", () => {
  const text = '{"Größe": "猫"}';
  const utf16 = Buffer.from(`\ufeff${text}`, "utf16le");
  assert.equal(decodeText(Buffer.from(text)), text);
  assert.equal(decodeText(Buffer.from(`\ufeff${text}`)), text);
  assert.equal(decodeText(utf16), text);
  assert.equal(decodeText(Buffer.from(utf16).swap16()), text);
  assert.equal(decodeText(new Uint8Array()), "");
});
