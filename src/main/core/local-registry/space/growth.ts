import { readFile } from 'node:fs/promises';
import { isRecord, tryParseJson } from '../json';
import type { Layout } from '../storage/layout';
import { writeDurably } from '../storage/write-batch';

/** Bytes that the whole folder held at a time, ISO 8601. */
export type GrowthSample = Readonly<{ at: string; totalBytes: number }>;

const hourMs = 60 * 60 * 1000;
/** Twelve weeks of hours; older ones are thinned out, so the beginning is never lost. */
export const maxSamples = 2016;
const fileVersion = 1;

type Sample = readonly [atMs: number, totalBytes: number];

/** How the folder grew: at most one sample an hour, in a file that may be deleted at any time. */
export class Growth {
  readonly #file: string;
  #samples: readonly Sample[] | undefined;

  constructor(layout: Layout) {
    this.#file = `${layout.sideDir}/growth.json`;
  }

  /** Oldest first. */
  async list(): Promise<GrowthSample[]> {
    const samples = await this.#load();
    return samples.map(([atMs, totalBytes]) => ({
      at: new Date(atMs).toISOString(),
      totalBytes,
    }));
  }

  /** True when the hour of `nowMs` has no sample yet. */
  async isDue(nowMs: number): Promise<boolean> {
    const last = (await this.#load()).at(-1);
    return last === undefined || hourOf(last[0]) < hourOf(nowMs);
  }

  /** Notes the total of now; within an hour the newest one counts. With `isKept` false it is kept in memory only. */
  async add(nowMs: number, totalBytes: number, isKept: boolean): Promise<void> {
    const samples = await this.#load();
    // A clock that was set back must not leave samples of the future behind.
    const older = samples.filter(([atMs]) => hourOf(atMs) < hourOf(nowMs));
    this.#samples = thin([...older, [nowMs, totalBytes]]);
    if (isKept) await writeDurably(this.#file, toJson(this.#samples));
  }

  async #load(): Promise<readonly Sample[]> {
    this.#samples ??= readSamples(await readFile(this.#file).then(tryParseJson, () => undefined));
    return this.#samples;
  }
}

const hourOf = (atMs: number): number => Math.floor(atMs / hourMs);

/** Takes every second sample out of the older half when there are too many. */
function thin(samples: readonly Sample[]): readonly Sample[] {
  if (samples.length <= maxSamples) return samples;
  const older = samples.slice(0, maxSamples / 2).filter((_, index) => index % 2 === 0);
  return [...older, ...samples.slice(maxSamples / 2)];
}

const toJson = (samples: readonly Sample[]): string =>
  JSON.stringify({ version: fileVersion, samples });

/** What an earlier run saved; anything that does not fit is left out. */
function readSamples(json: unknown): readonly Sample[] {
  if (!isRecord(json) || json['version'] !== fileVersion || !Array.isArray(json['samples'])) {
    return [];
  }
  const samples: Sample[] = [];
  for (const entry of json['samples'].slice(-maxSamples) as unknown[]) {
    const [atMs, totalBytes] = Array.isArray(entry) ? (entry as unknown[]) : [];
    if (!isCount(atMs) || !isCount(totalBytes) || atMs > maxTimeMs) continue;
    const last = samples.at(-1);
    if (last === undefined || last[0] < atMs) samples.push([atMs, totalBytes]);
  }
  return samples;
}

/** The last moment that a Date can hold. */
const maxTimeMs = 8.64e15;

const isCount = (value: unknown): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
