import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { removeTree } from '../storage/durable';
import { lockFolder } from '../storage/folder-lock';
import { Layout } from '../storage/layout';
import { explainDisk } from './fault';
import { listPlace } from './place';
import { finishRestore, swapContent } from './restore-swap';
import type { BackupRecord } from './record';
import { RestoreStage, type RestoreOptions } from './restore-stage';
import type { BackupSource } from './sources';

export type RestoreReport = Readonly<{
  /** Where the content that was there before is now: a storage folder of its own. Null when there was none. */
  keptIn: string | null;
  /** When the backup was made, ISO 8601. */
  createdAt: string;
  linkCount: number;
  blobCount: number;
  blobBytes: number;
  /** What the backup itself says that it lacks. */
  leftOutCount: number;
}>;

/**
 * Puts a backup in the place of a folder's content. Everything is copied beside it and checked there first: paths,
 * sizes, links, every digest, and that nothing is missing. Until that is done, nothing is changed.
 *
 * The folder must not be served: throws FolderInUse. Throws BackupFault, or the reason of `signal`.
 */
export async function restoreFolder(
  storageDir: string,
  source: BackupSource,
  options: RestoreOptions = {},
): Promise<RestoreReport> {
  const layout = new Layout(storageDir);
  try {
    const lock = await lockFolder(storageDir, layout.sideDir, null);
    try {
      await finishRestore(layout);
      return await restoreLocked(layout, source, options);
    } finally {
      await lock.release();
    }
  } catch (error) {
    throw explainDisk(error, storageDir);
  }
}

async function restoreLocked(
  layout: Layout,
  source: BackupSource,
  options: RestoreOptions,
): Promise<RestoreReport> {
  const { storageDir } = layout;
  // In the trash, where the next start removes what a cut leaves of it.
  const staged = `tagboat/trash/restored-${randomUUID()}`;
  const record = await stageBackup(layout, staged, source, options);
  const hasContent = (await listPlace(`${storageDir}/docker`)).length > 0;
  const keptIn = hasContent ? `kept-${formatMoment(new Date())}` : null;
  if (!hasContent) await removeTree(`${storageDir}/docker`, layout.trashDir);
  await swapContent(layout, { staged, keptIn });
  const { createdAt, linkCount, blobCount, blobBytes, leftOut } = record;
  return {
    keptIn: keptIn === null ? null : `${storageDir}/${keptIn}`,
    createdAt,
    linkCount,
    blobCount,
    blobBytes,
    leftOutCount: leftOut.length,
  };
}

async function stageBackup(
  layout: Layout,
  staged: string,
  source: BackupSource,
  options: RestoreOptions,
): Promise<BackupRecord> {
  const dir = `${layout.storageDir}/${staged}`;
  const stage = new RestoreStage(dir, options);
  try {
    await mkdir(dir, { recursive: true });
    for await (const entry of source) await stage.take(entry);
    const record = await stage.finish();
    options.signal?.throwIfAborted();
    return record;
  } catch (error) {
    await removeTree(dir, layout.trashDir);
    throw error;
  }
}

/** `2026-11-24T22-49-13-123Z`: a time that every file system takes as a name. */
const formatMoment = (at: Date): string => at.toISOString().replaceAll(/[:.]/gu, '-');
