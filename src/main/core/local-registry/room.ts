import { RegistryFault } from './errors';

/**
 * Keeps what is uploaded within a limit. The bytes in use are counted now and then and estimated in between. The estimate
 * is never below what uploads will have put on the disk: a count may miss bytes that are still in memory, and a blob that
 * leaves the uploads while it looks, so open uploads stay in it. Before an upload is refused on an estimate, they are
 * counted.
 */
export class Room {
  #usedBytes = 0;
  #isCounted = false;
  #counting: Promise<number> | undefined;
  /** Of uploads that have not ended. */
  #openBytes = 0;
  /** All that was ever added to `#openBytes`. */
  #openedBytes = 0;

  /** `count` gives the bytes that blobs and uploads have on the disk. */
  constructor(
    public limitBytes: number | undefined,
    readonly count: () => Promise<number>,
  ) {}

  /** Counts again. Calls that come meanwhile share one count. */
  recount(): Promise<number> {
    this.#counting ??= this.#recount().finally(() => {
      this.#counting = undefined;
    });
    return this.#counting;
  }

  async #recount(): Promise<number> {
    const openBefore = this.#openBytes;
    const openedBefore = this.#openedBytes;
    const counted = await this.count();
    const missed = openBefore + this.#openedBytes - openedBefore;
    const atMost = counted + missed;
    // Both are upper bounds, but for manifests, which nobody takes and the count sees.
    const bound = this.#isCounted ? Math.min(this.#usedBytes, atMost) : atMost;
    this.#usedBytes = Math.max(counted, bound);
    this.#isCounted = true;
    return counted;
  }

  /** Refuses an upload of at least `byteCount` when there is no room for it. */
  async check(byteCount: number): Promise<void> {
    if (this.limitBytes === undefined) return;
    if (this.#isCounted && this.#hasRoomFor(byteCount)) return;
    await this.recount();
    if (!this.#hasRoomFor(byteCount)) throw noRoom(this.limitBytes);
  }

  /** Notes bytes as they arrive; the reason when they are too many. */
  take(byteCount: number): RegistryFault | undefined {
    this.#usedBytes += byteCount;
    this.reopen(byteCount);
    return this.limitBytes === undefined || this.#hasRoomFor(0)
      ? undefined
      : noRoom(this.limitBytes);
  }

  /** Notes bytes that were taken and are gone again. */
  giveBack(byteCount: number): void {
    this.#usedBytes = Math.max(0, this.#usedBytes - byteCount);
    this.settle(byteCount);
  }

  /** Notes an upload that an earlier run left on the disk and that goes on. */
  reopen(byteCount: number): void {
    this.#openBytes += byteCount;
    this.#openedBytes += byteCount;
  }

  /** Notes that an upload ended: a count that begins now sees where its bytes are. */
  settle(byteCount: number): void {
    this.#openBytes = Math.max(0, this.#openBytes - byteCount);
  }

  #hasRoomFor(byteCount: number): boolean {
    return this.#usedBytes + byteCount <= (this.limitBytes ?? Infinity);
  }
}

/** 403 as Harbor answers it: clients show the words of a 4xx and try a 5xx again. */
const noRoom = (limitBytes: number): RegistryFault =>
  new RegistryFault(
    403,
    'DENIED',
    `this registry is full: it may hold ${formatBytes(limitBytes)}; collect garbage, delete what is not needed or raise its limit, then push again`,
    { limitBytes },
  );

function formatBytes(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${Number.isInteger(value) ? value : value.toFixed(1)} ${units[unit] ?? ''}`;
}
