import { createHash, randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { JournalError, type Place } from './journal';

type Owner = { readonly pid: number; readonly startTicks: string | null; readonly token: string };

export const errorCodeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error ? String(error.code) : undefined;

/** Locks that this process holds: its own pid says nothing about them. */
const heldHere = new Set<string>();

/** Field 22 of /proc/<pid>/stat; a pid is used again, the pair is not. Null where there is no /proc. */
const readStartTicks = async (pid: number): Promise<string | null> => {
  try {
    const text = await readFile(`/proc/${pid}/stat`, 'latin1');
    return text.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null;
  }
};

const isAlive = async (owner: Owner, file: string): Promise<boolean> => {
  if (owner.pid === process.pid) return heldHere.has(file);
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    if (errorCodeOf(error) !== 'EPERM') return false;
  }
  const ticks = await readStartTicks(owner.pid);
  return owner.startTicks === null || ticks === null || ticks === owner.startTicks;
};

const readOwner = async (file: string): Promise<Owner | undefined> => {
  try {
    const owner = JSON.parse(await readFile(file, 'utf8')) as Partial<Owner>;
    return typeof owner.pid === 'number' && owner.pid > 0 ? (owner as Owner) : undefined;
  } catch {
    return undefined;
  }
};

/** The lock appears with its content or not at all. */
const claim = async (file: string, owner: Owner): Promise<boolean> => {
  const temporary = `${file}.${owner.token}.tmp`;
  await writeFile(temporary, JSON.stringify(owner), { mode: 0o600 });
  try {
    await link(temporary, file);
    return true;
  } catch (error) {
    if (errorCodeOf(error) === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(temporary, { force: true });
  }
};

/** A lock left by a process that is gone is taken over. @throws JournalError `locked`, `unwritable` */
export const lockPlace = async (
  folder: string,
  place: Place,
): Promise<{ release(): Promise<void> }> => {
  const name = createHash('sha256').update(`${place.registry}\n${place.repository}`).digest('hex');
  const file = path.join(folder, `${name}.lock`);
  const startTicks = await readStartTicks(process.pid);
  const owner: Owner = { pid: process.pid, startTicks, token: randomUUID() };
  if (heldHere.has(file)) throw new JournalError('locked');
  heldHere.add(file);
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await claimOrTakeOver(file, owner);
  } catch (error) {
    heldHere.delete(file);
    if (error instanceof JournalError) throw error;
    const code = errorCodeOf(error) === 'ENOSPC' ? 'disk-full' : 'unwritable';
    throw new JournalError(code, { cause: error });
  }
  let isHeld = true;
  return {
    async release() {
      // The second time it would be the lock of somebody else.
      if (!isHeld) return;
      isHeld = false;
      heldHere.delete(file);
      if ((await readOwner(file))?.token === owner.token) await rm(file, { force: true });
    },
  };
};

const claimOrTakeOver = async (file: string, owner: Owner): Promise<void> => {
  for (let attempt = 0; attempt < 3; attempt += 1) {
    if (await claim(file, owner)) return;
    const other = await readOwner(file);
    const isHeldElsewhere = other !== undefined && other.pid !== process.pid;
    if (isHeldElsewhere && (await isAlive(other, file))) throw new JournalError('locked');
    await takeAway(file, other, `${file}.${owner.token}.old`);
  }
  throw new JournalError('locked');
};

/** Another process may have taken the stale lock over since it was read: what is moved aside is looked at once more. */
const takeAway = async (file: string, stale: Owner | undefined, aside: string): Promise<void> => {
  try {
    await rename(file, aside);
  } catch (error) {
    if (errorCodeOf(error) === 'ENOENT') return;
    throw error;
  }
  const taken = await readOwner(aside);
  if (taken?.token !== stale?.token) await link(aside, file).catch(() => {});
  await rm(aside, { force: true });
};
