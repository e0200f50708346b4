import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ChangeRequest, JournalSummary } from '#core/cleanup/index';
import { addArtifact, addFallbackTag } from '#test/artifact-content';
import { openFront, type Front } from '#test/cleanup-front';
import { startCleanup } from '#test/cleanup-process';
import { openScene, pull, type Scene } from '#test/cleanup-scene';
import { createContentSet } from '#test/content-set';
import { startDockerRegistry, type DockerRegistry } from '#test/docker-registry';
import { addImage, addIndex, threePlatforms } from '#test/image-content';
import { pushContent } from '#test/push-set';
import { realPart } from '#test/real-parts';
import { digest, tag } from '#test/registry-calls';

const isMissing = realPart('docker-registry') === undefined || realPart('skopeo') === undefined;

/** Writes of the plan below, so that every one of them can be the last. */
const WRITES = 10;

describe.skipIf(isMissing)('a process that is killed in the middle of a plan', () => {
  let registry: DockerRegistry;
  beforeAll(async () => {
    registry = await startDockerRegistry();
  });
  afterAll(() => registry.stop());

  /** A plan of every kind of step: put-tag, update-list, untag by placeholder, delete-manifest. */
  const prepare = async (name: string) => {
    const content = createContentSet();
    const one = addImage(content, { tags: ['a', 'b'], labels: { name } });
    addImage(content, { tags: ['c'], labels: { name, n: '2' } });
    const [first, second] = threePlatforms.map((platform) =>
      addImage(content, { platform, labels: { name, n: 'child' } }),
    );
    if (!first || !second) throw new Error('there are platforms');
    const doomed = addIndex(content, [first, second], { tags: ['doomed'] });
    const kept = addIndex(content, [second], { tags: ['kept'] });
    const artifactType = 'application/vnd.example.note';
    const note = addArtifact(content, { artifactType, content: name, subject: one });
    const other = addArtifact(content, { artifactType, content: 'other', subject: one });
    addFallbackTag(content, one, [note, other]);
    await pushContent(registry, name, content);
    const requests: ChangeRequest[] = [
      { kind: 'move-tag', tag: tag('c'), digest: digest(one.digest) },
      { kind: 'rename-tag', from: tag('b'), to: tag('renamed') },
      { kind: 'delete-tag', tag: tag('doomed') },
      { kind: 'delete-image', digest: digest(note.digest), tags: [] },
    ];
    const gone = [doomed.digest, first.digest, note.digest].map(digest);
    const tags = { a: one.digest, c: one.digest, kept: kept.digest, renamed: one.digest };
    const manifests = [...content.manifests.keys()].map(digest);
    return { requests, gone, tags, manifests, kept: kept.digest };
  };

  type Prepared = Awaited<ReturnType<typeof prepare>>;

  /** Carries a plan out in another process and kills it at one of its writes. */
  const crash = async (
    name: string,
    at: number,
    phase: 'before' | 'after',
  ): Promise<{ scene: Scene; prepared: Prepared; before: Record<string, string>; id: string }> => {
    const prepared = await prepare(name);
    const front: Front = await openFront(registry);
    const scene = await openScene(registry, name);
    const before = await scene.tags();
    const { plan } = await scene.plan(...prepared.requests);
    const child = await startCleanup({
      origin: front.origin,
      journalDir: scene.journalDir,
      place: scene.place,
      plan,
    });
    front.onWrite = async (_call, pass) => {
      const isLast = front.writes.length === at;
      if (isLast && phase === 'after') await pass();
      if (!isLast) return pass();
      child.kill();
      await child.ended;
      return undefined;
    };
    expect(await child.ended).toBeUndefined();
    expect(front.writes).toHaveLength(at);
    const [entry, ...rest] = await scene.journal.list();
    expect(rest).toEqual([]);
    expect(entry).toMatchObject({ outcome: undefined } satisfies Partial<JournalSummary>);
    return { scene, prepared, before, id: entry?.id ?? '' };
  };

  const listed = async ({ repository }: Scene): Promise<Record<string, string>> => {
    const { tags } = await repository.listTags();
    const plain = tags.filter((name) => !name.startsWith('sha256-'));
    const found: Record<string, string> = {};
    for (const name of plain) found[name] = (await repository.resolve(name))?.digest ?? '';
    return found;
  };

  /** skopeo is asked where all of the plan was done. */
  const pulls = async (name: string, wanted: Record<string, string | undefined>) => {
    for (const [tagName, expected] of Object.entries(wanted)) {
      expect(await pull(registry.host, name, tagName)).toBe(expected);
    }
  };

  /** Every write of the plan, killed before the registry has it and after it, in turn. */
  const points = (first: 'before' | 'after') =>
    Array.from({ length: WRITES }, (_, index) => {
      const isFirst = index % 2 === 0;
      return [index + 1, isFirst === (first === 'before') ? 'before' : 'after'] as const;
    });

  it.each(points('before'))(
    'continues when it was killed at write %i, %s the registry had it; undo takes all of it back',
    async (at, phase) => {
      const name = `continue/${phase}-${at}`;
      const { scene, prepared, before, id } = await crash(name, at, phase);
      const report = await scene.resume(id);
      expect(report).toMatchObject({ outcome: 'done', lostTags: [] });
      expect(await listed(scene)).toEqual(prepared.tags);
      for (const each of prepared.gone) {
        expect(await scene.repository.resolve(each)).toBeUndefined();
      }
      if (at === WRITES) await pulls(name, { kept: prepared.kept });
      const undone = await scene.undo(id);
      expect(undone).toMatchObject({ cannotComeBack: [], changedMeanwhile: [] });
      expect(undone.report.outcome).toBe('done');
      expect(await scene.tags()).toEqual(before);
    },
  );

  it.each(points('after'))(
    'rolls back when it was killed at write %i, %s the registry had it',
    async (at, phase) => {
      const name = `back/${phase}-${at}`;
      const { scene, prepared, before, id } = await crash(name, at, phase);
      const undone = await scene.undo(id);
      expect(undone).toMatchObject({ cannotComeBack: [], changedMeanwhile: [] });
      expect(await scene.tags()).toEqual(before);
      for (const each of prepared.manifests) {
        expect(await scene.repository.resolve(each)).toBeDefined();
      }
      if (at === WRITES) await pulls(name, { doomed: before['doomed'] });
      const entries = await scene.journal.list();
      expect(entries.find((entry) => entry.id === id)?.outcome).toBe('undone');
      expect(await scene.resume(id)).toBeUndefined();
      expect(await scene.tags()).toEqual(before);
    },
  );

  it('was killed at each of its writes above: a whole run makes no other', async () => {
    const name = 'whole/run';
    const { requests, tags } = await prepare(name);
    const front = await openFront(registry);
    const scene = await openScene(front, name);
    const planned = await scene.plan(...requests);
    front.writes.length = 0;
    expect((await scene.execute(planned)).outcome).toBe('done');
    expect(front.writes).toHaveLength(WRITES);
    expect(await listed(scene)).toEqual(tags);
  });

  it('ends an undo that was killed, and with it the entry that it takes back', async () => {
    const name = 'journal/undo';
    const { scene, before, id } = await crash(name, WRITES, 'after');
    const front = await openFront(registry);
    const undo = await scene.planUndo(id);
    const child = await startCleanup({
      origin: front.origin,
      journalDir: scene.journalDir,
      place: scene.place,
      plan: undo.plan,
      undoes: id,
    });
    front.onWrite = async (_call, pass) => {
      if (front.writes.length < 3) return pass();
      child.kill();
      await child.ended;
      return undefined;
    };
    expect(await child.ended).toBeUndefined();
    const entries = await scene.journal.list();
    const interrupted = entries.find(({ undoes }) => undoes === id);
    expect(interrupted).toMatchObject({ outcome: undefined });
    const report = await scene.resume(interrupted?.id ?? '');
    expect(report).toMatchObject({ outcome: 'done', lostTags: [] });
    expect(await scene.tags()).toEqual(before);
    expect((await scene.journal.open(id))?.outcome).toBe('undone');
    expect(await pull(registry.host, name, 'doomed')).toBe(before['doomed']);
  });

  it('has changed nothing and left no entry when it was killed while it wrote the journal', async () => {
    const name = 'journal/begin';
    const prepared = await prepare(name);
    const front = await openFront(registry);
    const scene = await openScene(registry, name);
    const before = await scene.tags();
    const { plan } = await scene.plan(...prepared.requests);
    const { origin } = front;
    const child = await startCleanup({
      origin,
      journalDir: scene.journalDir,
      place: scene.place,
      plan,
    });
    let reads = 0;
    front.onRead = async (_call, pass) => {
      reads += 1;
      if (reads < 3) return pass();
      child.kill();
      await child.ended;
      return undefined;
    };
    expect(await child.ended).toBeUndefined();
    expect(front.writes).toEqual([]);
    expect(await scene.journal.list()).toEqual([]);
    expect(await scene.tags()).toEqual(before);
    const report = await scene.execute(await scene.plan(...prepared.requests));
    expect(report.outcome).toBe('done');
    expect(await readdir(path.join(scene.journalDir, 'locks'))).toEqual([]);
  });

  it('holds the lock of the repository as long as it lives, and not a moment longer', async () => {
    const name = 'journal/lock';
    const prepared = await prepare(name);
    const front = await openFront(registry);
    const scene = await openScene(registry, name);
    const { plan } = await scene.plan(...prepared.requests);
    const { origin } = front;
    const child = await startCleanup({
      origin,
      journalDir: scene.journalDir,
      place: scene.place,
      plan,
    });
    const refused = new Promise<unknown>((resolve) => {
      front.onWrite = async () => {
        front.onWrite = undefined;
        const request: ChangeRequest = { kind: 'untag', tag: tag('a') };
        const planned = await scene.plan(request);
        resolve(await scene.execute(planned).catch((error: unknown) => error));
        child.kill();
        await child.ended;
        return undefined;
      };
    });
    expect(await refused).toMatchObject({ name: 'JournalError', code: 'locked' });
    expect(await child.ended).toBeUndefined();
    expect((await scene.change({ kind: 'untag', tag: tag('a') })).outcome).toBe('done');
  });
});
