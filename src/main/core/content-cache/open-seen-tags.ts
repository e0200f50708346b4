import { createHash } from 'node:crypto';
import { appendFile, mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { SeenTags } from '#core/registry/index';

export type SeenTagsOptions = {
  /** Made on the first write. */
  readonly directory: string;
  /** Repositories on the disk; those that were added to least recently go first. */
  readonly maxPlaces?: number;
  /** Tags of one repository; beyond it the repository starts anew. */
  readonly maxTagsPerPlace?: number;
};

type Place = { readonly seen: Set<string>; readonly waiting: string[] };

/** Repositories whose tags are held in memory at once. */
const maxInMemory = 8;

/** One file a repository, one tag a line, only ever appended to. Opens without touching the disk. */
export const openSeenTags = (options: SeenTagsOptions): SeenTags => new FileSeenTags(options);

class FileSeenTags implements SeenTags {
  private readonly places = new Map<string, Promise<Place>>();
  private readonly directory: string;
  private readonly maxPlaces: number;
  private readonly maxTags: number;
  private writing: Promise<void> = Promise.resolve();
  private isReady = false;

  constructor({ directory, maxPlaces = 500, maxTagsPerPlace = 100_000 }: SeenTagsOptions) {
    this.directory = directory;
    this.maxPlaces = maxPlaces;
    this.maxTags = maxTagsPerPlace;
  }

  async has(place: string, tag: string): Promise<boolean> {
    const { seen } = await this.open(place);
    return seen.has(tag);
  }

  add(place: string, tag: string): void {
    this.writing = this.writing.then(() => this.note(place, tag)).catch(() => undefined);
  }

  async settled(): Promise<void> {
    // What is waited for may append one more write.
    for (let last: Promise<void> | undefined; last !== this.writing;) {
      last = this.writing;
      await last;
    }
  }

  private fileOf(place: string): string {
    const name = createHash('sha256').update(place).digest('hex');
    return path.join(this.directory, `${name}.txt`);
  }

  private open(place: string): Promise<Place> {
    const known = this.places.get(place);
    // Put at the end again: the first one is the least recently used.
    if (known !== undefined) this.places.delete(place);
    const opened = known ?? this.load(place);
    this.places.set(place, opened);
    for (const oldest of this.places.keys()) {
      if (this.places.size <= maxInMemory) break;
      this.places.delete(oldest);
    }
    return opened;
  }

  private async load(place: string): Promise<Place> {
    try {
      const text = await readFile(this.fileOf(place), 'utf8');
      return { seen: new Set(text.split('\n')), waiting: [] };
    } catch {
      return { seen: new Set(), waiting: [] };
    }
  }

  /** Lines that arrive while a write is under way go out together with the next one. */
  private async note(place: string, tag: string): Promise<void> {
    const { seen, waiting } = await this.open(place);
    if (seen.has(tag)) return;
    seen.add(tag);
    waiting.push(tag);
    if (waiting.length === 1) {
      this.writing = this.writing.then(() => this.write(place)).catch(() => undefined);
    }
  }

  private async write(place: string): Promise<void> {
    const { seen, waiting } = await this.open(place);
    const lines = waiting.splice(0);
    if (!this.isReady) await this.makeRoom();
    this.isReady = true;
    const file = this.fileOf(place);
    if (seen.size > this.maxTags) {
      seen.clear();
      for (const line of lines) seen.add(line);
      await rm(file, { force: true });
    }
    await appendFile(file, lines.map((line) => `${line}\n`).join(''));
  }

  private async makeRoom(): Promise<void> {
    await mkdir(this.directory, { recursive: true });
    const names = await readdir(this.directory);
    if (names.length <= this.maxPlaces) return;
    const files = await Promise.all(
      names.map(async (name) => {
        const file = path.join(this.directory, name);
        return { file, at: (await stat(file)).mtimeMs };
      }),
    );
    const oldest = files.toSorted((left, right) => left.at - right.at);
    const tooMany = oldest.slice(0, files.length - this.maxPlaces);
    await Promise.all(tooMany.map(({ file }) => rm(file, { force: true })));
  }
}
