import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { syncDir } from '../storage/durable';

const flushesAtOnce = 16;

/** Folders that got new entries, to be flushed together at the end. */
export class DirFlush {
  readonly #dirs = new Set<string>();
  readonly #made = new Set<string>();

  /** Makes the folder of `file`, and notes it and every new folder above it. */
  async makeFor(file: string): Promise<void> {
    const dir = dirname(file);
    this.#dirs.add(dir);
    if (this.#made.has(dir)) return;
    const first = await mkdir(dir, { recursive: true });
    this.#made.add(dir);
    if (first === undefined) return;
    const top = dirname(first);
    for (let parent = dirname(dir); parent.length >= top.length; parent = dirname(parent)) {
      this.#dirs.add(parent);
      if (parent === dirname(parent)) break;
    }
  }

  async flush(): Promise<void> {
    await inParallel([...this.#dirs], flushesAtOnce, syncDir);
    this.#dirs.clear();
  }
}

/** Runs `work` for each item, `limit` at a time; stops at the first failure. */
export async function inParallel<Item>(
  items: readonly Item[],
  limit: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  let next = 0;
  let failed = false;
  const runner = async (): Promise<void> => {
    while (!failed) {
      const index = next;
      next += 1;
      const item = items[index];
      if (index >= items.length || item === undefined) return;
      try {
        await work(item);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  const results = await Promise.allSettled(
    Array.from({ length: Math.min(limit, items.length) }, runner),
  );
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}
