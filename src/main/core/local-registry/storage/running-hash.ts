import { createHash, type Hash } from 'node:crypto';
import { parseDigest, type Digest } from '#oci/digest';
import { formatHash, type SupportedAlgorithm } from './blob-store';
import type { HashChannel, HashThreads } from './hash-threads';

/** Up to here a thread costs more than it saves. */
const inlineBytes = 1024 * 1024;

/**
 * Hashes an upload while it arrives. The first bytes are hashed as they come; an upload that turns out to be large is
 * handed to a thread, which reads the file from its start, close behind the writer and so from memory.
 */
export class RunningHash {
  #inline: Map<SupportedAlgorithm, Hash> | undefined;
  #inlineSize = 0;
  #channel: HashChannel | undefined;
  /** How far the thread is, and how far it may go. */
  #followedSize = 0;
  #writtenSize = 0;
  #following: Promise<void> | undefined;
  #hasFailed = false;

  constructor(
    readonly algorithms: readonly SupportedAlgorithm[],
    readonly threads: HashThreads,
  ) {
    this.#inline = new Map(algorithms.map((algorithm) => [algorithm, createHash(algorithm)]));
  }

  /** Bytes from the start that the digests stand for. */
  get sizeBytes(): number {
    return this.#inline === undefined ? this.#followedSize : this.#inlineSize;
  }

  /** Takes the next bytes of the upload, in order, before they are written. */
  update(chunk: Buffer): void {
    if (this.#inline === undefined) return;
    if (this.#inlineSize + chunk.byteLength > inlineBytes) this.#channel = this.threads.open();
    if (this.#channel !== undefined) {
      this.#inline = undefined;
      return;
    }
    for (const hash of this.#inline.values()) hash.update(chunk);
    this.#inlineSize += chunk.byteLength;
  }

  /** Says that the first `sizeBytes` bytes are in the file. `fd` has to stay open until `settled`. */
  written(fd: number, sizeBytes: number): void {
    if (this.#channel === undefined || this.#hasFailed || sizeBytes <= this.#followedSize) return;
    this.#writtenSize = sizeBytes;
    this.#following ??= this.#follow(this.#channel, fd);
  }

  async #follow(channel: HashChannel, fd: number): Promise<void> {
    try {
      while (this.#followedSize < this.#writtenSize) {
        const end = this.#writtenSize;
        await channel.read(fd, end, this.algorithms);
        this.#followedSize = end;
      }
    } catch {
      // Nothing is lost: the file is hashed once more when its digest is asked for.
      this.#hasFailed = true;
    }
    this.#following = undefined;
  }

  /** Resolves when no thread uses the file any more. */
  async settled(): Promise<void> {
    await this.#following;
  }

  /** The digest of the first `sizeBytes` bytes; undefined when it has to be taken from the file. */
  async digest(algorithm: SupportedAlgorithm): Promise<Digest | undefined> {
    if (this.#inline !== undefined) {
      const hash = this.#inline.get(algorithm);
      return hash === undefined ? undefined : formatHash(hash.copy(), algorithm);
    }
    if (this.#hasFailed || !this.algorithms.includes(algorithm)) return undefined;
    try {
      return parseDigest(`${algorithm}:${(await this.#channel?.digest(algorithm)) ?? ''}`);
    } catch {
      return undefined;
    }
  }

  /** Ends it; a thread forgets its part. */
  close(): void {
    this.#channel?.forget();
  }
}
