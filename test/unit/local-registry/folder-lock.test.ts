import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { askOwner, createLocalRegistry, FolderInUse } from '#core/local-registry/index';

let storageDir: string;
let lockFile: string;

beforeEach(async () => {
  storageDir = await mkdtemp(path.join(tmpdir(), 'tagboat-lock-'));
  lockFile = `${storageDir}/tagboat/lock.json`;
});
afterEach(() => rm(storageDir, { recursive: true, force: true }));

const writeLock = async (owner: object | string): Promise<void> => {
  await mkdir(path.dirname(lockFile), { recursive: true });
  await writeFile(lockFile, typeof owner === 'string' ? owner : JSON.stringify(owner));
};

const startedAt = '2026-01-01T00:00:00.000Z';

describe('the lock of a folder', () => {
  it('refuses a second registry and names the owner', async () => {
    const first = await createLocalRegistry({ storageDir });
    const second = createLocalRegistry({ storageDir });
    await expect(second).rejects.toThrow(FolderInUse);
    await expect(second).rejects.toThrow(`process ${process.pid} `);
    await first.close();
    expect(existsSync(lockFile)).toBe(false);
    await (await createLocalRegistry({ storageDir })).close();
  });

  it('of many that start at the same moment, one gets it', async () => {
    const results = await Promise.allSettled(
      Array.from({ length: 10 }, () => createLocalRegistry({ storageDir })),
    );
    const won = results.filter((result) => result.status === 'fulfilled');
    expect(won).toHaveLength(1);
    await Promise.all(won.map((result) => result.value.close()));
  });

  it('is refused while the process that owns it lives', async () => {
    const other = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    await new Promise((resolve) => {
      other.once('spawn', resolve);
    });
    await writeLock({ pid: other.pid, startedAt, startTicks: null, control: null });
    await expect(createLocalRegistry({ storageDir })).rejects.toThrow(`process ${other.pid} `);
    other.kill('SIGKILL');
    await new Promise((resolve) => {
      other.once('exit', resolve);
    });
    await (await createLocalRegistry({ storageDir })).close();
  });

  it.each([
    ['of a process that is gone', { pid: 2 ** 22 + 1, startedAt, startTicks: '1', control: null }],
    [
      'of an earlier process with our pid',
      { pid: process.pid, startedAt, startTicks: '1', control: null },
    ],
    ['that is empty', ''],
    ['that is no JSON', '{"pid":'],
  ])('one %s is taken over', async (_, owner) => {
    await writeLock(owner);
    const registry = await createLocalRegistry({ storageDir });
    expect((JSON.parse(readFileSync(lockFile, 'utf8')) as { pid: number }).pid).toBe(process.pid);
    await registry.close();
  });

  it.skipIf(!existsSync('/proc/1/stat'))(
    'one whose pid belongs to another process by now is taken over',
    async () => {
      await writeLock({ pid: process.ppid, startedAt, startTicks: '1', control: null });
      const registry = await createLocalRegistry({ storageDir });
      expect(readFileSync(lockFile, 'utf8')).toContain(`"pid":${process.pid}`);
      await registry.close();
    },
  );

  it('leads other processes to the owner, which does what they ask', async () => {
    const registry = await createLocalRegistry({ storageDir });
    expect(await askOwner(storageDir, 'statistics', {})).toMatchObject({ blobCount: 0 });
    expect(await askOwner(storageDir, 'gc', { isDryRun: true })).toMatchObject({ isDryRun: true });
    await expect(askOwner(storageDir, 'nothing', {})).rejects.toThrow('no command');
    const lock = JSON.parse(readFileSync(lockFile, 'utf8')) as { control: { token: string } };
    await writeFile(
      lockFile,
      JSON.stringify({ ...lock, control: { ...lock.control, token: 'x' } }),
    );
    await expect(askOwner(storageDir, 'statistics', {})).rejects.toThrow('token');
    await registry.close();
  });

  it('nobody is asked when nobody owns the folder', async () => {
    expect(await askOwner(storageDir, 'statistics', {})).toBeUndefined();
  });

  it('works in a folder whose path is too long for a socket', async () => {
    const deep = path.join(storageDir, 'x'.repeat(120));
    const registry = await createLocalRegistry({ storageDir: deep });
    expect(await askOwner(deep, 'statistics', {})).toMatchObject({ blobCount: 0 });
    await registry.close();
  });
});
