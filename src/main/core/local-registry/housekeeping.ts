import { readFile, rm } from 'node:fs/promises';
import { tryParseJson } from './json';
import type { RegistryParts } from './parts';
import { countTotal } from './space/count-space';
import type { Growth } from './space/growth';
import { purgeUploads } from './storage/upload-purge';
import { writeDurably } from './storage/write-batch';

const saveEveryMs = 60_000;
const maxPurgeEveryMs = 60 * 60 * 1000;
const sampleEveryMs = 60 * 60 * 1000;
/** A run that ends before this leaves no sample, unless somebody asks for a report of the space. */
const firstSampleAfterMs = 5 * 60 * 1000;

export type Housekeeping = Readonly<{
  /** Stops the timers and saves what is in memory. */
  close: () => Promise<void>;
}>;

/** Saves counts and the side index now and then, and removes abandoned uploads. Nothing here delays the first answer. */
export function startHousekeeping(
  parts: RegistryParts,
  growth: Growth,
  uploadMaxAgeMs: number,
): Housekeeping {
  const usageFile = `${parts.layout.sideDir}/usage.json`;
  const loading = readFile(usageFile).then(
    (bytes) => {
      parts.usage.load(tryParseJson(bytes));
    },
    () => undefined,
  );
  if (parts.isReadOnly) return { close: () => loading };

  const guarded = (what: string, work: () => Promise<unknown>) => (): Promise<void> =>
    work().then(
      () => undefined,
      (error: unknown) => {
        const message = error instanceof Error ? error.message : String(error);
        parts.log({ level: 'warn', event: 'housekeeping-failed', message, fields: { what } });
      },
    );
  const save = guarded('save', async () => {
    await parts.referrers.save();
    if (parts.usage.isDirty) await writeDurably(usageFile, parts.usage.toJson());
  });
  const purge = guarded('purge', async () => {
    parts.uploads.forgetIdle(Date.now());
    const count = await purgeUploads(parts, uploadMaxAgeMs);
    if (count === 0) return;
    const message = 'abandoned uploads were removed';
    parts.log({ level: 'info', event: 'uploads-purged', message, fields: { count } });
  });

  const sample = guarded('sample', async () => {
    if (!(await growth.isDue(Date.now()))) return;
    const totalBytes = await countTotal(parts);
    await growth.add(Date.now(), totalBytes, true);
  });

  const timers = [
    setInterval(() => void save(), saveEveryMs),
    setInterval(() => void purge(), Math.max(100, Math.min(uploadMaxAgeMs / 4, maxPurgeEveryMs))),
    // Not before the first requests are answered: on a large store it reads many folders.
    setTimeout(() => void purge(), Math.min(uploadMaxAgeMs, 10_000)),
    setInterval(() => void sample(), sampleEveryMs),
    setTimeout(() => void sample(), firstSampleAfterMs),
  ];
  for (const timer of timers) timer.unref();
  void guarded('trash', () => rm(parts.layout.trashDir, { recursive: true, force: true }))();
  return {
    async close() {
      await loading;
      for (const timer of timers) clearTimeout(timer);
      await save();
    },
  };
}
