import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openSeenTags } from '#core/content-cache/open-seen-tags';

const place = 'https://registry.example/ team/app';

describe('seen tags', () => {
  let directory: string;
  beforeEach(async () => {
    const parent = await mkdtemp(path.join(tmpdir(), 'tagboat-seen-'));
    directory = path.join(parent, 'seen');
  });
  afterEach(() => rm(path.dirname(directory), { recursive: true, force: true }));

  it('touch no disk until something is added', async () => {
    const seen = openSeenTags({ directory });
    expect(await seen.has(place, '1.0')).toBe(false);
    await expect(readdir(directory)).rejects.toThrow('ENOENT');
  });

  it('are there after a restart, each repository by itself', async () => {
    const seen = openSeenTags({ directory });
    for (const tag of ['1.0', '1.1', '1.0']) seen.add(place, tag);
    seen.add('https://other.example/ team/app', '2.0');
    await seen.settled();
    const again = openSeenTags({ directory });
    expect(await again.has(place, '1.1')).toBe(true);
    expect(await again.has(place, '2.0')).toBe(false);
    expect(await again.has('https://other.example/ team/app', '2.0')).toBe(true);
  });

  it('start anew where a repository has too many', async () => {
    const seen = openSeenTags({ directory, maxTagsPerPlace: 3 });
    for (const tag of ['a', 'b', 'c']) seen.add(place, tag);
    await seen.settled();
    seen.add(place, 'd');
    await seen.settled();
    const again = openSeenTags({ directory });
    expect(await again.has(place, 'a')).toBe(false);
    expect(await again.has(place, 'd')).toBe(true);
  });

  it('keep the repositories that were added to last', async () => {
    const first = openSeenTags({ directory });
    for (const name of ['one', 'two', 'three']) {
      first.add(name, 'tag');
      await first.settled();
    }
    for (const [at, name] of (await readdir(directory)).entries()) {
      await utimes(path.join(directory, name), at, at);
    }
    const second = openSeenTags({ directory, maxPlaces: 2 });
    second.add('one', 'other');
    await second.settled();
    expect((await readdir(directory)).length).toBeLessThanOrEqual(3);
  });

  it('are a hint: a folder that cannot be written is no error', async () => {
    await writeFile(directory, 'a file where the folder should be');
    const seen = openSeenTags({ directory });
    seen.add(place, '1.0');
    await seen.settled();
    expect(await seen.has(place, '1.0')).toBe(true);
  });
});
