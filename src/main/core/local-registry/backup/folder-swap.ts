import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { isMissing, syncDir } from '../storage/durable';
import { Layout } from '../storage/layout';

/** The folders of a backup in a folder; `root` is laid out as a storage folder is. */
export class BackupFolder {
  readonly layout: Layout;
  readonly recordFile: string;
  /** The next backup's links and record, until they take the place of the last one's. */
  readonly nextDir: string;
  readonly nextRepositories: string;
  readonly nextRecord: string;
  readonly previousDir: string;
  /** Blobs while they are copied. */
  readonly incomingDir: string;

  constructor(readonly root: string) {
    this.layout = new Layout(root);
    const side = this.layout.sideDir;
    this.recordFile = `${side}/backup.json`;
    this.nextDir = `${side}/next`;
    this.nextRepositories = `${this.nextDir}/repositories`;
    this.nextRecord = `${this.nextDir}/backup.json`;
    this.previousDir = `${side}/previous`;
    this.incomingDir = `${side}/incoming`;
  }

  /** Where a link of the next backup is prepared. `path` is below the storage folder. */
  nextLink(path: string): string {
    const prefix = this.layout.repositoriesDir.slice(this.root.length + 1);
    return `${this.nextRepositories}${path.slice(prefix.length)}`;
  }
}

export async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

/**
 * Puts the next backup's links in the place of the last one's, if the next one is complete: its record, written last,
 * says so. Can be cut off anywhere and called again; until it is through, one of the two is whole.
 */
export async function finishSwap(folder: BackupFolder): Promise<void> {
  const { layout, previousDir, nextRepositories, nextRecord, nextDir, recordFile } = folder;
  if (await exists(nextRecord)) {
    if (await exists(nextRepositories)) {
      if (await exists(layout.repositoriesDir)) {
        await rm(previousDir, { recursive: true, force: true });
        await rename(layout.repositoriesDir, previousDir);
      }
      await mkdir(layout.repositoriesDir.slice(0, layout.repositoriesDir.lastIndexOf('/')), {
        recursive: true,
      });
      await rename(nextRepositories, layout.repositoriesDir);
    }
    await rename(nextRecord, recordFile);
    await syncDir(layout.sideDir);
  }
  for (const dir of [nextDir, previousDir, folder.incomingDir]) {
    await rm(dir, { recursive: true, force: true });
  }
}
