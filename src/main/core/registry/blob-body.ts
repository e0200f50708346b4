import type { Hash } from 'node:crypto';
import { digestAlgorithm, type Digest } from '#oci/digest';
import type { OpenedBlob } from './registry-client';
import type { Session } from './session';
import { discardBody } from './transport/body';
import type { OpenAnswer } from './transport/shapes';
import type { Extent } from './blob-range';
import { mismatch } from './verify';
import { failure } from './words';

/** What the bytes must come to. A part of a blob has no hash, only a length. */
export type Expectation = { digest: Digest; hash: Hash | undefined; extent: Extent };

/** Throws unless all bytes came, and hash to the digest. */
function checkEnd(received: number, expected: Expectation, host: string): void {
  const { sizeBytes } = expected.extent;
  const place = { host, step: 'blob' } as const;
  if (sizeBytes !== undefined && received !== sizeBytes) {
    throw failure('connection-lost', place, `${received} of ${sizeBytes} bytes came.`);
  }
  if (!expected.hash) return;
  const actual = `${digestAlgorithm(expected.digest)}:${expected.hash.digest('hex')}`;
  if (actual !== expected.digest) throw mismatch(expected.digest, actual, place);
}

/** Hands out a body with back-pressure; the connection's place in the queue is free again when it ends in any way. */
export function openBody(session: Session, answer: OpenAnswer, expected: Expectation): OpenedBlob {
  const close = (): void => {
    discardBody(answer.body);
    answer.release();
  };
  async function* read(): AsyncGenerator<Uint8Array> {
    let received = 0;
    try {
      for await (const chunk of answer.body as AsyncIterable<Buffer>) {
        received += chunk.length;
        expected.hash?.update(chunk);
        yield chunk;
      }
      checkEnd(received, expected, answer.url.host);
    } catch (error) {
      throw await session.toError(error, answer, 'blob');
    } finally {
      close();
    }
  }
  return { ...expected.extent, body: read(), close };
}
