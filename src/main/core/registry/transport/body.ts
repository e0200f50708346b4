import type { Readable } from 'node:stream';
import { Interruption } from './call';
import { contentLengthOf, type ResponseHeaders } from './headers';

/** A body is longer than its cap. Nothing beyond the cap was kept. */
export class BodyTooLarge extends Error {
  constructor(readonly capBytes: number) {
    super(`more than ${capBytes} bytes`);
  }
}

export type BodyLimit = {
  capBytes: number;
  /** What came so far is enough, at the cap and when the body breaks off: for the text of an error. */
  isExcerpt?: boolean;
  /** Headers whose Content-Length may already tell that the body is too large. */
  declaredIn?: ResponseHeaders;
};

const ignore = (): void => {};

/** Destroying an unfinished undici body reports an error to whoever listens; here nobody has to. */
export function discardBody(body: Readable): void {
  body.on('error', ignore);
  body.destroy();
}

/** Collects a body, at most `capBytes` of it. The connection is destroyed when the cap is passed. */
export function readBody(body: Readable, limit: BodyLimit): Promise<Buffer> {
  if (limit.declaredIn && (contentLengthOf(limit.declaredIn) ?? 0) > limit.capBytes) {
    discardBody(body);
    return Promise.reject(new BodyTooLarge(limit.capBytes));
  }
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let total = 0;
    let isFinished = false;
    const finish = (): void => {
      isFinished = true;
      resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks, total));
    };
    body.on('data', (chunk: Buffer) => {
      if (isFinished) return;
      total += chunk.length;
      if (total <= limit.capBytes) {
        chunks.push(chunk);
        return;
      }
      if (limit.isExcerpt) {
        chunks.push(chunk.subarray(0, limit.capBytes - (total - chunk.length)));
        total = limit.capBytes;
        finish();
      } else {
        isFinished = true;
        reject(new BodyTooLarge(limit.capBytes));
      }
      discardBody(body);
    });
    body.on('end', finish);
    body.on('error', (error) => {
      if (limit.isExcerpt && !(error instanceof Interruption)) finish();
      else reject(error);
    });
    // A body that is destroyed without an error ends in neither of the two.
    body.on('close', () => reject(new Error('the body was closed before its end')));
  });
}
