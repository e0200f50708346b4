import { appendFile, mkdir, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ChangeRequest, ExecutionReport } from '#core/cleanup/index';
import { openFront } from '#test/cleanup-front';
import { openScene, pull, temporaryDir, type Scene } from '#test/cleanup-scene';
import { startDockerRegistry, type DockerRegistry } from '#test/docker-registry';
import { realPart } from '#test/real-parts';
import { digest, expectPlainWords, tag } from '#test/registry-calls';
import { makeTemporaryDir, run, runOrThrow } from '#test/registry-command';
import { pushMultiPlatform, pushSampleImage } from '#test/sample-images';

const isMissing = realPart('docker-registry') === undefined || realPart('skopeo') === undefined;
const canMount = process.getuid?.() === 0 && process.platform === 'linux';

const filesOf = async ({ storageDir }: DockerRegistry): Promise<string[]> =>
  (await readdir(storageDir, { recursive: true })).sort();

describe.skipIf(isMissing || !canMount)(
  'a disk that is full (needs root, for a small tmpfs)',
  () => {
    let registry: DockerRegistry;
    let disk: string;
    beforeAll(async () => {
      registry = await startDockerRegistry();
      disk = await makeTemporaryDir('journal-disk');
      await runOrThrow('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', disk]);
    });
    afterAll(async () => {
      await run('umount', [disk]);
      await rm(disk, { recursive: true, force: true });
      await registry.stop();
    });

    const filler = (): string => path.join(disk, 'filler');
    const fill = () => run('dd', ['if=/dev/zero', `of=${filler()}`, 'bs=4k']);
    const free = () => rm(filler(), { force: true });
    const journalDirOf = async (name: string): Promise<string> => {
      await free();
      const folder = path.join(disk, name);
      await mkdir(folder);
      return folder;
    };

    it('stops a change before its first write: the registry and the journal are as they were', async () => {
      const name = 'disk/begin';
      const index = await pushMultiPlatform(registry, name, ['multi'], name);
      const journalDir = await journalDirOf('begin');
      const scene = await openScene(registry, name, { journalDir });
      const planned = await scene.plan({ kind: 'delete-tag', tag: tag('multi') });
      const before = await filesOf(registry);
      await fill();
      const refused = await scene.execute(planned).catch((error: unknown) => error);
      expect(refused).toMatchObject({ name: 'JournalError', code: 'disk-full' });
      expectPlainWords((refused as Error).message);
      expect(await filesOf(registry)).toEqual(before);
      await free();
      expect(await scene.journal.list()).toEqual([]);
      const left = await readdir(journalDir, { recursive: true });
      expect(left.filter((file) => file.includes('pack') || file.endsWith('.lock'))).toEqual([]);
      expect(await pull(registry.host, name, 'multi')).toBe(index.digest);
      expect((await scene.execute(planned)).outcome).toBe('done');
      expect((await scene.undo(await newest(scene))).report.outcome).toBe('done');
      expect(await pull(registry.host, name, 'multi')).toBe(index.digest);
    });

    const newest = async (scene: Scene): Promise<string> =>
      (await scene.journal.list())[0]?.id ?? '';

    it('stops a change when a step cannot be noted any more; it goes on when there is space', async () => {
      const name = 'disk/middle';
      const image = await pushSampleImage(registry, name, ['1.0'], { labels: { name } });
      const journalDir = await journalDirOf('middle');
      const front = await openFront(registry);
      const scene = await openScene(front, name, { journalDir });
      const before = await scene.tags();
      // More notes than fit into the page of memory that the log has already.
      const requests = Array.from({ length: 45 }, (_, index): ChangeRequest => ({
        kind: 'tag',
        tag: tag(`n${index}`),
        digest: digest(image.digest),
      }));
      const planned = await scene.plan(...requests);
      let isFull = false;
      front.onWrite = async (_call, pass) => {
        if (!isFull) await fill();
        isFull = true;
        return pass();
      };
      const report = await scene.execute(planned);
      front.onWrite = undefined;
      expect(report.outcome).toBe('stopped');
      expectPlainWords(report.stoppedBy ?? '');
      expect(report.stoppedBy).not.toContain('Nothing was changed');
      const added = report.results.filter(({ state }) => state === 'done').length;
      expect(added).toBeLessThan(requests.length);
      // What was not noted as done was begun, at most one step.
      expect(Object.keys(await scene.tags()).length - 1 - added).toBeLessThanOrEqual(1);
      await free();
      expect(await scene.journal.list()).toMatchObject([{ id: report.id, outcome: undefined }]);
      expect(await scene.resume(report.id)).toMatchObject({ outcome: 'done', lostTags: [] });
      expect(Object.keys(await scene.tags())).toHaveLength(46);
      expect((await scene.undo(report.id)).report.outcome).toBe('done');
      expect(await scene.tags()).toEqual(before);
    });
  },
);

describe.skipIf(isMissing)('a journal that is damaged', () => {
  let registry: DockerRegistry;
  beforeAll(async () => {
    registry = await startDockerRegistry();
  });
  afterAll(() => registry.stop());

  /** Two changes of one repository, each with an entry. */
  const prepare = async (name: string) => {
    const image = await pushSampleImage(registry, name, ['a', 'b', 'c'], { labels: { name } });
    const scene = await openScene(registry, name);
    const first = await scene.change({ kind: 'untag', tag: tag('a') });
    const second = await scene.change({ kind: 'untag', tag: tag('b') });
    const folder = path.join(scene.journalDir, first.id);
    return { scene, first, second, folder, image: image.digest };
  };

  const flip = async (file: string, at: number): Promise<void> => {
    const bytes = await readFile(file);
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    await writeFile(file, bytes);
  };

  const quarantined = async ({ journalDir }: Scene, { id }: ExecutionReport): Promise<boolean> =>
    (await readdir(path.join(journalDir, 'quarantine'))).some((name) => name.endsWith(id));

  it.each([
    [
      'a header with one bit changed',
      (folder: string) => flip(path.join(folder, 'entry.json'), 90),
    ],
    ['an empty header', (folder: string) => truncate(path.join(folder, 'entry.json'))],
    ['a header that is gone', (folder: string) => rm(path.join(folder, 'entry.json'))],
    ['a note with one bit changed', (folder: string) => flip(path.join(folder, 'steps.log'), 40)],
    ['notes that are gone', (folder: string) => rm(path.join(folder, 'steps.log'))],
  ])('puts an entry with %s into quarantine, and keeps the others', async (what, damage) => {
    const name = `damaged/${what.replace(/\s/gu, '-')}`;
    const { scene, first, second, folder, image } = await prepare(name);
    await damage(folder);
    expect(await scene.journal.list()).toMatchObject([{ id: second.id, outcome: 'done' }]);
    expect(await quarantined(scene, first)).toBe(true);
    expect(await scene.journal.open(first.id)).toBeUndefined();
    expect(await scene.resume(first.id)).toBeUndefined();
    expect((await scene.undo(second.id)).report.outcome).toBe('done');
    expect(await pull(registry.host, name, 'b')).toBe(image);
    expect((await scene.change({ kind: 'untag', tag: tag('b') })).outcome).toBe('done');
  });

  it('says what was not kept when the manifests of an entry are gone, and writes nothing', async () => {
    const name = 'damaged/pack';
    const image = await pushSampleImage(registry, name, ['a'], { labels: { name } });
    const scene = await openScene(registry, name);
    const { id } = await scene.change({ kind: 'delete-tag', tag: tag('a') });
    await flip(path.join(scene.journalDir, id, 'manifests.pack'), 20);
    const undo = await scene.planUndo(id);
    expect(undo.cannotComeBack).toMatchObject([
      { digest: image.digest, tags: ['a'], reason: { code: 'not-in-journal' } },
    ]);
    expect(undo.plan.blockers).toMatchObject([{ code: 'nothing-to-do' }]);
    expect(await scene.tags()).toEqual({});
  });

  it('reads on where a power cut left half a note', async () => {
    const name = 'damaged/torn';
    const { scene, first, folder, image } = await prepare(name);
    await appendFile(path.join(folder, 'steps.log'), '0123456789abcdef {"record":{"st');
    expect(await scene.journal.list()).toHaveLength(2);
    expect((await scene.undo(first.id)).report.outcome).toBe('done');
    expect((await scene.journal.open(first.id))?.outcome).toBe('undone');
    expect(await pull(registry.host, name, 'a')).toBe(image);
  });

  it('takes a stranger in its folder for what it is, and leaves it alone', async () => {
    const journalDir = await temporaryDir('journal-strangers');
    await writeFile(path.join(journalDir, 'notes.txt'), 'a file of somebody else');
    await mkdir(path.join(journalDir, 'not an entry'));
    const name = 'damaged/strangers';
    await pushSampleImage(registry, name, ['a'], { labels: { name } });
    const scene = await openScene(registry, name, { journalDir });
    expect(await scene.journal.list()).toEqual([]);
    const { id } = await scene.change({ kind: 'untag', tag: tag('a') });
    expect(await scene.journal.list()).toMatchObject([{ id }]);
    expect(await readFile(path.join(journalDir, 'notes.txt'), 'utf8')).toContain('somebody');
    expect(await readdir(journalDir)).toContain('not an entry');
  });
});
