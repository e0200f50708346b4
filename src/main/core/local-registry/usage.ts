/** How often something was pulled or pushed, and when last. Times are in milliseconds since 1970; 0 means never. */
export type UsageEntry = {
  pullCount: number;
  pushCount: number;
  lastPulledAtMs: number;
  lastPushedAtMs: number;
};

export type RepositoryUsage = Readonly<{
  total: UsageEntry;
  tags: ReadonlyMap<string, UsageEntry>;
}>;

/** Tags counted over all repositories: about 150 bytes each. Later ones count for their repository only. */
const maxTags = 100_000;
const fileVersion = 1;

const emptyEntry = (): UsageEntry => ({
  pullCount: 0,
  pushCount: 0,
  lastPulledAtMs: 0,
  lastPushedAtMs: 0,
});

/** Pulls and pushes by repository and tag: the one thing about an image that no registry layout remembers. */
export class Usage {
  readonly #repositories = new Map<string, { total: UsageEntry; tags: Map<string, UsageEntry> }>();
  #tagCount = 0;
  #isDirty = false;

  /** True when there is something that `toJson` has not seen yet. */
  get isDirty(): boolean {
    return this.#isDirty;
  }

  /** The entry a pull of `tag` counts for: that of the tag, or of the repository when there is no tag or no room. */
  entry(name: string, tag: string | undefined): UsageEntry {
    const repository = this.#repository(name);
    if (tag === undefined) return repository.total;
    const known = repository.tags.get(tag);
    if (known !== undefined) return known;
    if (this.#tagCount >= maxTags) return repository.total;
    const fresh = emptyEntry();
    repository.tags.set(tag, fresh);
    this.#tagCount += 1;
    return fresh;
  }

  countPull(entry: UsageEntry, nowMs: number): void {
    entry.pullCount += 1;
    entry.lastPulledAtMs = nowMs;
    this.#isDirty = true;
  }

  countPush(entry: UsageEntry, nowMs: number): void {
    entry.pushCount += 1;
    entry.lastPushedAtMs = nowMs;
    this.#isDirty = true;
  }

  /** A repository with its tags added in, or undefined when nothing is known of it. */
  of(name: string): RepositoryUsage | undefined {
    const repository = this.#repositories.get(name);
    if (repository === undefined) return undefined;
    const total = { ...repository.total };
    for (const entry of repository.tags.values()) addUsage(total, entry);
    return { total, tags: repository.tags };
  }

  forgetTag(name: string, tag: string): void {
    const repository = this.#repositories.get(name);
    const entry = repository?.tags.get(tag);
    if (repository === undefined || entry === undefined) return;
    addUsage(repository.total, entry);
    repository.tags.delete(tag);
    this.#tagCount -= 1;
    this.#isDirty = true;
  }

  forgetRepository(name: string): void {
    const repository = this.#repositories.get(name);
    if (repository === undefined) return;
    this.#tagCount -= repository.tags.size;
    this.#repositories.delete(name);
    this.#isDirty = true;
  }

  toJson(): string {
    this.#isDirty = false;
    const repositories = Object.fromEntries(
      [...this.#repositories].map(([name, { total, tags }]) => [
        name,
        {
          total: toRow(total),
          tags: Object.fromEntries([...tags].map(([tag, e]) => [tag, toRow(e)])),
        },
      ]),
    );
    return JSON.stringify({ version: fileVersion, repositories });
  }

  /** Adds what `toJson` wrote. Anything else is ignored: the counts start again. */
  load(json: unknown): void {
    if (!isObject(json) || json['version'] !== fileVersion || !isObject(json['repositories']))
      return;
    for (const [name, saved] of Object.entries(json['repositories'])) {
      if (!isObject(saved)) continue;
      addUsage(this.#repository(name).total, fromRow(saved['total']));
      if (!isObject(saved['tags'])) continue;
      for (const [tag, row] of Object.entries(saved['tags'])) {
        addUsage(this.entry(name, tag), fromRow(row));
      }
    }
  }

  #repository(name: string): { total: UsageEntry; tags: Map<string, UsageEntry> } {
    const known = this.#repositories.get(name);
    if (known !== undefined) return known;
    const fresh = { total: emptyEntry(), tags: new Map<string, UsageEntry>() };
    this.#repositories.set(name, fresh);
    return fresh;
  }
}

function addUsage(to: UsageEntry, from: UsageEntry): void {
  to.pullCount += from.pullCount;
  to.pushCount += from.pushCount;
  to.lastPulledAtMs = Math.max(to.lastPulledAtMs, from.lastPulledAtMs);
  to.lastPushedAtMs = Math.max(to.lastPushedAtMs, from.lastPushedAtMs);
}

const toRow = (entry: UsageEntry): number[] => [
  entry.pullCount,
  entry.pushCount,
  entry.lastPulledAtMs,
  entry.lastPushedAtMs,
];

function fromRow(row: unknown): UsageEntry {
  const cells: unknown[] = Array.isArray(row) ? row : [];
  const count = (index: number): number => {
    const cell = cells[index];
    return typeof cell === 'number' && Number.isFinite(cell) && cell > 0 ? cell : 0;
  };
  return {
    pullCount: count(0),
    pushCount: count(1),
    lastPulledAtMs: count(2),
    lastPushedAtMs: count(3),
  };
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
