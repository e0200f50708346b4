import type { IncomingMessage } from 'node:http';
import { ClientGone, RegistryFault } from '../errors';

/** Reads a whole body into memory; refuses more than `maxBytes` with 413 before or while it arrives. */
export function readBody(req: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const announced = Number(req.headers['content-length'] ?? 0);
  if (announced > maxBytes) return Promise.reject(tooLarge(maxBytes));
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const onData = (chunk: Buffer): void => {
      size += chunk.byteLength;
      if (size > maxBytes) {
        req.off('data', onData);
        reject(tooLarge(maxBytes));
      } else {
        chunks.push(chunk);
      }
    };
    req.on('data', onData);
    req.on('end', () => {
      resolve(Buffer.concat(chunks, size));
    });
    req.on('error', () => {
      reject(new ClientGone());
    });
    req.on('close', () => {
      reject(new ClientGone());
    });
  });
}

const tooLarge = (maxBytes: number): RegistryFault =>
  new RegistryFault(413, 'SIZE_INVALID', 'the manifest is larger than this registry takes', {
    maxBytes,
  });
