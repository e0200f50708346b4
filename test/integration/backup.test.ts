import { randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, readdir, readFile, rm, stat, statfs, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { pack, type Header } from 'tar-stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTarArchive, readTarArchive } from '#core/backup-archive/index';
import {
  BackupFault,
  moveFolder,
  readBackupFolder,
  restoreFolder,
  type StorageProgress,
} from '#core/local-registry/index';
import { startDockerRegistry } from '#test/docker-registry';
import {
  pushBlob,
  pushImage,
  startLocalRegistry,
  type StartedLocalRegistry,
} from '#test/local-registry';
import { findMissing, pushVariety, type Content } from '#test/push-variety';
import { realPart } from '#test/real-parts';
import { makeTemporaryDir, run, runOrThrow } from '#test/registry-command';

const isRoot = process.getuid?.() === 0;
const canMount = isRoot && process.platform === 'linux';

let started: StartedLocalRegistry;
let dir: string;
let archive: string;
beforeEach(async () => {
  started = await startLocalRegistry();
  dir = await makeTemporaryDir('backup');
  archive = path.join(dir, 'backup.tar');
});
afterEach(async () => {
  await started.stop();
  await rm(dir, { recursive: true, force: true });
});

const target = (): string => path.join(dir, 'target');
const backUpToArchive = async (file = archive, progress?: (step: StorageProgress) => void) =>
  started.registry.backUp(
    { archive: await createTarArchive(file) },
    progress === undefined ? {} : { progress },
  );

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

const faultOf = async (work: Promise<unknown>): Promise<string> => {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof BackupFault) return error.code;
  throw error instanceof Error ? error : new Error('nothing was refused');
};

it('is consistent while images are pushed and tags are moved and deleted', async () => {
  const stopping = new AbortController();
  const push = async (name: string): Promise<void> => {
    for (let round = 0; !stopping.signal.aborted; round += 1) {
      await pushImage(started.origin, name, 'latest', { content: `${name} ${round}` });
      if (round % 3 < 2) continue;
      await fetch(`${started.origin}/v2/${name}/manifests/latest`, { method: 'DELETE' });
    }
  };
  const pushing = Promise.all([push('busy/one'), push('busy/two')]);
  try {
    const folder = path.join(dir, 'folder');
    for (let round = 0; round < 3; round += 1) {
      expect((await started.registry.backUp({ folder })).leftOut).toEqual([]);
      const restored = path.join(dir, `restored-${round}`);
      await restoreFolder(restored, readBackupFolder(folder));
      expect(await missingIn(restored, [])).toEqual([]);
    }
  } finally {
    stopping.abort();
    await pushing;
  }
});

describe('a backup in an archive', () => {
  it('comes back byte for byte, with every digest', async () => {
    const content = await pushVariety(started.origin, true);
    const steps: StorageProgress[] = [];
    const report = await backUpToArchive(archive, (step) => steps.push(step));
    expect(steps.at(-1)?.completed).toBe(steps.at(-1)?.total);
    const restored = await restoreFolder(target(), readTarArchive(archive));
    expect(restored).toMatchObject({ blobCount: report.blobCount, blobBytes: report.blobBytes });
    expect(await missingIn(target(), content)).toEqual([]);
    expect(await readdir(dir)).toEqual(['backup.tar', 'target']);
  });

  it('is one that tar can unpack, and what it unpacks is a backup, too', async () => {
    const content = await pushVariety(started.origin, true);
    await backUpToArchive();
    const unpacked = path.join(dir, 'unpacked');
    await mkdir(unpacked);
    await runOrThrow('tar', ['-xf', archive, '-C', unpacked]);
    await restoreFolder(target(), readBackupFolder(unpacked));
    expect(await missingIn(target(), content)).toEqual([]);
    // And packed again by another tar, in another order, with folders and a dot in front of every name.
    await runOrThrow('tar', ['--sort=name', '-cf', `${archive}.again`, '-C', unpacked, '.']);
    const again = path.join(dir, 'again');
    await restoreFolder(again, readTarArchive(`${archive}.again`));
    expect(await missingIn(again, content)).toEqual([]);
  });

  it.skipIf(realPart('docker-registry') === undefined)(
    'unpacked, is served by the registry of CNCF distribution',
    async () => {
      const content = await pushVariety(started.origin, false);
      await backUpToArchive();
      await mkdir(target());
      await runOrThrow('tar', ['-xf', archive, '-C', target()]);
      const docker = await startDockerRegistry({ storageDir: target() });
      try {
        expect(await findMissing(docker.origin, content)).toEqual([]);
      } finally {
        await docker.stop();
      }
    },
  );

  it('takes the place of an older one when it is complete, and not before', async () => {
    await writeFile(archive, 'the older one');
    await pushImage(started.origin, 'app', 'v1', { content: 'x'.repeat(3_000_000) });
    const stopping = new AbortController();
    const cut = started.registry.backUp(
      { archive: await createTarArchive(archive) },
      {
        signal: stopping.signal,
        progress: ({ completed }) => {
          if (completed > 1_000_000) stopping.abort();
        },
      },
    );
    await expect(cut).rejects.toThrow(/abort/u);
    expect(await readFile(archive, 'utf8')).toBe('the older one');
    expect(await readdir(dir)).toEqual(['backup.tar']);
    await backUpToArchive();
    await restoreFolder(target(), readTarArchive(archive));
  });

  it('that was cut off anywhere is refused, and nothing is changed', async () => {
    await pushVariety(started.origin, true);
    await backUpToArchive();
    const whole = await readFile(archive);
    for (const share of [0, 0.1, 0.5, 0.9, 0.97]) {
      await writeFile(archive, whole.subarray(0, Math.floor(whole.byteLength * share)));
      const code = await faultOf(restoreFolder(target(), readTarArchive(archive)));
      expect(['not-a-backup', 'backup-damaged']).toContain(code);
      expect(await readdir(target())).toEqual(['tagboat']);
    }
  });

  it('with any bit changed is refused, or comes back as it was', async () => {
    const content = await pushVariety(started.origin, false);
    await backUpToArchive();
    const whole = await readFile(archive);
    for (let round = 0; round < 40; round += 1) {
      const harmed = Buffer.from(whole);
      const at = Math.floor((whole.byteLength * (round + 0.37)) / 40);
      harmed[at] = (harmed[at] ?? 0) ^ (1 << (round % 8));
      await writeFile(archive, harmed);
      const restored = path.join(dir, `restored-${round}`);
      const outcome = await restoreFolder(restored, readTarArchive(archive)).then(
        // A bit of padding, of a mode or of a date.
        () => missingIn(restored, content),
        (error: unknown) => (error instanceof BackupFault ? error.code : String(error)),
      );
      expect([[], 'not-a-backup', 'backup-damaged']).toContainEqual(outcome);
    }
  });

  const hostile: [string, Partial<Header> & { name: string }][] = [
    ['a way out of the folder', { name: '../../evil' }],
    ['an absolute path', { name: '/tmp/evil' }],
    ['a symbolic link', { name: 'docker', type: 'symlink', linkname: '/etc' }],
    ['a hard link', { name: 'docker/registry/v2/x', type: 'link', linkname: '/etc/passwd' }],
    ['a device', { name: 'docker/registry/v2/null', type: 'character-device' }],
  ];
  it.each(hostile)('with %s is refused', async (_, header) => {
    const tar = pack();
    tar.entry(header, header.type === undefined ? 'evil' : '');
    tar.finalize();
    await pipeline(tar as AsyncIterable<Uint8Array>, createWriteStream(archive));
    expect(await faultOf(restoreFolder(target(), readTarArchive(archive)))).toBe('backup-damaged');
    expect(await readdir(target())).toEqual(['tagboat']);
  });

  it('whose entry is there twice is refused', async () => {
    await pushImage(started.origin, 'app', 'v1');
    await backUpToArchive();
    const whole = await readFile(archive);
    // The first entry again in front of everything.
    const size = Number.parseInt(whole.toString('latin1', 124, 135), 8);
    const first = whole.subarray(0, 512 + Math.ceil(size / 512) * 512);
    await writeFile(archive, Buffer.concat([first, whole]));
    expect(await faultOf(restoreFolder(target(), readTarArchive(archive)))).toBe('backup-damaged');
  });

  it('says what is wrong with a file that is no archive, and a place that cannot be written', async () => {
    await writeFile(archive, randomBytes(4096));
    expect(await faultOf(restoreFolder(target(), readTarArchive(archive)))).toBe('not-a-backup');
    expect(await faultOf(createTarArchive(path.join(dir, 'nowhere', 'x.tar')))).toBe('place-unfit');
  });
});

describe.skipIf(!canMount)('a disk that is full (needs root, for a small tmpfs)', () => {
  let disk: string;
  beforeEach(async () => {
    disk = path.join(dir, 'disk');
    await mkdir(disk);
    await runOrThrow('mount', ['-t', 'tmpfs', '-o', 'size=3m', 'tmpfs', disk]);
    await pushImage(started.origin, 'app', 'small', { content: 'small' });
  });
  afterEach(async () => {
    await run('umount', [disk]);
  });
  const pushBig = async (): Promise<void> => {
    await pushImage(started.origin, 'app', 'big', {
      content: randomBytes(4_000_000).toString('latin1'),
    });
  };
  const freeBytes = async (): Promise<number> => {
    const { bavail, bsize } = await statfs(disk);
    return bavail * bsize;
  };

  it('leaves an earlier backup whole', async () => {
    const folder = path.join(disk, 'backup');
    await started.registry.backUp({ folder });
    await pushBig();
    expect(await faultOf(started.registry.backUp({ folder }))).toBe('disk-full');
    expect(await restoreFolder(target(), readBackupFolder(folder))).toMatchObject({ blobCount: 3 });
  });

  it('leaves no half of an archive', async () => {
    await pushBig();
    const before = await freeBytes();
    expect(await faultOf(backUpToArchive(path.join(disk, 'backup.tar')))).toBe('disk-full');
    expect(await readdir(disk)).toEqual([]);
    expect(await freeBytes()).toBe(before);
  });

  it('leaves the content that a restore was to replace', async () => {
    const storageDir = path.join(disk, 'storage');
    const served = await startLocalRegistry({ storageDir });
    const image = await pushImage(served.origin, 'mine', 'v1', { content: 'stays' });
    await served.stop();
    await pushBig();
    await backUpToArchive();
    const before = await freeBytes();
    expect(await faultOf(restoreFolder(storageDir, readTarArchive(archive)))).toBe('disk-full');
    const content = [
      { name: 'mine', references: ['v1'], digest: image.digest, blobs: image.layers },
    ];
    expect(await missingIn(storageDir, content)).toEqual([]);
    expect(Math.abs((await freeBytes()) - before)).toBeLessThan(100_000);
  });

  it('leaves the folder that was to be moved there', async () => {
    await pushBig();
    const from = path.join(dir, 'from');
    await started.registry.backUp({ folder: from });
    expect(await faultOf(moveFolder(from, path.join(disk, 'to')))).toBe('disk-full');
    expect(await readdir(path.join(disk, 'to'))).toEqual([]);
    expect(await missingIn(from, [])).toEqual([]);
  });

  it('moves to another disk that has the room: copied, two names still one file, times kept', async () => {
    await pushBlob(started.origin, 'strong', 'under two digests', undefined, 'sha512');
    const content = await pushVariety(started.origin, true);
    const from = path.join(dir, 'from');
    await started.registry.backUp({ folder: from });
    const link = 'docker/registry/v2/repositories/mix/image/_manifests/tags/v1/current/link';
    const { mtimeMs } = await stat(path.join(from, link));
    const steps: StorageProgress[] = [];
    const to = path.join(disk, 'to');
    await moveFolder(from, to, { progress: (step) => steps.push(step) });
    expect(steps.at(-1)?.completed).toBe(steps.at(-1)?.total);
    expect(Math.abs((await stat(path.join(to, link))).mtimeMs - mtimeMs)).toBeLessThan(2);
    await expect(stat(from)).rejects.toThrow(/ENOENT/u);
    const blobs = (await readdir(to, { recursive: true, withFileTypes: true })).filter(
      ({ name }) => name === 'data',
    );
    const found = await Promise.all(
      blobs.map((file) => stat(path.join(file.parentPath, file.name))),
    );
    expect(found.map(({ nlink }) => nlink)).toContain(2);
    expect(await missingIn(to, content)).toEqual([]);
  });
});

it('does not begin while another one runs, and leaves no half of an archive then', async () => {
  await pushImage(started.origin, 'app', 'v1', { content: 'x'.repeat(1_000_000) });
  const first = started.registry.backUp({ folder: path.join(dir, 'folder') });
  await expect(backUpToArchive()).rejects.toThrow(/backed up/u);
  await first;
  expect(await readdir(dir)).toEqual(['folder']);
  await backUpToArchive();
});
