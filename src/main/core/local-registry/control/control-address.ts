import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** Socket addresses end at 104 bytes on macOS and 108 on Linux, the closing zero included. */
const maxSocketPathBytes = 100;

export type ControlAddress = Readonly<{ path: string; remove: () => Promise<void> }>;

/**
 * Where the process that owns a folder takes commands: a socket in the folder, or in a private temporary folder where
 * the path would be too long; on Windows a named pipe.
 */
export async function chooseControlAddress(sideDir: string): Promise<ControlAddress> {
  const name = randomUUID().slice(0, 8);
  if (process.platform === 'win32') {
    return { path: `\\\\.\\pipe\\tagboat-${randomUUID()}`, remove: () => Promise.resolve() };
  }
  const inside = path.resolve(sideDir, `control-${name}.sock`);
  if (Buffer.byteLength(inside) <= maxSocketPathBytes) {
    return { path: inside, remove: () => rm(inside, { force: true }) };
  }
  const dir = await mkdtemp(path.join(tmpdir(), 'tagboat-'));
  return {
    path: path.join(dir, `${name}.sock`),
    remove: () => rm(dir, { recursive: true, force: true }),
  };
}
