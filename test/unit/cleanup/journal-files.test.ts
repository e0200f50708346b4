import { spawnSync } from 'node:child_process';
import {
  appendFile,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { JournalError, type JournalHeader, type KeptManifest } from '#core/cleanup/journal';
import { openJournal, type JournalLimits } from '#core/cleanup/journal-files';
import type { Plan } from '#core/cleanup/plan';
import type { Digest } from '#oci/digest';
import { place, planOn } from '#test/cleanup-run';
import { hashOf } from '#test/model-registry';
import { makeShop, untag } from './samples';

let folder: string;
let plan: Plan;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'journal-'));
  ({ plan } = await planOn(makeShop().registry, [untag('1.0')]));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const headerOf = (id: string, minute = 0): JournalHeader => ({
  id,
  place,
  plan,
  startedAt: new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString(),
});

const manifestOf = (text: string): KeptManifest => ({
  digest: hashOf(text),
  mediaType: 'application/vnd.oci.image.manifest.v1+json',
  bytes: Buffer.from(text),
});

async function* kept(...texts: string[]): AsyncGenerator<KeptManifest> {
  for (const text of texts) yield await Promise.resolve(manifestOf(text));
}

const open = (limits: Partial<JournalLimits> = {}) => openJournal(folder, limits);
const fileOf = (id: string, name: string): string => path.join(folder, id, name);
const textOf = async (bytes: Promise<{ bytes: Uint8Array } | undefined>): Promise<string> =>
  Buffer.from((await bytes)?.bytes ?? []).toString('utf8');

describe('an entry on the disk', () => {
  it('is there after a restart: header, manifests byte for byte, steps and outcome', async () => {
    const entry = await open().begin(headerOf('one'), kept('first', 'second manifest'));
    await entry.append({ step: 0, state: 'begun' });
    await entry.append({ step: 0, state: 'done', note: 'image-put-back' });
    await entry.finish('done');
    const found = await open().open('one');
    expect(found?.header).toEqual(headerOf('one'));
    expect(found?.records).toEqual([
      { step: 0, state: 'begun' },
      { step: 0, state: 'done', note: 'image-put-back' },
    ]);
    expect(found?.outcome).toBe('done');
    expect(found?.keptDigests).toEqual(['first', 'second manifest'].map(hashOf));
    const second = found?.readManifest(hashOf('second manifest'));
    expect(await textOf(second ?? Promise.resolve(undefined))).toBe('second manifest');
    expect(await second).toMatchObject({ mediaType: manifestOf('').mediaType });
    expect(await found?.readManifest(hashOf('never kept'))).toBeUndefined();
  });

  it('has no outcome while it is interrupted, and takes more steps after a restart', async () => {
    const entry = await open().begin(headerOf('one'), kept());
    await entry.append({ step: 0, state: 'begun' });
    const again = await open().open('one');
    expect(again?.outcome).toBeUndefined();
    await again?.append({ step: 0, state: 'done' });
    expect((await open().open('one'))?.records).toHaveLength(2);
  });

  it('lists the newest first, with how far each came', async () => {
    const journal = open();
    const first = await journal.begin(headerOf('first', 1), kept());
    await first.append({ step: 0, state: 'begun' });
    await first.append({ step: 0, state: 'done' });
    await first.finish('done');
    await journal.begin({ ...headerOf('second', 2), undoes: 'first' }, kept());
    const found = (await journal.list()).map(({ id, outcome, completed, undoes }) => ({
      id,
      outcome,
      completed,
      undoes,
    }));
    expect(found).toEqual([
      { id: 'second', outcome: undefined, completed: 0, undoes: 'first' },
      { id: 'first', outcome: 'done', completed: 1, undoes: undefined },
    ]);
  });

  it('is not there at all when its manifests cannot be fetched, and the error is the one of the registry', async () => {
    async function* failing(): AsyncGenerator<KeptManifest> {
      yield await Promise.resolve(manifestOf('first'));
      throw new Error('The registry answered 500.');
    }
    await expect(open().begin(headerOf('one'), failing())).rejects.toThrow('answered 500');
    expect(await open().list()).toEqual([]);
    expect(await readdir(folder)).toEqual([]);
  });

  it('reads nothing before the first call, and nothing from a folder that is not there', async () => {
    const journal = openJournal(path.join(folder, 'not', 'yet'));
    expect(await journal.list()).toEqual([]);
    expect(await journal.open('one')).toBeUndefined();
    expect(await readdir(folder)).toEqual([]);
  });

  it.each(['../outside', 'a/b', '', '.', 'x'.repeat(65)])(
    'does not leave its folder for an id such as %j',
    async (id) => {
      expect(await open().open(id)).toBeUndefined();
      await expect(open().begin(headerOf(id), kept())).rejects.toThrow(JournalError);
    },
  );
});

describe('damage', () => {
  const begin = async (): Promise<void> => {
    const entry = await open().begin(headerOf('one'), kept('manifest'));
    await entry.append({ step: 0, state: 'begun' });
    await entry.append({ step: 0, state: 'done' });
    await open().begin(headerOf('two', 1), kept());
  };
  const flip = async (file: string, at: number): Promise<void> => {
    const bytes = await readFile(file);
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    await writeFile(file, bytes);
  };

  it.each<[string, () => Promise<void>]>([
    ['a changed header', () => flip(fileOf('one', 'entry.json'), 40)],
    ['a header that ends early', () => truncate(fileOf('one', 'entry.json'), 100)],
    ['a changed line', () => flip(fileOf('one', 'steps.log'), 20)],
    ['no header', () => rm(fileOf('one', 'entry.json'))],
    ['no log', () => rm(fileOf('one', 'steps.log'))],
    [
      'the header of another entry',
      async () => {
        await writeFile(fileOf('one', 'entry.json'), await readFile(fileOf('two', 'entry.json')));
      },
    ],
  ])('puts an entry with %s into quarantine, and is not stopped by it', async (_, damage) => {
    await begin();
    await damage();
    const journal = open();
    expect((await journal.list()).map(({ id }) => id)).toEqual(['two']);
    expect(await journal.open('one')).toBeUndefined();
    const [aside] = await readdir(path.join(folder, 'quarantine'));
    expect(aside).toMatch(/\.one$/u);
    await journal.begin(headerOf('three'), kept());
    expect(await journal.list()).toHaveLength(2);
  });

  it('takes a torn last line for what a power cut leaves, and writes over it', async () => {
    await begin();
    const log = fileOf('one', 'steps.log');
    await appendFile(log, '0123456789abcdef {"record":{"step":1,"sta');
    const entry = await open().open('one');
    expect(entry?.records).toHaveLength(2);
    await entry?.append({ step: 1, state: 'begun' });
    expect((await open().open('one'))?.records.at(-1)).toEqual({ step: 1, state: 'begun' });
    expect(await readFile(log, 'utf8')).not.toContain('"sta{');
  });

  it('gives no manifest whose bytes are not what was kept', async () => {
    await begin();
    await flip(fileOf('one', 'manifests.pack'), 3);
    const entry = await open().open('one');
    expect(entry?.records).toHaveLength(2);
    expect(await entry?.readManifest(hashOf('manifest'))).toBeUndefined();
    await rm(fileOf('one', 'manifests.pack'));
    expect(await entry?.readManifest(hashOf('manifest'))).toBeUndefined();
  });

  it('keeps a bounded number of damaged entries', async () => {
    const limits = { maxQuarantined: 2 };
    for (const id of ['a', 'b', 'c']) {
      await open(limits).begin(headerOf(id), kept());
      await writeFile(fileOf(id, 'entry.json'), 'no');
      expect(await open(limits).open(id)).toBeUndefined();
    }
    expect(await readdir(path.join(folder, 'quarantine'))).toHaveLength(2);
  });
});

describe('limits', () => {
  it('refuses an entry that is too large before anything is changed, and leaves nothing of it', async () => {
    const journal = open({ maxEntryBytes: 10 });
    const refused = journal.begin(headerOf('one'), kept('12345', '1234567'));
    await expect(refused).rejects.toMatchObject({ code: 'too-large' });
    expect(await readdir(folder)).toEqual([]);
  });

  it('lets the oldest ended entries go, and no interrupted or stopped one', async () => {
    const journal = open({ maxEntries: 3 });
    const outcomes = [undefined, 'stopped', 'done'] as const;
    for (const [minute, outcome] of outcomes.entries()) {
      const entry = await journal.begin(headerOf(`e${minute}`, minute), kept());
      if (outcome !== undefined) await entry.finish(outcome);
    }
    await journal.begin(headerOf('new', 9), kept());
    expect((await journal.list()).map(({ id }) => id)).toEqual(['new', 'e1', 'e0']);
    await expect(journal.begin(headerOf('more', 10), kept())).rejects.toMatchObject({
      code: 'too-large',
    });
  });

  it('counts the bytes of all entries', async () => {
    const journal = open({ maxTotalBytes: 25 });
    for (const [minute, id] of ['a', 'b', 'c'].entries()) {
      const entry = await journal.begin(headerOf(id, minute), kept('0123456789'));
      await entry.finish('done');
    }
    expect((await journal.list()).map(({ id }) => id)).toEqual(['c', 'b']);
  });

  it('removes what a kill left half-written, once it is old', async () => {
    await mkdir(path.join(folder, '.old.1.tmp'));
    await utimes(path.join(folder, '.old.1.tmp'), 1, 1);
    await mkdir(path.join(folder, '.young.1.tmp'));
    await open().begin(headerOf('one'), kept());
    expect((await readdir(folder)).sort()).toEqual(['.young.1.tmp', 'one']);
  });

  it('says what to do when the folder cannot be written', async () => {
    const file = path.join(folder, 'file');
    await writeFile(file, '');
    const refused = openJournal(file).begin(headerOf('one'), kept());
    await expect(refused).rejects.toMatchObject({ code: 'unwritable' });
    await expect(refused).rejects.toThrow('Check the permissions');
  });
});

describe('the lock of a repository', () => {
  const lockFiles = async (): Promise<string[]> =>
    (await readdir(path.join(folder, 'locks'))).map((name) => path.join(folder, 'locks', name));

  it('lets one writer in, over all journals of the folder, and the next one after it', async () => {
    const first = await open().lock(place);
    await expect(open().lock(place)).rejects.toMatchObject({ code: 'locked' });
    await first.release();
    await (await open().lock(place)).release();
    expect(await lockFiles()).toEqual([]);
  });

  it('is for one repository', async () => {
    const first = await open().lock(place);
    const second = await open().lock({ ...place, repository: 'team/other' });
    await Promise.all([first.release(), second.release()]);
    expect(await lockFiles()).toEqual([]);
  });

  const leave = async (owner: object | string): Promise<void> => {
    const held = await open().lock(place);
    const [file = ''] = await lockFiles();
    await held.release();
    await writeFile(file, typeof owner === 'string' ? owner : JSON.stringify(owner));
  };
  const deadPid = (): number => spawnSync(process.execPath, ['-e', '']).pid;

  it.each<[string, () => object | string]>([
    ['a process that is gone', () => ({ pid: deadPid(), startTicks: null, token: 'x' })],
    [
      'an earlier process with the number of this one',
      () => ({ pid: process.pid, startTicks: '1', token: 'x' }),
    ],
    ['nobody, in a file that is damaged', () => '{"pid":'],
    ['nobody, in a file that is empty', () => ''],
  ])('is taken over from %s', async (_, owner) => {
    await leave(owner());
    const lock = await open().lock(place);
    await lock.release();
    expect(await lockFiles()).toEqual([]);
  });

  it('is taken over by one of many who find it at once', async () => {
    await leave({ pid: deadPid(), startTicks: null, token: 'x' });
    // In one process, so only the first to come gets as far as the file.
    const all = await Promise.allSettled(Array.from({ length: 5 }, () => open().lock(place)));
    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('is not taken from a process that lives', async () => {
    await leave({ pid: process.ppid, startTicks: null, token: 'x' });
    await expect(open().lock(place)).rejects.toMatchObject({ code: 'locked' });
  });

  it('is not given back twice: the lock of the next one stays', async () => {
    const first = await open().lock(place);
    await first.release();
    const second = await open().lock(place);
    await first.release();
    expect(await lockFiles()).toHaveLength(1);
    await expect(open().lock(place)).rejects.toMatchObject({ code: 'locked' });
    await second.release();
  });
});

it('keeps a digest of any algorithm, and of signed schema 1, whose digest is not the hash of its bytes', async () => {
  const digest = `sha512:${'a'.repeat(128)}` as Digest;
  async function* one(): AsyncGenerator<KeptManifest> {
    yield await Promise.resolve({ ...manifestOf('signed'), digest });
  }
  await open().begin(headerOf('one'), one());
  const entry = await open().open('one');
  expect(await textOf(entry?.readManifest(digest) ?? Promise.resolve(undefined))).toBe('signed');
});
