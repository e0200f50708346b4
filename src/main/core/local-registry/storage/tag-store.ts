import { readdir, stat } from 'node:fs/promises';
import type { Digest } from '#oci/digest';
import { tryParseTag, type Tag } from '#oci/tag';
import { BoundedMap } from './bounded-map';
import { isMissing, removeTree, syncDir } from './durable';
import type { Layout } from './layout';
import { readLink, writeLink } from './link-file';
import type { WriteBatch } from './write-batch';

/** Tag names held in memory over all repositories: about 100 bytes each. */
const cachedTagNames = 200_000;
/**
 * Folder times come from a clock that ticks every few milliseconds. A folder changed this recently may change again
 * within the same tick, so its listing is not kept.
 */
const racyMs = 50;
/** Link files read at once when every tag of a repository has to be looked at. */
const readsAtOnce = 16;

type TagNames = Readonly<{ names: readonly Tag[]; mtimeMs: number }>;

/** Tags of a repository (distribution: `_manifests/tags/<tag>/current/link`, with every digest it ever had below `index`). */
export class TagStore {
  readonly #lists = new BoundedMap<TagNames>(cachedTagNames);
  #writes = 0;

  constructor(readonly layout: Layout) {}

  /** To be called when a change to the tags of `name` is done. */
  forget(name: string): void {
    this.#writes += 1;
    this.#lists.delete(name);
  }

  /**
   * Tag names in ASCII order, or undefined for a repository without any manifest folder. The names are kept while
   * the folder's modification time stays the same, so a folder changed from outside is seen.
   */
  async list(name: string): Promise<TagNames | undefined> {
    const dir = this.layout.tagsDir(name);
    const cached = this.#lists.get(name);
    const writesBefore = this.#writes;
    let mtimeMs;
    try {
      ({ mtimeMs } = await stat(dir));
    } catch (error) {
      if (!isMissing(error)) throw error;
      this.#lists.delete(name);
      return (await exists(this.layout.manifestsDir(name))) ? { names: [], mtimeMs: 0 } : undefined;
    }
    if (cached?.mtimeMs === mtimeMs) return cached;
    const entries = await readdir(dir, { withFileTypes: true });
    const names = entries
      .filter((entry) => entry.isDirectory())
      .flatMap((entry) => tryParseTag(entry.name) ?? [])
      .sort(compareAscii);
    const fresh = { names, mtimeMs };
    const isSettled = this.#writes === writesBefore && Date.now() - mtimeMs > racyMs;
    if (isSettled) this.#lists.set(name, fresh, names.length + 1);
    return fresh;
  }

  async resolve(name: string, tag: Tag): Promise<Digest | undefined> {
    return readLink(this.layout.tagCurrentLink(name, tag));
  }

  /** Every tag with the digest it points at now; tags without a readable link are left out. */
  async resolveAll(name: string): Promise<Map<Tag, Digest>> {
    const names = (await this.list(name))?.names ?? [];
    const resolved = new Map<Tag, Digest>();
    for (let start = 0; start < names.length; start += readsAtOnce) {
      const page = names.slice(start, start + readsAtOnce);
      const digests = await Promise.all(page.map((tag) => this.resolve(name, tag)));
      for (const [index, digest] of digests.entries()) {
        const tag = page[index];
        if (tag !== undefined && digest !== undefined) resolved.set(tag, digest);
      }
    }
    return resolved;
  }

  /** Points a tag at a digest: history first, the current link last and in one step. */
  async put(name: string, tag: Tag, digest: Digest, batch: WriteBatch): Promise<void> {
    await writeLink(this.layout.tagIndexDir(name, tag, digest), digest, batch);
    await writeLink(`${this.layout.tagDir(name, tag)}/current`, digest, batch);
  }

  /** Removes the whole tag folder, as distribution does. False when there was none. */
  async remove(name: string, tag: Tag): Promise<boolean> {
    const removed = await removeTree(this.layout.tagDir(name, tag), this.layout.trashDir);
    this.forget(name);
    if (removed) await syncDir(this.layout.tagsDir(name));
    return removed;
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

/** Byte order, which for tags and repository names is code unit order. */
export function compareAscii(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
