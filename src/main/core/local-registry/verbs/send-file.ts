import { read } from 'node:fs';
import type { ServerResponse } from 'node:http';

/** One read from disk and one write to the connection: larger for blobs that take a while anyway. */
const largePieceBytes = 512 * 1024;
const pieceBytes = 256 * 1024;
const largeFromBytes = 8 * 1024 * 1024;
/** Buffers of all transfers together; a transfer that finds none left uses a small one of its own. */
const pooledBytes = 16 * 1024 * 1024;
const smallPieceBytes = 64 * 1024;

const pools = new Map<number, Buffer[]>([
  [largePieceBytes, []],
  [pieceBytes, []],
]);
let pooledInUseBytes = 0;

function takeBuffer(size: number): Buffer {
  if (pooledInUseBytes + size > pooledBytes) return Buffer.allocUnsafeSlow(smallPieceBytes);
  pooledInUseBytes += size;
  return pools.get(size)?.pop() ?? Buffer.allocUnsafeSlow(size);
}

function giveBuffer(buffer: Buffer): void {
  const pool = pools.get(buffer.byteLength);
  if (pool === undefined) return;
  pooledInUseBytes -= buffer.byteLength;
  pool.push(buffer);
}

/**
 * Sends bytes `start` to `end` (inclusive) of an open file. The next piece is read while the last one is on its way.
 * Rejects when the file is shorter than it should be or cannot be read; resolves early when the client goes away.
 */
export async function sendFileRange(
  res: ServerResponse,
  fd: number,
  start: number,
  end: number,
): Promise<void> {
  let position = start;
  let sending: Promise<boolean> = Promise.resolve(true);
  if (end < start) return;
  const size = end - start < largeFromBytes ? pieceBytes : largePieceBytes;
  const buffers = [takeBuffer(size), takeBuffer(size)] as const;
  try {
    for (let turn = 0; position <= end; turn += 1) {
      const buffer = turn % 2 === 0 ? buffers[0] : buffers[1];
      const length = Math.min(buffer.byteLength, end - position + 1);
      const count = await readPiece(fd, buffer, length, position);
      if (count === 0) throw new Error('the blob on disk is shorter than it was');
      position += count;
      if (!(await sending)) return;
      sending = writePiece(res, buffer.subarray(0, count));
    }
  } finally {
    // A buffer may be used again only when the connection has let go of it.
    await sending;
    for (const buffer of buffers) giveBuffer(buffer);
  }
}

function readPiece(fd: number, buffer: Buffer, length: number, position: number): Promise<number> {
  return new Promise((resolve, reject) => {
    read(fd, buffer, 0, length, position, (error, count) => {
      if (error === null) resolve(count);
      else reject(error);
    });
  });
}

/** False when the connection is gone. */
function writePiece(res: ServerResponse, piece: Buffer): Promise<boolean> {
  return new Promise((resolve) => {
    if (res.destroyed || res.writableEnded) {
      resolve(false);
      return;
    }
    const onClose = (): void => {
      resolve(false);
    };
    res.once('close', onClose);
    res.write(piece, (error) => {
      res.off('close', onClose);
      resolve(error === null || error === undefined);
    });
  });
}
