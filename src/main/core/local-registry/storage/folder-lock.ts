import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import net from 'node:net';
import { hasErrorCode, isMissing } from './durable';

/** What the lock file says about the process that owns a folder. */
export type LockOwner = Readonly<{
  pid: number;
  /** ISO 8601. */
  startedAt: string;
  /** Start time of the process in clock ticks since boot, from /proc; pids are used again, this pair is not. */
  startTicks: string | null;
  /** Where the owner takes commands, and the secret that allows it. */
  control: Readonly<{ path: string; token: string }> | null;
}>;

/** The folder belongs to another process. */
export class FolderInUse extends Error {
  constructor(
    readonly storageDir: string,
    readonly owner: LockOwner,
  ) {
    super(
      `process ${owner.pid} has been serving ${storageDir} since ${owner.startedAt}; two registries in one folder would lose data, so stop it first`,
    );
    this.name = 'FolderInUse';
  }
}

export type FolderLock = Readonly<{ owner: LockOwner; release: () => Promise<void> }>;

/** Folders that this very process holds: its own pid says nothing about them. */
const heldHere = new Set<string>();

/**
 * Makes this process the only one that writes to the folder. A lock left by a process that is gone is taken over.
 * Throws FolderInUse with the owner otherwise.
 */
export async function lockFolder(
  storageDir: string,
  sideDir: string,
  control: LockOwner['control'],
): Promise<FolderLock> {
  const file = `${sideDir}/lock.json`;
  await mkdir(sideDir, { recursive: true });
  const owner: LockOwner = {
    pid: process.pid,
    startedAt: new Date().toISOString(),
    startTicks: await readStartTicks(process.pid),
    control,
  };
  const text = JSON.stringify(owner);
  for (let attempt = 0; ; attempt += 1) {
    if (await createExclusively(file, text)) break;
    const current = await readLockText(file);
    if (current === undefined) continue;
    const other = parseOwner(current);
    if (attempt >= 5 || (other !== undefined && (await isAlive(other, file)))) {
      throw new FolderInUse(storageDir, other ?? { ...owner, pid: 0 });
    }
    await removeStale(file, current);
  }
  heldHere.add(file);
  return {
    owner,
    async release() {
      heldHere.delete(file);
      if ((await readLockText(file)) === text) await rm(file, { force: true });
    },
  };
}

/** Who owns the folder now; undefined when nobody does or the owner is gone. */
export async function findLockOwner(sideDir: string): Promise<LockOwner | undefined> {
  const file = `${sideDir}/lock.json`;
  const text = await readLockText(file);
  const owner = text === undefined ? undefined : parseOwner(text);
  return owner !== undefined && (await isAlive(owner, file)) ? owner : undefined;
}

/** The lock appears with its content or not at all, so nobody ever reads half of it. */
async function createExclusively(file: string, text: string): Promise<boolean> {
  const temporary = `${file}.${randomUUID()}.tmp`;
  // Others may read who owns the folder, but not command it.
  await writeFile(temporary, text, { mode: 0o600 });
  try {
    await link(temporary, file);
    return true;
  } catch (error) {
    if (hasErrorCode(error, 'EEXIST')) return false;
    // File systems without hard links have exclusive creation only.
    return await createDirectly(file, text);
  } finally {
    await rm(temporary, { force: true });
  }
}

async function createDirectly(file: string, text: string): Promise<boolean> {
  try {
    await writeFile(file, text, { mode: 0o600, flag: 'wx' });
    return true;
  } catch (error) {
    if (hasErrorCode(error, 'EEXIST')) return false;
    throw error;
  }
}

/** Takes a stale lock away. When another process was quicker and its lock was moved instead, it is put back. */
async function removeStale(file: string, expected: string): Promise<void> {
  const aside = `${file}.${randomUUID()}.stale`;
  try {
    await rename(file, aside);
  } catch (error) {
    if (isMissing(error)) return;
    throw error;
  }
  try {
    if ((await readLockText(aside)) !== expected) await link(aside, file);
  } catch (error) {
    if (!hasErrorCode(error, 'EEXIST')) throw error;
  } finally {
    await rm(aside, { force: true });
  }
}

async function readLockText(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

function parseOwner(text: string): LockOwner | undefined {
  try {
    const owner = JSON.parse(text) as Partial<LockOwner>;
    return typeof owner.pid === 'number' && owner.pid > 0 ? (owner as LockOwner) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * An owner that answers on its control address is alive wherever it runs (another container has other pids). Otherwise
 * its pid has to exist and, where the system tells, to be the same process as then.
 */
async function isAlive(owner: LockOwner, file: string): Promise<boolean> {
  if (owner.control !== null && (await canConnect(owner.control.path))) return true;
  if (owner.pid === process.pid) return heldHere.has(file);
  if (!pidExists(owner.pid)) return false;
  const ticks = await readStartTicks(owner.pid);
  return owner.startTicks === null || ticks === null || ticks === owner.startTicks;
}

function canConnect(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect({ path });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => {
      resolve(false);
    });
  });
}

function pidExists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return hasErrorCode(error, 'EPERM');
  }
}

/** Field 22 of /proc/<pid>/stat; the command name before it may hold spaces and brackets. Null where there is no /proc. */
async function readStartTicks(pid: number): Promise<string | null> {
  try {
    const text = await readFile(`/proc/${pid}/stat`, 'latin1');
    return text.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null;
  }
}
