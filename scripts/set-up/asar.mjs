/**
 * Writes an asar archive: a pickled header (JSON that names each file's offset and size) followed by the
 * files' bytes. Format: the README of @electron/asar, "Format"; pickles are Chromium's base/pickle.h, whose
 * fields are aligned to four bytes.
 */
export function createAsar(files) {
  const entries = {};
  let offset = 0;
  const contents = Object.entries(files).map(([name, text]) => {
    const bytes = Buffer.from(text);
    entries[name] = { size: bytes.length, offset: String(offset) };
    offset += bytes.length;
    return bytes;
  });
  const header = pickleString(JSON.stringify({ files: entries }));
  return Buffer.concat([pickle(uint32(header.length)), header, ...contents]);
}

const pickle = (payload) => Buffer.concat([uint32(payload.length), payload]);

function pickleString(text) {
  const bytes = Buffer.from(text);
  const padding = Buffer.alloc((4 - (bytes.length % 4)) % 4);
  return pickle(Buffer.concat([uint32(bytes.length), bytes, padding]));
}

function uint32(value) {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32LE(value);
  return buffer;
}
