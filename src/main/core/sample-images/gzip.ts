import { crc32 } from 'node:zlib';

/** RFC 1951, Non-compressed blocks: the length has 16 bits. */
const maxStoredBytes = 65_535;

/**
 * A gzip file (RFC 1952) of stored blocks. A compressor's output differs between releases of zlib, and with it the
 * digest of a layer: without compression the samples have the same digests in every build of the app.
 */
export function writeGzip(bytes: Uint8Array): Buffer {
  // Deflate, no flags, no time, no hint, and "unknown" as the system it was made on.
  const pieces: Uint8Array[] = [Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255])];
  for (let start = 0; start === 0 || start < bytes.byteLength; start += maxStoredBytes) {
    const block = bytes.subarray(start, start + maxStoredBytes);
    const isLast = start + maxStoredBytes >= bytes.byteLength;
    const head = Buffer.alloc(5);
    head.writeUInt8(isLast ? 1 : 0, 0);
    head.writeUInt16LE(block.byteLength, 1);
    head.writeUInt16LE(0xffff - block.byteLength, 3);
    pieces.push(head, block);
  }
  const trailer = Buffer.alloc(8);
  trailer.writeUInt32LE(crc32(bytes), 0);
  trailer.writeUInt32LE(bytes.byteLength % 2 ** 32, 4);
  return Buffer.concat([...pieces, trailer]);
}
