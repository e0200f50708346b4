import { readFile, rm } from 'node:fs/promises';
import { isRecord, tryParseJson } from '../json';
import type { RegistryParts } from '../parts';
import { writeDurably } from '../storage/write-batch';
import { freedBy, planCollection, type CollectionPlan } from './plan';
import type { CollectionReport } from './report';
import { sweep } from './sweep';

export type CollectOptions = Readonly<{
  /** Only says what would go. */
  isDryRun?: boolean;
  /** What was pushed or asked for within this time and is not in use yet stays. */
  graceMs?: number;
  /** Keeps manifests without a tag, as distribution does unless told otherwise. */
  keepUntagged?: boolean;
  /** Stops between two removals. */
  signal?: AbortSignal;
}>;

/** Another collection of the same folder is under way. */
export class CollectionRunning extends Error {
  constructor() {
    super('garbage is being collected already');
    this.name = 'CollectionRunning';
  }
}

export const defaultGraceMs = 60 * 60 * 1000;

/** Marks and sweeps while requests go on. */
export async function collectGarbage(
  parts: RegistryParts,
  options: CollectOptions,
  uploadMaxAgeMs: number,
): Promise<CollectionReport> {
  const { isDryRun = false, graceMs = defaultGraceMs, keepUntagged = false } = options;
  const signal = options.signal ?? new AbortController().signal;
  const stateFile = `${parts.layout.sideDir}/collection.json`;
  const resumedFrom = await readState(stateFile);
  const report = emptyReport(isDryRun, resumedFrom);
  const collection = parts.guard.beginCollection();
  try {
    const policy = { nowMs: Date.now(), graceMs, keepUntagged };
    const plan = await planCollection(parts, policy, uploadMaxAgeMs, signal);
    report.kept = plan.kept;
    if (isDryRun) {
      listPlan(plan, report);
    } else {
      await writeDurably(stateFile, JSON.stringify({ startedAt: report.startedAt }));
      await sweep(parts, collection, plan, report, signal);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    parts.guard.endCollection();
  }
  report.isInterrupted = signal.aborted;
  if (!isDryRun && !signal.aborted) {
    await rm(parts.layout.trashDir, { recursive: true, force: true });
    await rm(stateFile, { force: true });
  }
  report.endedAt = new Date().toISOString();
  return report;
}

function emptyReport(isDryRun: boolean, resumedFrom: string | null): CollectionReport {
  return {
    isDryRun,
    startedAt: new Date().toISOString(),
    endedAt: '',
    resumedFrom,
    isInterrupted: false,
    manifests: [],
    layers: [],
    blobs: [],
    uploads: [],
    repositories: [],
    freedBytes: 0,
    kept: { manifestCount: 0, blobCount: 0, blobBytes: 0 },
  };
}

function listPlan(plan: CollectionPlan, report: CollectionReport): void {
  for (const { name, manifests, layers, isEmptied } of plan.repositories) {
    for (const manifest of manifests) report.manifests.push({ repository: name, ...manifest });
    for (const { digest } of layers) report.layers.push({ repository: name, digest });
    if (isEmptied) report.repositories.push(name);
  }
  for (const { digest, sizeBytes } of plan.blobs) report.blobs.push({ digest, sizeBytes });
  for (const { name, id, sizeBytes } of plan.uploads) {
    report.uploads.push({ repository: name, id, sizeBytes });
    report.freedBytes += sizeBytes;
  }
  report.freedBytes += freedBy(plan.blobs);
}

/** When a collection that never finished was started; null when there is none. */
async function readState(file: string): Promise<string | null> {
  const json = await readFile(file).then(tryParseJson, () => undefined);
  if (!isRecord(json)) return null;
  return typeof json['startedAt'] === 'string' ? json['startedAt'] : null;
}
