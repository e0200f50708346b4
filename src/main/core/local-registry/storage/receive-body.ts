import { fdatasync, writev } from 'node:fs';
import type { Readable } from 'node:stream';
import { ClientGone, faults } from '../errors';
import type { RunningHash } from './running-hash';

/** Bytes gathered before one write call: big enough that the calls cost little, small enough to keep memory flat. */
const batchBytes = 1024 * 1024;
/** Bytes held back from a client that sends faster than the disk writes. */
const maxQueuedBytes = 4 * 1024 * 1024;
/** The kernel takes at most this many pieces in one writev (IOV_MAX). */
const maxPieces = 1000;
/** Flushing starts while the body is still arriving, so that the flush at the end has little left to wait for. */
const flushEveryBytes = 8 * 1024 * 1024;

export type ReceiveTarget = Readonly<{
  fd: number;
  /** Where in the file the body goes. */
  position: number;
  /** Is given every byte, in order, as it arrives; undefined when it did not see those before. */
  hash: RunningHash | undefined;
  /** More bytes than this are refused with SIZE_INVALID. */
  maxBytes: number;
  /** Is told of bytes before they are written; gives the reason when there is no room for them. */
  take: (byteCount: number) => Error | undefined;
}>;

/**
 * Streams a request body into an open file and into its hashes. Resolves with the number of bytes once all are
 * written; rejects with ClientGone when the body stops early (what did arrive is in the file), with the node:fs
 * error when the disk refuses, with SIZE_INVALID, or with the reason of `take`.
 */
export function receiveBody(body: Readable, target: ReceiveTarget): Promise<number> {
  return new Promise((resolve, reject) => {
    new BodyReceiver(body, target, resolve, reject).start();
  });
}

class BodyReceiver {
  #queue: Buffer[] = [];
  #queuedBytes = 0;
  #receivedBytes = 0;
  #writtenBytes = 0;
  #unflushedBytes = 0;
  #isWriting = false;
  #isFlushing = false;
  #ending: 'no' | 'complete' | 'gone' = 'no';
  #failure: Error | undefined;

  constructor(
    readonly body: Readable,
    readonly target: ReceiveTarget,
    readonly resolve: (byteCount: number) => void,
    readonly reject: (error: Error) => void,
  ) {}

  start(): void {
    this.body.on('data', this.#onData);
    this.body.on('end', this.#onEnd);
    this.body.on('error', this.#onGone);
    this.body.on('close', this.#onGone);
    if (this.body.destroyed) this.#onGone();
  }

  readonly #onData = (chunk: Buffer): void => {
    if (this.#failure !== undefined) return;
    this.#receivedBytes += chunk.byteLength;
    if (this.#receivedBytes > this.target.maxBytes) {
      this.#fail(
        faults.sizeInvalid('the body is longer than its headers say', {
          maxBytes: this.target.maxBytes,
        }),
      );
      return;
    }
    const refusal = this.target.take(chunk.byteLength);
    if (refusal !== undefined) {
      this.#fail(refusal);
      return;
    }
    this.target.hash?.update(chunk);
    this.#queue.push(chunk);
    this.#queuedBytes += chunk.byteLength;
    if (this.#queuedBytes >= maxQueuedBytes) this.body.pause();
    this.#write();
  };

  readonly #onEnd = (): void => {
    if (this.#ending === 'no') this.#ending = 'complete';
    this.#write();
  };

  readonly #onGone = (): void => {
    if (this.#ending === 'no') this.#ending = 'gone';
    this.#write();
  };

  #fail(error: Error): void {
    this.#failure ??= error;
    this.#queue = [];
    this.#queuedBytes = 0;
    this.#settle();
  }

  #write(): void {
    if (this.#isWriting) return;
    const isDue = this.#queuedBytes >= batchBytes || this.#ending !== 'no';
    if (!isDue || this.#queue.length === 0) {
      this.#settle();
      return;
    }
    const pieces = this.#queue.splice(0, maxPieces);
    this.#isWriting = true;
    this.#writePieces(pieces);
  }

  #writePieces(pieces: Buffer[]): void {
    const at = this.target.position + this.#writtenBytes;
    writev(this.target.fd, pieces, at, (error, count) => {
      if (error !== null) {
        this.#isWriting = false;
        this.#fail(error);
        return;
      }
      this.#writtenBytes += count;
      this.target.hash?.written(this.target.fd, at + count);
      this.#unflushedBytes += count;
      this.#queuedBytes = Math.max(0, this.#queuedBytes - count);
      const rest = skipBytes(pieces, count);
      if (rest.length > 0) {
        this.#writePieces(rest);
        return;
      }
      this.#isWriting = false;
      this.#flushEarly();
      if (this.#queuedBytes < maxQueuedBytes) this.body.resume();
      this.#write();
    });
  }

  #flushEarly(): void {
    if (this.#isFlushing || this.#unflushedBytes < flushEveryBytes) return;
    this.#isFlushing = true;
    this.#unflushedBytes = 0;
    fdatasync(this.target.fd, (error) => {
      this.#isFlushing = false;
      if (error !== null) this.#fail(error);
      this.#settle();
    });
  }

  /** Answers once, when nothing that uses the file descriptor is under way any more. */
  #settle(): void {
    if (this.#isWriting || this.#isFlushing) return;
    if (this.#failure === undefined && (this.#ending === 'no' || this.#queue.length > 0)) return;
    this.body.off('data', this.#onData);
    this.body.off('end', this.#onEnd);
    this.body.off('close', this.#onGone);
    if (this.#failure !== undefined) this.reject(this.#failure);
    else if (this.#ending === 'gone') this.reject(new ClientGone());
    else this.resolve(this.#writtenBytes);
  }
}

/** What is left of `pieces` after `count` bytes: the disk may take less than it was given. */
function skipBytes(pieces: Buffer[], count: number): Buffer[] {
  let left = count;
  const rest: Buffer[] = [];
  for (const piece of pieces) {
    if (left >= piece.byteLength) {
      left -= piece.byteLength;
    } else {
      rest.push(left === 0 ? piece : piece.subarray(left));
      left = 0;
    }
  }
  return rest;
}
