import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export type Podman = {
  /** Runs podman on a store of its own; gives what it wrote to stdout. */
  readonly run: (...args: string[]) => Promise<string>;
  /** Removes the store. */
  readonly close: () => Promise<void>;
};

/** A podman whose images are nobody else's. */
export async function openPodman(): Promise<Podman> {
  const dir = await mkdtemp(path.join(tmpdir(), 'tagboat-podman-'));
  const store = ['--storage-driver', 'vfs', '--root', `${dir}/store`, '--runroot', `${dir}/run`];
  const podman = async (...args: string[]): Promise<string> =>
    (await run('podman', [...store, ...args])).stdout.trim();
  return {
    run: podman,
    close: async () => {
      await podman('rmi', '--all', '--force').catch(() => undefined);
      await rm(dir, { recursive: true, force: true });
    },
  };
}
