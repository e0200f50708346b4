import { readdir } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { openFront, type Front, type Interceptor } from '#test/cleanup-front';
import { openScene, pull, temporaryDir, type Scene } from '#test/cleanup-scene';
import { startDockerRegistry, type DockerRegistry } from '#test/docker-registry';
import { ociError } from '#test/faulty-registry';
import { realPart } from '#test/real-parts';
import { digest, expectPlainWords, tag } from '#test/registry-calls';
import { pushMultiPlatform, pushSampleImage } from '#test/sample-images';

const isMissing = realPart('docker-registry') === undefined || realPart('skopeo') === undefined;

/** Waits take no time, and are kept. */
const quickClock = () => {
  const waits: number[] = [];
  let time = 0;
  return {
    waits,
    now: () => time,
    wait: (delayMs: number) => {
      waits.push(delayMs);
      time += delayMs;
      return Promise.resolve();
    },
  };
};

describe.skipIf(isMissing)('faults of a registry in the middle of a plan', () => {
  let registry: DockerRegistry;
  beforeAll(async () => {
    registry = await startDockerRegistry();
  });
  afterAll(() => registry.stop());

  type Setting = { front: Front; scene: Scene; before: Record<string, string>; waits: number[] };

  /** An image under three tags, and an index. */
  const prepare = async (name: string): Promise<Setting & { image: string; index: string }> => {
    const image = await pushSampleImage(registry, name, ['a', 'b', 'c'], { labels: { name } });
    const index = await pushMultiPlatform(registry, name, ['multi'], name);
    const front = await openFront(registry);
    const clock = quickClock();
    const scene = await openScene(front, name, { execute: { clock } });
    front.writes.length = 0;
    const before = await scene.tags();
    return {
      front,
      scene,
      before,
      waits: clock.waits,
      image: image.digest,
      index: index.digest,
    };
  };

  const denied = ociError(403, 'DENIED', 'requested access to the resource is denied');

  const denying = (isDenied: (method: string, count: number) => boolean): Interceptor =>
    (() => {
      let count = 0;
      return ({ method }, pass) => {
        count += 1;
        return isDenied(method, count) ? denied : pass();
      };
    })();

  const untagAll = [
    { kind: 'untag', tag: tag('a') },
    { kind: 'untag', tag: tag('b') },
  ] as const;

  it('stops where the right to delete is lost, with the tag back on its image (trap 3, trap 28)', async () => {
    const { front, scene, image } = await prepare('lost/delete');
    let deletions = 0;
    front.onWrite = denying((method) => method === 'DELETE' && (deletions += 1) > 1);
    const report = await scene.change(...untagAll);
    expect(report).toMatchObject({ outcome: 'stopped', lostTags: [] });
    expect(report.results).toMatchObject([{ state: 'done' }, { state: 'put-back' }]);
    expect(report.learned).toMatchObject({
      deleteByDigest: { answer: 'no', how: 'refused-just-now' },
    });
    expect(await pull(registry.host, scene.name, 'b')).toBe(image);
    expect(Object.keys(await scene.tags())).toEqual(['b', 'c', 'multi']);
    front.onWrite = undefined;
    expect(await scene.resume(report.id)).toMatchObject({ outcome: 'done' });
    expect(Object.keys(await scene.tags())).toEqual(['c', 'multi']);
  });

  it('says which tag is behind its placeholder when every right is lost, and mends it later (trap 3)', async () => {
    const { front, scene, before, image } = await prepare('lost/all');
    let isLost = false;
    front.onWrite = denying((method) => (isLost ||= method === 'DELETE'));
    const report = await scene.change(...untagAll);
    expect(report.outcome).toBe('stopped');
    expect(report.results).toMatchObject([
      { step: { tag: 'a' }, state: 'failed', note: 'placeholder-left' },
      { state: 'not-run' },
    ]);
    expectPlainWords(report.stoppedBy ?? '');
    expect(await scene.tags()).not.toMatchObject({ a: image });
    front.onWrite = undefined;
    const undone = await scene.undo(report.id);
    expect(undone).toMatchObject({ changedMeanwhile: [], report: { outcome: 'done' } });
    expect(await scene.tags()).toEqual(before);
    expect(await pull(registry.host, scene.name, 'a')).toBe(image);
  });

  it('stops between an index and its children when the right is lost there; both ways lead on', async () => {
    const { front, scene, before, index } = await prepare('lost/index');
    front.onWrite = denying((_method, count) => count > 2);
    const report = await scene.change({ kind: 'delete-tag', tag: tag('multi') });
    expect(report.outcome).toBe('stopped');
    expect(report.results.map(({ state }) => state).slice(0, 4)).toEqual([
      'done',
      'done',
      'failed',
      'not-run',
    ]);
    front.onWrite = undefined;
    expect(await scene.resume(report.id)).toMatchObject({ outcome: 'done' });
    expect((await scene.undo(report.id)).report.outcome).toBe('done');
    expect(await scene.tags()).toEqual(before);
    expect(await pull(registry.host, scene.name, 'multi')).toBe(index);
  });

  /** Every write fails once before it is let through. */
  const failingOnce = (failure: ReturnType<typeof ociError>, isApplied: boolean): Interceptor => {
    const failed = new Set<string>();
    return async ({ method, path }, pass) => {
      const line = `${method} ${path.replace(/(uploads\/).*$/u, '$1')}`;
      if (failed.has(line)) return pass();
      failed.add(line);
      if (isApplied) await pass();
      return failure;
    };
  };

  const busy = {
    ...ociError(429, 'TOOMANYREQUESTS', 'slow down'),
    headers: { 'retry-after': '7' },
  };
  const broken = ociError(500, 'UNKNOWN', 'unknown error');

  it.each([
    ['429 with Retry-After', busy, false],
    ['500', broken, false],
    ['500 after it did what was asked', broken, true],
  ] as const)(
    'goes on after %s to every write, and undo as well',
    async (_, failure, isApplied) => {
      const name = `busy/${failure.status ?? 0}-${isApplied}`;
      const { front, scene, before, waits, image, index } = await prepare(name);
      front.onWrite = failingOnce(failure, isApplied);
      // A placeholder alone takes four writes.
      const limits = { retryBudget: 40, maxTries: 5 };
      const planned = await scene.plan(
        ...untagAll,
        { kind: 'delete-tag', tag: tag('multi') },
        { kind: 'tag', tag: tag('d'), digest: digest(image) },
      );
      const report = await scene.execute(planned, { limits });
      expect(report).toMatchObject({ outcome: 'done', lostTags: [] });
      expect(report.results.every(({ state }) => state === 'done')).toBe(true);
      expect(Object.keys(await scene.tags())).toEqual(['c', 'd']);
      expect(waits).toContain(failure === busy ? 7_000 : 500);
      expect(await pull(registry.host, name, 'c')).toBe(image);
      front.onWrite = failingOnce(failure, isApplied);
      const undone = await scene.undo(report.id, { limits });
      expect(undone).toMatchObject({ changedMeanwhile: [], report: { outcome: 'done' } });
      expect(await scene.tags()).toEqual(before);
      expect(await pull(registry.host, name, 'multi')).toBe(index);
    },
  );

  it('does not wait for an hour: it stops with the reason, the tag back in its place', async () => {
    const { front, scene, before, waits } = await prepare('busy/hour');
    const hour = { ...busy, headers: { 'retry-after': '3600' } };
    front.onWrite = ({ method }, pass) => (method === 'DELETE' ? hour : pass());
    const report = await scene.change(...untagAll);
    expect(report).toMatchObject({ outcome: 'stopped', results: [{ state: 'put-back' }, {}] });
    expectPlainWords(report.stoppedBy ?? '');
    expect(waits).not.toContain(3_600_000);
    expect(await scene.tags()).toEqual(before);
  });

  it('stops when a registry fails for good, and brings the image back in the end', async () => {
    const { front, scene, before } = await prepare('busy/broken');
    front.onWrite = ({ method }, pass) => (method === 'DELETE' ? broken : pass());
    const report = await scene.change(...untagAll);
    expect(report).toMatchObject({ outcome: 'stopped', results: [{ state: 'put-back' }, {}] });
    expect(await scene.tags()).toEqual(before);
    expect(report.learned).toEqual({});
  });

  it('stops when the connection is lost at every write, with nothing half done', async () => {
    const { front, scene, before } = await prepare('busy/lost');
    front.onWrite = () => undefined;
    const report = await scene.change(
      { kind: 'move-tag', tag: tag('a'), digest: digest(before['multi'] ?? '') },
      { kind: 'untag', tag: tag('b') },
    );
    expect(report).toMatchObject({ outcome: 'stopped', results: [{ state: 'failed' }, {}] });
    expectPlainWords(report.stoppedBy ?? '');
    expect(await scene.tags()).toEqual(before);
  });

  it('waits for a registry that is restarted in the middle', async () => {
    const name = 'busy/restart';
    let own = await startDockerRegistry({ storageDir: await temporaryDir('storage') });
    onTestFinished(() => own.stop());
    const { port, storageDir, host } = own;
    const image = await pushSampleImage(own, name, ['a', 'b', 'c']);
    const clock = quickClock();
    let isUp = true;
    const wait = async (delayMs: number): Promise<void> => {
      await clock.wait(delayMs);
      if (!isUp) own = await startDockerRegistry({ port, storageDir });
      isUp = true;
    };
    const scene = await openScene(own, name);
    const report = await scene.execute(await scene.plan(...untagAll), {
      clock: { ...clock, wait },
      onProgress: ({ completed }) => {
        if (completed > 1) return;
        isUp = false;
        void own.stop();
      },
    });
    expect(report).toMatchObject({ outcome: 'done', lostTags: [] });
    expect(clock.waits.length).toBeGreaterThan(0);
    expect(await scene.tags()).toEqual({ c: image.digest });
    expect(await pull(host, name, 'c')).toBe(image.digest);
  });

  it('stops between two steps when it is cancelled, and can be continued', async () => {
    const { front, scene } = await prepare('cancel/between');
    const controller = new AbortController();
    front.onWrite = async ({ method }, pass) => {
      const answer = await pass();
      if (method === 'DELETE') controller.abort();
      return answer;
    };
    const planned = await scene.plan(...untagAll);
    const report = await scene.execute(planned, { signal: controller.signal });
    expect(report).toMatchObject({ outcome: 'cancelled' });
    expect(report.results.map(({ state }) => state)).toEqual(['done', 'not-run']);
    expect(Object.keys(await scene.tags())).toEqual(['b', 'c', 'multi']);
    expect(await scene.resume(report.id)).toMatchObject({ outcome: 'done' });
    expect(Object.keys(await scene.tags())).toEqual(['c', 'multi']);
    expect(await readdir(`${scene.journalDir}/locks`)).toEqual([]);
  });

  it('deletes nothing when a tag appears on the image while it runs (trap 10)', async () => {
    const { front, scene, image } = await prepare('race/tag');
    await pushSampleImage(registry, scene.name, ['z'], { labels: { other: 'z' } });
    const planned = await scene.plan(
      { kind: 'delete-tag', tag: tag('z') },
      {
        kind: 'delete-image',
        digest: digest(image),
        tags: [tag('a'), tag('b'), tag('c')],
      },
    );
    front.onWrite = async (_call, pass) => {
      front.onWrite = undefined;
      const answer = await pass();
      await pushSampleImage(registry, scene.name, ['new'], { labels: { name: scene.name } });
      return answer;
    };
    const report = await scene.execute(planned);
    expect(report.outcome).toBe('done-with-exceptions');
    expect(await pull(registry.host, scene.name, 'new')).toBe(image);
    expect(report.results).toMatchObject([
      { state: 'done' },
      { state: 'skipped', note: 'needed-meanwhile' },
    ]);
    expect(Object.keys(await scene.tags())).toEqual(['a', 'b', 'c', 'multi', 'new']);
  });
});
