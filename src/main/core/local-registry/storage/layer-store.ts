import { utimes } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { Digest } from '#oci/digest';
import type { ContentGuard } from '../gc/content-guard';
import type { BlobStore, StoredBlob } from './blob-store';
import { BoundedMap } from './bounded-map';
import { isMissing } from './durable';
import type { Layout } from './layout';
import { readLink, removeLink, writeLink } from './link-file';
import type { WriteBatch } from './write-batch';

/** About 400 bytes an entry, so a few megabytes when full. */
const cachedBlobs = 8192;
/** A link that a client asked for is marked as fresh again when its last mark is older than this. */
const remarkAfterMs = 5 * 60 * 1000;

type Known = StoredBlob & { markedAtMs: number };

/** What the guard and the collector call a layer link. */
export const layerKey = (name: string, digest: Digest): string => `${name}@${digest}`;

/** Which blobs a repository may serve (distribution: `_layers/<alg>/<hex>/link`; config blobs too). */
export class LayerStore {
  readonly #known = new BoundedMap<Known>(cachedBlobs);
  #writes = 0;

  constructor(
    readonly layout: Layout,
    readonly blobs: BlobStore,
    readonly guard: ContentGuard,
  ) {}

  forget(name: string, digest: Digest): void {
    this.#writes += 1;
    this.#known.delete(layerKey(name, digest));
  }

  /**
   * Follows the link of `digest` in repository `name`. A link may hold another digest of the same bytes:
   * distribution links sha512 content to its sha256 name.
   */
  async find(name: string, digest: Digest): Promise<StoredBlob | undefined> {
    const key = layerKey(name, digest);
    const cached = this.#known.get(key);
    if (cached !== undefined) return cached;
    if (this.guard.isCondemned(key)) return undefined;
    const writesBefore = this.#writes;
    const target = await readLink(this.#linkFile(name, digest));
    if (target === undefined || this.guard.isCondemned(target)) return undefined;
    const blob = await this.blobs.find(target);
    if (blob === undefined) return undefined;
    const found = { ...blob, markedAtMs: 0 };
    if (this.#writes === writesBefore) this.#known.set(key, found);
    return found;
  }

  /**
   * Notes that a client relies on a blob being there: it may be about to push a manifest that names it, so its grace
   * window starts again. The link's time is the mark, which survives a restart.
   */
  mark(name: string, digest: Digest): void {
    const key = layerKey(name, digest);
    this.guard.touch(key);
    const cached = this.#known.peek(key);
    const nowMs = Date.now();
    if (cached === undefined || nowMs - cached.markedAtMs < remarkAfterMs) return;
    cached.markedAtMs = nowMs;
    const now = new Date(nowMs);
    // A read-only folder cannot be marked and has no garbage collection either.
    utimes(this.#linkFile(name, digest), now, now, () => undefined);
  }

  async add(name: string, digest: Digest, batch: WriteBatch): Promise<void> {
    const key = layerKey(name, digest);
    this.guard.touch(key);
    await this.guard.whenGone(key);
    await writeLink(this.layout.layerDir(name, digest), digest, batch);
  }

  /** Removes the link; the bytes stay until garbage collection. False when there was none. */
  async remove(name: string, digest: Digest): Promise<boolean> {
    this.forget(name, digest);
    const removed = await removeLink(this.layout.layerDir(name, digest));
    this.forget(name, digest);
    return removed;
  }

  /** When the link was last written or marked, in milliseconds since 1970; undefined without a link. */
  async markedAtMs(name: string, digest: Digest): Promise<number | undefined> {
    try {
      return (await stat(this.#linkFile(name, digest))).mtimeMs;
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  #linkFile(name: string, digest: Digest): string {
    return `${this.layout.layerDir(name, digest)}/link`;
  }
}
