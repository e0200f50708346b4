import { mkdir, readdir, readFile, realpath } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
import { isMissing } from '../storage/durable';
import { BackupFault, explainDisk } from './fault';
import { recordPath, tryParseRecord } from './record';

/** What the system itself puts into a folder or the root of a disk. */
const foreign = new Set(['lost+found', '.DS_Store', 'Thumbs.db', 'desktop.ini']);

/** Entries of a folder but for the system's own; none when it is not there. */
export async function listPlace(dir: string): Promise<string[]> {
  try {
    return (await readdir(dir)).filter((name) => !foreign.has(name));
  } catch (error) {
    if (isMissing(error)) return [];
    throw explainDisk(error, dir);
  }
}

export type PlaceDescription = Readonly<{
  isEmpty: boolean;
  /** Content in a registry's layout; a backup has it too. */
  holdsRegistry: boolean;
  /** A finished backup. `createdAt` is ISO 8601. */
  backup?: Readonly<{ createdAt: string; blobBytes: number }>;
}>;

/** What a folder holds, for a person who is about to choose it. */
export async function describePlace(dir: string): Promise<PlaceDescription> {
  const names = await listPlace(dir);
  const content = await listPlace(join(dir, 'docker', 'registry', 'v2'));
  const record = await readFile(join(dir, recordPath)).then(tryParseRecord, () => undefined);
  return {
    isEmpty: names.length === 0,
    holdsRegistry: content.length > 0,
    ...(record && { backup: { createdAt: record.createdAt, blobBytes: record.blobBytes } }),
  };
}

/** Refuses a place that is, is in, or has in it the folder that is being read. */
export async function checkApart(storageDir: string, place: string): Promise<void> {
  const [storage, other] = await Promise.all([resolvePath(storageDir), resolvePath(place)]);
  if (!isWithin(storage, other) && !isWithin(other, storage)) return;
  throw new BackupFault(
    'place-unfit',
    `${place} and the storage folder ${storageDir} are within one another, so one would end up inside the other. Choose a folder beside it.`,
  );
}

/** True when `path` is `dir` or below it. */
function isWithin(dir: string, path: string): boolean {
  const way = relative(dir, path);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !/^[A-Za-z]:/u.test(way));
}

/** The real path, also of a folder that is not made yet. */
async function resolvePath(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    const parent = dirname(path);
    if (!isMissing(error) || parent === path) throw error;
    return join(await resolvePath(parent), basename(path));
  }
}

/** Makes a folder; says in plain words why it cannot be made. */
export async function makePlace(dir: string): Promise<void> {
  try {
    await mkdir(dir, { recursive: true });
  } catch (error) {
    throw explainDisk(error, dir);
  }
}
