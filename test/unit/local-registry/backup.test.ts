import {
  link,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  BackupFault,
  createLocalRegistry,
  describePlace,
  FolderInUse,
  moveFolder,
  readBackupFolder,
  restoreFolder,
  type BackupEntry,
} from '#core/local-registry/index';
import { tryParseContentPath } from '#core/local-registry/backup/content-path';
import { Layout } from '#core/local-registry/storage/layout';
import { parseDigest } from '#oci/digest';
import { pushImage, startLocalRegistry, type StartedLocalRegistry } from '#test/local-registry';
import { findMissing, pushVariety, type Content } from '#test/push-variety';

let started: StartedLocalRegistry;
let dir: string;
let backup: string;
beforeEach(async () => {
  started = await startLocalRegistry();
  dir = await mkdtemp(path.join(tmpdir(), 'tagboat-backup-'));
  backup = path.join(dir, 'backup');
});
afterEach(async () => {
  await started.stop();
  await rm(dir, { recursive: true, force: true });
});

const blobFile = (root: string, digest: string): string =>
  `${new Layout(root).blobDir(parseDigest(digest))}/data`;

/** Serves a folder and lists what of `content` does not come as it was pushed. */
async function missingIn(storageDir: string, content: Content): Promise<string[]> {
  const served = await startLocalRegistry({ storageDir });
  try {
    const { problems } = await served.registry.check({ isDeep: true });
    expect(problems.filter(({ severity }) => severity === 'problem')).toEqual([]);
    return await findMissing(served.origin, content);
  } finally {
    await served.stop();
  }
}

async function listFiles(root: string): Promise<string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
}

const faultOf = async (work: Promise<unknown>): Promise<string> => {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof BackupFault) return error.code;
  throw error instanceof Error ? error : new Error('nothing was refused');
};

describe('a backup to a folder', () => {
  it('holds everything, can be served as it is, and is restored elsewhere', async () => {
    const content = await pushVariety(started.origin, true);
    const report = await started.registry.backUp({ folder: backup });
    expect(report).toMatchObject({ leftOut: [], copiedBlobs: report.blobCount });
    const target = path.join(dir, 'restored');
    const restored = await restoreFolder(target, readBackupFolder(backup));
    expect(restored).toMatchObject({ keptIn: null, blobCount: report.blobCount, leftOutCount: 0 });
    expect(await missingIn(target, content)).toEqual([]);
    expect(await missingIn(backup, content)).toEqual([]);
  });

  it('keeps two names of the same bytes one file, and shares none with the storage folder', async () => {
    await pushVariety(started.origin, true);
    await started.registry.backUp({ folder: backup });
    const target = path.join(dir, 'restored');
    await restoreFolder(target, readBackupFolder(backup));
    const links = async (root: string): Promise<number[]> => {
      const files = (await listFiles(`${root}/docker`)).filter((file) => file.endsWith('/data'));
      return (await Promise.all(files.map((file) => stat(file)))).map(({ nlink }) => nlink);
    };
    const expected = await links(started.storageDir);
    expect(expected).toContain(2);
    expect(await links(backup)).toEqual(expected);
    expect(await links(target)).toEqual(expected);
  });

  it('copies only what is new the next time, and drops what is gone', async () => {
    const first = await pushImage(started.origin, 'app', 'v1', { content: 'first layer' });
    await started.registry.backUp({ folder: backup });
    const before = await stat(blobFile(backup, first.config));
    const second = await pushImage(started.origin, 'app', 'v2', { content: 'second layer' });
    await fetch(`${started.origin}/v2/app/manifests/v1`, { method: 'DELETE' });
    await started.registry.collectGarbage({ graceMs: 0 });
    const report = await started.registry.backUp({ folder: backup });
    expect(report.copiedBlobs).toBe(2);
    expect((await stat(blobFile(backup, first.config))).ino).toBe(before.ino);
    await expect(stat(blobFile(backup, first.layers[0] ?? ''))).rejects.toThrow(/ENOENT/u);
    const served = await startLocalRegistry({ storageDir: backup });
    const tags: unknown = await (await fetch(`${served.origin}/v2/app/tags/list`)).json();
    await served.stop();
    expect(tags).toEqual({ name: 'app', tags: ['v2'] });
    expect((await stat(blobFile(backup, second.digest))).size).toBe(second.bytes.length);
  });

  it('never changes a file in place: a copy made of hard links stays the older backup', async () => {
    await pushImage(started.origin, 'app', 'latest', { content: 'one' });
    await started.registry.backUp({ folder: backup });
    const copy = path.join(dir, 'copy');
    for (const file of await listFiles(backup)) {
      const to = path.join(copy, path.relative(backup, file));
      await mkdir(path.dirname(to), { recursive: true });
      await link(file, to);
    }
    await pushImage(started.origin, 'app', 'latest', { content: 'two' });
    await started.registry.backUp({ folder: backup });
    const target = path.join(dir, 'restored');
    expect(await restoreFolder(target, readBackupFolder(copy))).toMatchObject({ linkCount: 5 });
  });

  it('leaves out what is damaged or gone in the storage folder itself, says so, and can be restored', async () => {
    const image = await pushImage(started.origin, 'app', 'v1', { content: 'will be damaged' });
    const other = await pushImage(started.origin, 'app', 'v2', { content: 'will be lost' });
    const [damaged = '', lost = ''] = [image.layers[0], other.layers[0]];
    await writeFile(blobFile(started.storageDir, damaged), 'will be DAMAGED');
    await rm(blobFile(started.storageDir, lost));
    const { leftOut } = await started.registry.backUp({ folder: backup });
    expect(new Map(leftOut.map(({ digest, why }) => [digest as string, why]))).toEqual(
      new Map([
        [damaged, 'damaged'],
        [lost, 'missing'],
      ]),
    );
    const report = await restoreFolder(path.join(dir, 'restored'), readBackupFolder(backup));
    expect(report.leftOutCount).toBe(2);
  });

  it('refuses a place that is not its own', async () => {
    const taken = path.join(dir, 'taken');
    await mkdir(taken);
    await writeFile(path.join(taken, 'letter.txt'), 'mine');
    const served = await startLocalRegistry({ storageDir: path.join(dir, 'served') });
    await pushImage(served.origin, 'app', 'v1');
    const places = [
      taken,
      served.storageDir,
      path.join(started.storageDir, 'inside'),
      path.dirname(started.storageDir),
    ];
    for (const folder of places) {
      expect(await faultOf(started.registry.backUp({ folder }))).toBe('place-unfit');
    }
    await served.stop();
    expect(await faultOf(started.registry.backUp({ folder: served.storageDir }))).toBe(
      'place-unfit',
    );
    expect(await readdir(taken)).toEqual(['letter.txt']);
  });

  it('keeps garbage until it is done, and stops when it is told to', async () => {
    await pushImage(started.origin, 'app', 'v1', { content: 'x'.repeat(100_000) });
    await started.registry.backUp({ folder: backup });
    const before = await listFiles(backup);
    await pushImage(started.origin, 'app', 'v2', { content: 'y'.repeat(100_000) });
    const stopping = new AbortController();
    const running = started.registry.backUp(
      { folder: backup },
      {
        signal: stopping.signal,
        progress: () => {
          stopping.abort();
        },
      },
    );
    await expect(started.registry.collectGarbage()).rejects.toThrow(/backed up/u);
    await expect(running).rejects.toThrow(/abort/u);
    // What was there is still a whole backup; at most blobs came to it.
    expect((await listFiles(backup)).filter((file) => before.includes(file))).toEqual(before);
    await restoreFolder(path.join(dir, 'restored'), readBackupFolder(backup));
    expect((await started.registry.backUp({ folder: backup })).tagCount).toBe(2);
  });

  it('that was cut off between two renames is one of the two, whole', async () => {
    await pushImage(started.origin, 'app', 'v1');
    await started.registry.backUp({ folder: backup });
    const v1 = path.join(dir, 'v1');
    await rename(backup, v1);
    await pushImage(started.origin, 'app', 'v2');
    await started.registry.backUp({ folder: backup });
    // As a cut leaves it: the old links are aside, the new ones not yet in place.
    const { repositoriesDir, sideDir } = new Layout(backup);
    await mkdir(`${sideDir}/next`);
    await rename(repositoriesDir, `${sideDir}/next/repositories`);
    await rename(`${sideDir}/backup.json`, `${sideDir}/next/backup.json`);
    await rename(new Layout(v1).repositoriesDir, `${sideDir}/previous`);
    await rename(`${v1}/tagboat/backup.json`, `${sideDir}/backup.json`);
    const target = path.join(dir, 'restored');
    await restoreFolder(target, readBackupFolder(backup));
    const served = await startLocalRegistry({ storageDir: target });
    const tags: unknown = await (await fetch(`${served.origin}/v2/app/tags/list`)).json();
    await served.stop();
    expect(tags).toEqual({ name: 'app', tags: ['v1', 'v2'] });
  });
});

describe('a restore', () => {
  const target = (): string => path.join(dir, 'target');
  const serveAndPush = async (storageDir: string, content: string): Promise<void> => {
    const served = await startLocalRegistry({ storageDir });
    await pushImage(served.origin, 'before', 'v1', { content });
    await served.stop();
  };

  it('keeps what was there as a storage folder of its own', async () => {
    const content = await pushVariety(started.origin, false);
    await started.registry.backUp({ folder: backup });
    await serveAndPush(target(), 'older');
    const { keptIn } = await restoreFolder(target(), readBackupFolder(backup));
    expect(await missingIn(target(), content)).toEqual([]);
    const kept = await startLocalRegistry({ storageDir: keptIn ?? '' });
    const catalog: unknown = await (await fetch(`${kept.origin}/v2/_catalog`)).json();
    await kept.stop();
    expect(catalog).toEqual({ repositories: ['before'] });
  });

  it('is refused while the folder is served', async () => {
    await started.registry.backUp({ folder: backup });
    await expect(restoreFolder(started.storageDir, readBackupFolder(backup))).rejects.toThrow(
      FolderInUse,
    );
  });

  it('that was cut off while it put things in place goes on at the next start', async () => {
    const content = await pushVariety(started.origin, false);
    await started.registry.backUp({ folder: backup });
    await restoreFolder(target(), readBackupFolder(backup));
    // As a cut leaves it: the old content is aside, the new one not yet in place.
    const staged = 'tagboat/trash/restored-01234567-89ab-4cde-8f01-23456789abcd';
    await mkdir(`${target()}/${staged}`, { recursive: true });
    await rename(`${target()}/docker`, `${target()}/${staged}/docker`);
    await writeFile(
      `${target()}/tagboat/restore.json`,
      JSON.stringify({ version: 1, staged, keptIn: 'kept-2026-01-01T00-00-00-000Z' }),
    );
    expect(await missingIn(target(), content)).toEqual([]);
    expect(await readdir(`${target()}/tagboat`)).not.toContain('restore.json');
  });

  it('takes no plan that leads out of the folder', async () => {
    await serveAndPush(target(), 'stays');
    const outside = path.join(dir, 'outside');
    await mkdir(`${outside}/docker`, { recursive: true });
    await writeFile(
      `${target()}/tagboat/restore.json`,
      JSON.stringify({ version: 1, staged: '../outside', keptIn: null }),
    );
    await (await createLocalRegistry({ storageDir: target() })).close();
    expect(await readdir(outside)).toEqual(['docker']);
    expect(await readdir(`${target()}/docker/registry/v2/repositories`)).toEqual(['before']);
  });

  const harms: [
    string,
    (root: string, image: { config: string; layers: string[] }) => Promise<void>,
  ][] = [
    ['a blob with other bytes', (root, { config }) => writeFile(blobFile(root, config), 'x')],
    ['a blob that is gone', (root, { config }) => rm(blobFile(root, config))],
    ['a link that is gone', (root) => rm(new Layout(root).tagCurrentLink('app', 'v1'))],
    ['an empty link', (root) => writeFile(new Layout(root).tagCurrentLink('app', 'v1'), '')],
    [
      'a tag that leads elsewhere',
      (root, { layers }) =>
        writeFile(new Layout(root).tagCurrentLink('app', 'v1'), layers[0] ?? ''),
    ],
    [
      'a layer link to other bytes',
      (root, { config, layers }) =>
        writeFile(`${new Layout(root).layerDir('app', parseDigest(layers[0] ?? ''))}/link`, config),
    ],
    ['a file of something else', (root) => writeFile(`${root}/docker/registry/v2/blobs/x`, '')],
    ['a symbolic link', (root) => symlink('/etc', `${root}/docker/registry/v2/repositories/etc`)],
    ['a record that is none', (root) => writeFile(`${root}/tagboat/backup.json`, '{"version":1}')],
  ];
  it.each(harms)('refuses %s and changes nothing', async (_, harm) => {
    const image = await pushImage(started.origin, 'app', 'v1');
    await started.registry.backUp({ folder: backup });
    await harm(backup, image);
    await serveAndPush(target(), 'stays');
    const before = await listFiles(target());
    expect(await faultOf(restoreFolder(target(), readBackupFolder(backup)))).toBe('backup-damaged');
    expect(await listFiles(target())).toEqual(before);
  });

  it('refuses a folder without a finished backup, and a plain storage folder', async () => {
    await pushImage(started.origin, 'app', 'v1');
    for (const source of [path.join(dir, 'nowhere'), started.storageDir]) {
      expect(await faultOf(restoreFolder(target(), readBackupFolder(source)))).toBe('not-a-backup');
    }
  });

  it.each([
    ['docker/registry/v2/repositories/../../../../evil/_layers/sha256/x/link'],
    ['/etc/passwd'],
    ['../outside'],
    ['docker/registry/v2/blobs/sha256/aa/../../../x/data'],
    [`docker/registry/v2/blobs/sha256/bb/${'a'.repeat(64)}/data`],
    [`docker/registry/v2/blobs/md5/aa/${'a'.repeat(32)}/data`],
    [`docker/registry/v2/repositories/app/_manifests/tags/../current/link`],
    [`docker/registry/v2/repositories/app/_uploads/x/data`],
    [`docker\\registry\\v2\\blobs`],
    ['tagboat/lock.json'],
  ])('takes no entry at %s', async (hostile) => {
    expect(tryParseContentPath(hostile)).toBeUndefined();
    const entries = async function* (): AsyncGenerator<BackupEntry> {
      const content = async function* (): AsyncGenerator<Uint8Array> {
        yield await Promise.resolve(Buffer.from('x'));
      };
      yield await Promise.resolve({
        path: hostile,
        kind: 'file',
        sizeBytes: 1,
        content: content(),
      });
    };
    expect(await faultOf(restoreFolder(target(), entries()))).toBe('backup-damaged');
    expect(await listFiles(dir)).toEqual([]);
  });
});

describe('a move', () => {
  it('takes everything along, switches when it is there, and removes the old folder', async () => {
    const content = await pushVariety(started.origin, true);
    const from = path.join(dir, 'from');
    await started.registry.backUp({ folder: from });
    const to = path.join(dir, 'a', 'to');
    let missingAtSwitch: string[] = ['not called'];
    const report = await moveFolder(from, to, {
      switchTo: async () => {
        missingAtSwitch = await missingIn(to, content);
        expect((await describePlace(from)).holdsRegistry).toBe(true);
      },
    });
    expect(missingAtSwitch).toEqual([]);
    expect(report.leftBehind).toEqual([]);
    await expect(stat(from)).rejects.toThrow(/ENOENT/u);
    expect(await missingIn(to, content)).toEqual([]);
  });

  it('leaves files that are not the registry’s, and says so', async () => {
    const from = path.join(dir, 'from');
    await started.registry.backUp({ folder: from });
    await writeFile(path.join(from, 'notes.txt'), 'mine');
    const { leftBehind } = await moveFolder(from, path.join(dir, 'to'));
    expect(leftBehind).toEqual(['notes.txt']);
    expect(await readdir(from)).toEqual(['notes.txt']);
  });

  it('leaves the old folder as it is when it is stopped, cannot switch, or finds what it cannot move', async () => {
    const content = await pushVariety(started.origin, false);
    const from = path.join(dir, 'from');
    await started.registry.backUp({ folder: from });
    const to = path.join(dir, 'to');
    await expect(moveFolder(from, to, { signal: AbortSignal.abort() })).rejects.toThrow(/abort/u);
    const refuse = (): Promise<void> => Promise.reject(new Error('settings cannot be saved'));
    await expect(moveFolder(from, to, { switchTo: refuse })).rejects.toThrow(/settings/u);
    expect(await readdir(to)).toEqual([]);
    await symlink('/etc', `${from}/docker/elsewhere`);
    expect(await faultOf(moveFolder(from, to))).toBe('content-unfit');
    await rm(`${from}/docker/elsewhere`);
    expect(await missingIn(from, content)).toEqual([]);
  });

  it('begins again where an earlier move was cut off, and refuses any other content', async () => {
    const content = await pushVariety(started.origin, false);
    const from = path.join(dir, 'from');
    await started.registry.backUp({ folder: from });
    const to = path.join(dir, 'to');
    await mkdir(`${to}/docker/registry/v2/blobs`, { recursive: true });
    await mkdir(`${to}/tagboat`);
    expect(await faultOf(moveFolder(from, to))).toBe('place-unfit');
    await writeFile(`${to}/tagboat/moving.json`, '{}');
    await moveFolder(from, to);
    expect(await missingIn(to, content)).toEqual([]);
    expect(await readdir(`${to}/tagboat`)).not.toContain('moving.json');
  });

  it('is refused while the folder is served', async () => {
    await expect(moveFolder(started.storageDir, path.join(dir, 'to'))).rejects.toThrow(FolderInUse);
  });
});

it('describes a place for a person who chooses it', async () => {
  await pushImage(started.origin, 'app', 'v1');
  expect(await describePlace(path.join(dir, 'nowhere'))).toEqual({
    isEmpty: true,
    holdsRegistry: false,
  });
  expect(await describePlace(started.storageDir)).toEqual({ isEmpty: false, holdsRegistry: true });
  const { blobBytes } = await started.registry.backUp({ folder: backup });
  const found = await describePlace(backup);
  expect(found).toMatchObject({ holdsRegistry: true, backup: { blobBytes } });
  const record = JSON.parse(await readFile(`${backup}/tagboat/backup.json`, 'utf8')) as {
    createdAt: string;
  };
  expect(found.backup?.createdAt).toBe(record.createdAt);
});
