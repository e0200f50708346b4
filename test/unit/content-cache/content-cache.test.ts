import { createHash, randomBytes } from 'node:crypto';
import {
  chmod,
  mkdir,
  mkdtemp,
  readFile,
  readdir,
  rm,
  stat,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ContentCache } from '#core/content-cache/content-cache';
import { openContentCache } from '#core/content-cache/open-content-cache';
import type { ContentCacheOptions } from '#core/content-cache/open-content-cache';

let directory: string;
beforeEach(async () => {
  directory = join(await mkdtemp(join(tmpdir(), 'tagboat-cache-')), 'content');
});
afterEach(() => rm(dirname(directory), { recursive: true, force: true }));

const open = (options: Partial<ContentCacheOptions> = {}): ContentCache =>
  openContentCache({ directory, maxBytes: 1_000_000, ...options });
/** Nothing stays in memory, so that every read comes from disk. */
const openDiskOnly = (options: Partial<ContentCacheOptions> = {}): ContentCache =>
  open({ maxMemoryBytes: 0, ...options });

const digestOf = (bytes: Uint8Array, algorithm = 'sha256'): string =>
  `${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}`;
const fileOf = (digest: string): string => {
  const [algorithm = '', hex = ''] = digest.split(':');
  return join(directory, algorithm, hex.slice(0, 2), hex);
};
const someContent = (sizeBytes = 100): { bytes: Uint8Array; digest: string } => {
  const bytes = new Uint8Array(randomBytes(sizeBytes));
  return { bytes, digest: digestOf(bytes) };
};
const exists = (path: string): Promise<boolean> => stat(path).then(Boolean, () => false);

describe('ContentCache', () => {
  it('trap 24: gives back what was put, from memory and after reopening from disk', async () => {
    const { bytes, digest } = someContent();
    const first = open();
    expect(await first.get(digest)).toBeUndefined();
    await first.put(digest, bytes);
    expect(await first.get(digest)).toEqual(bytes);
    await first.close();
    const second = open();
    expect(new Uint8Array((await second.get(digest)) ?? [])).toEqual(bytes);
  });

  it('touches no disk until something is put', async () => {
    const cache = open();
    await cache.get(someContent().digest);
    await cache.close();
    expect(await exists(directory)).toBe(false);
  });

  it('keeps sha512 content beside sha256 content', async () => {
    const { bytes } = someContent();
    const digest = digestOf(bytes, 'sha512');
    const cache = openDiskOnly();
    await cache.put(digest, bytes);
    expect(new Uint8Array((await cache.get(digest)) ?? [])).toEqual(bytes);
    expect(await exists(fileOf(digest))).toBe(true);
  });

  it.each([
    ['an algorithm that cannot be checked', `blake3:${'a'.repeat(64)}`],
    ['a digest of the wrong length', `sha256:${'a'.repeat(63)}`],
    ['upper-case hex', `sha256:${'A'.repeat(64)}`],
    ['a path', 'sha256:../../../../etc/passwd'],
    ['a path that is as long as a digest', `sha256:${'../'.repeat(21)}a`],
    ['nothing', ''],
  ])('keeps nothing for %s', async (_name, digest) => {
    const cache = open();
    await cache.put(digest, new Uint8Array([1]));
    expect(await cache.get(digest)).toBeUndefined();
    await cache.close();
    expect(await exists(directory)).toBe(false);
  });

  it('refuses content that is not that of its digest', async () => {
    const cache = open();
    await expect(cache.put(someContent().digest, new Uint8Array([1]))).rejects.toThrow(RangeError);
    expect((await cache.statistics()).entries).toBe(0);
  });

  it('keeps no content above the size limit', async () => {
    const { bytes, digest } = someContent(2001);
    const cache = open({ maxEntryBytes: 2000 });
    await cache.put(digest, bytes);
    expect(await cache.get(digest)).toBeUndefined();
  });

  it.skipIf(process.platform === 'win32')('lets nobody else read it', async () => {
    const { bytes, digest } = someContent();
    const cache = open();
    await cache.put(digest, bytes);
    expect((await stat(fileOf(digest))).mode & 0o777).toBe(0o600);
    expect((await stat(directory)).mode & 0o777).toBe(0o700);
  });

  it('counts hits and misses', async () => {
    const { bytes, digest } = someContent();
    const cache = open();
    await cache.get(digest);
    await cache.put(digest, bytes);
    await cache.get(digest);
    await cache.get(digest);
    expect(await cache.statistics()).toMatchObject({
      entries: 1,
      sizeBytes: 100,
      memoryBytes: 100,
      hits: 2,
      misses: 1,
    });
  });

  it('removes everything it put, and nothing else in the folder', async () => {
    const cache = open();
    const { bytes, digest } = someContent();
    await cache.put(digest, bytes);
    await writeFile(join(directory, 'notes.txt'), 'mine');
    await cache.clear();
    expect(await cache.get(digest)).toBeUndefined();
    expect(await exists(fileOf(digest))).toBe(false);
    expect(await exists(join(directory, 'notes.txt'))).toBe(true);
  });
});

describe('a damaged cache', () => {
  it.each([
    ['changed', async (file: string) => writeFile(file, randomBytes(100))],
    ['cut short', async (file: string) => writeFile(file, (await readFile(file)).subarray(0, 50))],
    ['emptied', async (file: string) => writeFile(file, '')],
    ['blown up', async (file: string) => writeFile(file, randomBytes(3000))],
  ])('misses, deletes and can keep again a file that was %s', async (_name, damage) => {
    const { bytes, digest } = someContent();
    const cache = openDiskOnly({ maxEntryBytes: 2000 });
    await cache.put(digest, bytes);
    await damage(fileOf(digest));
    expect(await cache.get(digest)).toBeUndefined();
    expect(await exists(fileOf(digest))).toBe(false);
    expect((await cache.statistics()).corrupt).toBe(1);
    await cache.put(digest, bytes);
    expect(new Uint8Array((await cache.get(digest)) ?? [])).toEqual(bytes);
  });

  it('misses where a folder stands in place of a file', async () => {
    const { bytes, digest } = someContent();
    await mkdir(fileOf(digest), { recursive: true });
    const cache = openDiskOnly();
    expect(await cache.get(digest)).toBeUndefined();
    await cache.put(digest, bytes);
    expect(await cache.get(digest)).toBeUndefined();
  });

  it('works from memory where its folder cannot be made', async () => {
    await writeFile(directory, 'a file');
    const { bytes, digest } = someContent();
    const cache = open();
    await cache.put(digest, bytes);
    expect(await cache.get(digest)).toEqual(bytes);
    expect(await cache.statistics()).toMatchObject({ entries: 0, failedWrites: 1 });
    await cache.close();
  });

  it('ignores files that are no content', async () => {
    const { bytes, digest } = someContent();
    const cache = open();
    await cache.put(digest, bytes);
    await writeFile(join(dirname(fileOf(digest)), 'notes.txt'), 'mine');
    await mkdir(join(directory, 'sha256', 'zz'));
    await chmod(join(directory, 'sha256', 'zz'), 0o700);
    expect((await cache.statistics()).entries).toBe(1);
  });

  it('removes what a killed process left half-written, and only old leftovers', async () => {
    await mkdir(join(directory, 'tmp'), { recursive: true });
    await writeFile(join(directory, 'tmp', 'old'), 'half');
    await writeFile(join(directory, 'tmp', 'young'), 'half');
    const anHourAgo = new Date(Date.now() - 60 * 60 * 1000);
    await utimes(join(directory, 'tmp', 'old'), anHourAgo, anHourAgo);
    const cache = open();
    const { bytes, digest } = someContent();
    await cache.put(digest, bytes);
    await cache.close();
    expect(await readdir(join(directory, 'tmp'))).toEqual(['young']);
  });
});

describe('the bound', () => {
  it('on disk: the least recently used files go first', async () => {
    const cache = openDiskOnly({ maxBytes: 1000 });
    const contents = Array.from({ length: 10 }, () => someContent());
    for (const [age, { bytes, digest }] of contents.entries()) {
      await cache.put(digest, bytes);
      const usedAt = new Date(Date.now() - (age + 1) * 60 * 60 * 1000);
      await utimes(fileOf(digest), usedAt, usedAt);
    }
    // The oldest by time is read, which makes it the newest.
    const saved = contents[9]?.digest ?? '';
    await cache.get(saved);
    await cache.close();
    const second = openDiskOnly({ maxBytes: 1000 });
    await expect
      .poll(async () => (await stat(fileOf(saved))).mtimeMs)
      .toBeGreaterThan(Date.now() - 30 * 60 * 1000);
    const { bytes, digest } = someContent();
    await second.put(digest, bytes);
    await second.close();
    const left = await Promise.all(contents.map(async (content) => exists(fileOf(content.digest))));
    // 1100 bytes are trimmed to 900: the two oldest go.
    expect(left).toEqual([true, true, true, true, true, true, true, false, false, true]);
    expect(await exists(fileOf(digest))).toBe(true);
  });

  it('on disk: holds after many writes at once', async () => {
    const cache = openDiskOnly({ maxBytes: 10_000 });
    const contents = Array.from({ length: 300 }, () => someContent(200));
    await Promise.all(contents.map(({ bytes, digest }) => cache.put(digest, bytes)));
    await cache.close();
    expect((await cache.statistics()).sizeBytes).toBeLessThanOrEqual(10_000);
    expect((await cache.statistics()).entries).toBeGreaterThan(20);
  });

  it('on disk: what is in memory is not removed before what is not', async () => {
    const old = someContent();
    const cache = open({ maxBytes: 1000, maxMemoryBytes: 800 });
    await cache.put(old.digest, old.bytes);
    const longAgo = new Date(0);
    await utimes(fileOf(old.digest), longAgo, longAgo);
    for (let count = 0; count < 12; count += 1) {
      const { bytes, digest } = someContent();
      await cache.put(digest, bytes);
      expect(await cache.get(old.digest)).toEqual(old.bytes);
    }
    await cache.close();
    expect(await exists(fileOf(old.digest))).toBe(true);
  });

  it('in memory: old content leaves, but stays on disk', async () => {
    const cache = open({ maxMemoryBytes: 1000 });
    const contents = Array.from({ length: 20 }, () => someContent());
    for (const { bytes, digest } of contents) await cache.put(digest, bytes);
    expect((await cache.statistics()).memoryBytes).toBeLessThanOrEqual(1000);
    for (const { bytes, digest } of contents) {
      expect(new Uint8Array((await cache.get(digest)) ?? [])).toEqual(bytes);
    }
  });
});

describe('several users of one folder', () => {
  it('can put and get the same content at once', async () => {
    const caches = [openDiskOnly(), openDiskOnly(), openDiskOnly()];
    const contents = Array.from({ length: 20 }, () => someContent());
    await Promise.all(
      caches.flatMap((cache) =>
        contents.flatMap(({ bytes, digest }) => [
          cache.put(digest, bytes),
          cache.put(digest, bytes),
        ]),
      ),
    );
    for (const cache of caches) {
      const read = await Promise.all(contents.map(({ digest }) => cache.get(digest)));
      expect(read.map((bytes) => new Uint8Array(bytes ?? []))).toEqual(
        contents.map(({ bytes }) => bytes),
      );
      expect(await cache.statistics()).toMatchObject({ entries: 20, failedWrites: 0, corrupt: 0 });
    }
    expect(await readdir(join(directory, 'tmp'))).toEqual([]);
  });

  it('survive each other clearing and trimming', async () => {
    const one = openDiskOnly({ maxBytes: 2000 });
    const other = openDiskOnly({ maxBytes: 2000 });
    const contents = Array.from({ length: 40 }, () => someContent());
    await Promise.all([
      ...contents.map(({ bytes, digest }) => one.put(digest, bytes)),
      ...contents.map(({ bytes, digest }) => other.put(digest, bytes)),
      ...contents.map(({ digest }) => one.get(digest)),
      other.clear(),
    ]);
    for (const { bytes, digest } of contents) {
      const read = await one.get(digest);
      expect(read === undefined || digestOf(read) === digestOf(bytes)).toBe(true);
    }
    await one.close();
    await other.close();
    expect((await one.statistics()).corrupt).toBe(0);
  });
});
