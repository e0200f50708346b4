import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { isRecord, tryParseJson } from '../json';
import { syncDir } from '../storage/durable';
import type { Layout } from '../storage/layout';
import { writeDurably } from '../storage/write-batch';
import { exists } from './folder-swap';

/** What is being put in place, as names below the storage folder. */
export type PlannedSwap = Readonly<{ staged: string; keptIn: string | null }>;

const stagedPattern = /^tagboat\/trash\/restored-[0-9a-f-]{36}$/u;
const keptPattern = /^kept-[0-9TZ-]{1,40}$/u;

const planFile = (layout: Layout): string => `${layout.sideDir}/restore.json`;

/**
 * Puts restored content in place of what is there, which is kept. The plan is written first, so that after a cut the
 * next start goes on with it (`finishRestore`).
 */
export async function swapContent(layout: Layout, plan: PlannedSwap): Promise<void> {
  await writeDurably(planFile(layout), JSON.stringify({ version: 1, ...plan }));
  await carryOut(layout, plan);
}

/** Goes on with a restore that was cut off while it put things in place. To be called under the folder's lock. */
export async function finishRestore(layout: Layout): Promise<void> {
  const bytes = await readFile(planFile(layout)).catch(() => undefined);
  if (bytes === undefined) return;
  const plan = tryParsePlan(tryParseJson(bytes));
  if (plan === undefined) await rm(planFile(layout), { force: true });
  else await carryOut(layout, plan);
}

function tryParsePlan(json: unknown): PlannedSwap | undefined {
  if (!isRecord(json) || json['version'] !== 1) return undefined;
  const { staged, keptIn } = json;
  if (typeof staged !== 'string' || !stagedPattern.test(staged)) return undefined;
  if (keptIn === null) return { staged, keptIn };
  return typeof keptIn === 'string' && keptPattern.test(keptIn) ? { staged, keptIn } : undefined;
}

async function carryOut(layout: Layout, { staged, keptIn }: PlannedSwap): Promise<void> {
  const root = layout.storageDir;
  const from = `${root}/${staged}/docker`;
  const to = `${root}/docker`;
  if (await exists(from)) {
    if (keptIn !== null && (await exists(to))) {
      await mkdir(`${root}/${keptIn}`, { recursive: true });
      await rename(to, `${root}/${keptIn}/docker`);
      await syncDir(`${root}/${keptIn}`);
    }
    await rename(from, to);
    await syncDir(root);
  }
  await rm(`${root}/${staged}`, { recursive: true, force: true });
  await rm(planFile(layout), { force: true });
}
