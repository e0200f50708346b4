import type { FileHandle } from 'node:fs/promises';
import { ContentError } from '../content-error';
import type { OpenedContent } from '../content-store';
import type { TarPart } from './tar-index';

const CHUNK = 1024 * 1024;

/** Streams a part of a file that stays open. Each chunk has memory of its own. */
export function openPart(handle: FileHandle, part: TarPart, startBytes: number): OpenedContent {
  let isClosed = false;
  async function* body(): AsyncGenerator<Uint8Array> {
    const end = part.offset + part.sizeBytes;
    for (let at = part.offset + startBytes; at < end;) {
      if (isClosed) return;
      const chunk = Buffer.allocUnsafe(Math.min(CHUNK, end - at));
      const { bytesRead } = await handle.read(chunk, 0, chunk.length, at);
      if (bytesRead === 0) return;
      at += bytesRead;
      yield chunk.subarray(0, bytesRead);
    }
  }
  return {
    isVerified: false,
    body: body(),
    close: () => {
      isClosed = true;
    },
  };
}

/** A small file as a whole. Throws `archive-refused` when it is larger than `maxBytes`. */
export async function readPart(
  handle: FileHandle,
  part: TarPart,
  maxBytes: number,
  name: string,
): Promise<Buffer> {
  if (part.sizeBytes > maxBytes) {
    throw new ContentError(
      'archive-refused',
      `${name} has a document of ${part.sizeBytes} bytes where at most ${maxBytes} are expected. It was not read.`,
    );
  }
  const bytes = Buffer.alloc(part.sizeBytes);
  const { bytesRead } = await handle.read(bytes, 0, bytes.length, part.offset);
  return bytes.subarray(0, bytesRead);
}
