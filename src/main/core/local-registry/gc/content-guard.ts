/**
 * Keeps garbage collection and requests out of each other's way, in one process and without locks. Requests say what
 * they rely on before they look at the disk; collection asks, in the same turn of the event loop in which it condemns
 * something, whether anyone does.
 */
export class ContentGuard {
  /** Open reads and unfinished uploads by digest. */
  readonly #holds = new Map<string, number>();
  /** Unfinished manifest pushes by repository. */
  readonly #pushes = new Map<string, number>();
  /** What is being deleted right now, and the promise that it is gone. */
  readonly #condemned = new Map<string, Promise<void>>();
  /** Pushed or mounted and put to use since this process started, so no longer in need of the grace window. */
  readonly #settled = new Set<string>();
  #collection: Collection | undefined;

  /** Starts recording what requests rely on; those under way count. */
  beginCollection(): Collection {
    this.#collection = {
      touched: new Set(this.#holds.keys()),
      written: new Set(this.#pushes.keys()),
    };
    return this.#collection;
  }

  endCollection(): void {
    this.#collection = undefined;
  }

  /** A client asked for, pushed or mounted this blob or link; it may name it in a manifest next. */
  touch(key: string): void {
    this.#settled.delete(key);
    this.#collection?.touched.add(key);
  }

  /** A manifest that uses these was pushed: when it goes, they may go at once. */
  settle(keys: Iterable<string>): void {
    for (const key of keys) {
      if (this.#settled.size >= maxSettled) return;
      this.#settled.add(key);
    }
  }

  isSettled(key: string): boolean {
    return this.#settled.has(key);
  }

  /** Marks a repository as being written to; collection leaves it alone. Returns the function that ends it. */
  beginPush(name: string): () => void {
    this.#collection?.written.add(name);
    return addCount(this.#pushes, name);
  }

  /** Keeps a blob while it is read or while its link is written. Returns the function that lets go. */
  hold(digest: string): () => void {
    this.#collection?.touched.add(digest);
    return addCount(this.#holds, digest);
  }

  isHeld(digest: string): boolean {
    return this.#holds.has(digest);
  }

  isCondemned(key: string): boolean {
    return this.#condemned.has(key);
  }

  /** Resolves when nothing of these is being deleted. */
  async whenGone(...keys: string[]): Promise<void> {
    for (const key of keys) await this.#condemned.get(key);
  }

  /** Deletes while everyone else sees `key` as gone already. */
  async condemn(key: string, remove: () => Promise<void>): Promise<void> {
    const gone = remove().finally(() => this.#condemned.delete(key));
    this.#condemned.set(
      key,
      gone.catch(() => undefined),
    );
    await gone;
  }
}

export type Collection = Readonly<{
  /** Blobs and links that a request relied on since the collection began. */
  touched: Set<string>;
  /** Repositories in which a manifest or tag was written since then. */
  written: Set<string>;
}>;

/** About 150 bytes each. Beyond it the grace window decides, which only keeps more. */
const maxSettled = 200_000;

function addCount(counts: Map<string, number>, key: string): () => void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
  let isOpen = true;
  return () => {
    if (!isOpen) return;
    isOpen = false;
    const left = (counts.get(key) ?? 1) - 1;
    if (left === 0) counts.delete(key);
    else counts.set(key, left);
  };
}
