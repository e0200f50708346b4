const MAX_BLOCK = 128 * 1024;

/**
 * A valid zstd frame (RFC 8878) whose blocks are stored as they are: Node 20 reads and writes no zstd, and what tests
 * need is the format, not the compression.
 */
export function zstdFrameOf(bytes: Buffer): Buffer {
  // Frame header descriptor: content size in 4 bytes (2 << 6), single segment (1 << 5), no checksum, no dictionary.
  const header = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0xa0, 0, 0, 0, 0]);
  header.writeUInt32LE(bytes.length, 5);
  const count = Math.max(1, Math.ceil(bytes.length / MAX_BLOCK));
  const blocks = Array.from({ length: count }, (_, index) => {
    const content = bytes.subarray(index * MAX_BLOCK, (index + 1) * MAX_BLOCK);
    const isLast = index === count - 1;
    const blockHeader = Buffer.alloc(3);
    blockHeader.writeUIntLE((content.length << 3) | (isLast ? 1 : 0), 0, 3);
    return Buffer.concat([blockHeader, content]);
  });
  return Buffer.concat([header, ...blocks]);
}
