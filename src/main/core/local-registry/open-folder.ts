import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { finishRestore } from './backup/restore-swap';
import { chooseControlAddress } from './control/control-address';
import {
  listenForControl,
  type ControlCommands,
  type ControlListener,
} from './control/control-listener';
import { hasErrorCode } from './storage/durable';
import { lockFolder, type FolderLock } from './storage/folder-lock';
import type { Layout } from './storage/layout';

/** A folder that belongs to this process, with the address at which it takes commands. */
export type OpenFolder = Readonly<{ close: () => Promise<void> }>;

/**
 * Makes the folder when it is not there, locks it and listens for commands. A folder that cannot be written to is
 * opened without a lock when nothing will be written anyway.
 */
export async function openFolder(
  layout: Layout,
  isReadOnly: boolean,
  commands: ControlCommands,
): Promise<OpenFolder> {
  try {
    await mkdir(layout.sideDir, { recursive: true });
    return await lockAndListen(layout, commands);
  } catch (error) {
    if (isReadOnly && hasErrorCode(error, 'EROFS', 'EACCES', 'EPERM')) {
      return { close: () => Promise.resolve() };
    }
    throw error;
  }
}

async function lockAndListen(layout: Layout, commands: ControlCommands): Promise<OpenFolder> {
  const address = await chooseControlAddress(layout.sideDir);
  const token = randomUUID();
  let lock: FolderLock | undefined;
  let control: ControlListener | undefined;
  try {
    lock = await lockFolder(layout.storageDir, layout.sideDir, { path: address.path, token });
    await removeOldSockets(layout);
    await finishRestore(layout);
    control = await listenForControl(address.path, token, commands);
  } catch (error) {
    await lock?.release();
    await address.remove();
    throw error;
  }
  return {
    async close() {
      await control.close();
      await address.remove();
      await lock.release();
    },
  };
}

/** A process that was killed leaves its socket behind. */
async function removeOldSockets(layout: Layout): Promise<void> {
  for (const entry of await readdir(layout.sideDir)) {
    if (/^control-.*\.sock$/u.test(entry)) await rm(`${layout.sideDir}/${entry}`, { force: true });
  }
}
