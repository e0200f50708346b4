/** Least-recently-used map with a weight budget, so that no cache of the registry can grow without end. */
export class BoundedMap<Value> {
  readonly #entries = new Map<string, { value: Value; weight: number }>();
  #weight = 0;

  /** `maxWeight` is in whatever unit `set` is given: entries by default, bytes where bytes are kept. */
  constructor(
    readonly maxWeight: number,
    readonly onEvict?: (key: string, value: Value) => void,
  ) {}

  get size(): number {
    return this.#entries.size;
  }

  get weight(): number {
    return this.#weight;
  }

  /** Looks up and marks as used. */
  get(key: string): Value | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return entry.value;
  }

  /** Looks up without marking as used: for the paths that run tens of thousands of times a second. */
  peek(key: string): Value | undefined {
    return this.#entries.get(key)?.value;
  }

  set(key: string, value: Value, weight = 1): void {
    this.delete(key);
    if (weight > this.maxWeight) return;
    this.#entries.set(key, { value, weight });
    this.#weight += weight;
    for (const [oldest, entry] of this.#entries) {
      if (this.#weight <= this.maxWeight) break;
      this.delete(oldest);
      this.onEvict?.(oldest, entry.value);
    }
  }

  delete(key: string): boolean {
    const entry = this.#entries.get(key);
    if (entry === undefined) return false;
    this.#entries.delete(key);
    this.#weight -= entry.weight;
    return true;
  }

  clear(): void {
    this.#entries.clear();
    this.#weight = 0;
  }

  *[Symbol.iterator](): IterableIterator<[string, Value]> {
    for (const [key, entry] of this.#entries) yield [key, entry.value];
  }
}
