import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { say } from './say.mjs';

const POLL_MS = 250;

/**
 * Runs `work` while holding a lock file that other set-up runs respect. The owner's pid is inside, so a lock
 * left by a killed run is taken over instead of waited for.
 */
export async function withLock(lockPath, work) {
  fs.mkdirSync(path.dirname(lockPath), { recursive: true });
  let isAnnounced = false;
  while (!tryTake(lockPath)) {
    if (!isAnnounced) say('another set-up is running; waiting for it');
    isAnnounced = true;
    await delay(POLL_MS);
  }
  try {
    return await work();
  } finally {
    fs.rmSync(lockPath, { force: true });
  }
}

/** Takes the lock, or returns false while a living process holds it. */
function tryTake(lockPath) {
  // Written aside and linked into place: the lock never exists without its owner's pid in it.
  const draft = `${lockPath}.${process.pid}`;
  fs.writeFileSync(draft, String(process.pid));
  try {
    fs.linkSync(draft, lockPath);
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    if (!isAlive(readOwner(lockPath))) fs.rmSync(lockPath, { force: true });
    return false;
  } finally {
    fs.rmSync(draft, { force: true });
  }
}

function readOwner(lockPath) {
  try {
    return Number(fs.readFileSync(lockPath, 'utf8'));
  } catch {
    return 0; // gone in the meantime
  }
}

function isAlive(pid) {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
