import { readdir } from 'node:fs/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  mergeCapabilities,
  PlanBlocked,
  probeCapabilities,
  unknownCapabilities,
  type CapabilityRecord,
  type Knowledge,
} from '#core/cleanup/index';
import { openScene, pull, type Scene } from '#test/cleanup-scene';
import {
  startDockerRegistry,
  type DockerRegistry,
  type DockerRegistryOptions,
} from '#test/docker-registry';
import { realPart } from '#test/real-parts';
import { digest, expectPlainWords, openClient, repo, tag } from '#test/registry-calls';
import { pushMultiPlatform, pushSampleImage } from '#test/sample-images';
import { startTokenServer, type TokenServerOptions } from '#test/token-server';

const isMissing = realPart('docker-registry') === undefined || realPart('skopeo') === undefined;
const name = 'team/app';

const start = async (options: DockerRegistryOptions = {}): Promise<DockerRegistry> => {
  const registry = await startDockerRegistry(options);
  onTestFinished(() => registry.stop());
  return registry;
};

/** A registry that has an image already when it starts to refuse. */
const startRefusing = async (options: DockerRegistryOptions) => {
  const open = await start();
  const image = await pushSampleImage(open, name, ['1.0', 'stable']);
  const other = await pushSampleImage(open, name, ['2.0'], { labels: { other: 'yes' } });
  const registry = await start({ ...options, storageDir: open.storageDir });
  return { registry, image: image.digest, other: other.digest };
};

const startBehindTokens = async (options: TokenServerOptions) => {
  const tokens = await startTokenServer(options);
  onTestFinished(() => tokens.close());
  return startRefusing({ token: tokens });
};

/** Every file and folder of a registry, with uploads and links. */
const filesOf = async ({ storageDir }: DockerRegistry): Promise<string[]> =>
  (await readdir(storageDir, { recursive: true })).sort();

const everything = (image: string, other: string) =>
  ({
    tag: { kind: 'tag', tag: tag('copy'), digest: digest(image) },
    move: { kind: 'move-tag', tag: tag('stable'), digest: digest(other) },
    rename: { kind: 'rename-tag', from: tag('stable'), to: tag('current') },
    untag: { kind: 'untag', tag: tag('stable') },
    deleteTag: { kind: 'delete-tag', tag: tag('2.0') },
    deleteImage: { kind: 'delete-image', digest: digest(other), tags: [tag('2.0')] },
  }) as const;

/** What stands in the way of each kind of change. */
const blockersOf = async (scene: Scene, image: string, other: string) => {
  const found: Record<string, unknown> = {};
  for (const [kind, request] of Object.entries(everything(image, other))) {
    const planned = await scene.plan(request);
    found[kind] = planned.plan.blockers.map(({ code, setting }) => [code, setting]);
    if (planned.plan.blockers.length === 0) continue;
    await expect(scene.execute(planned)).rejects.toBeInstanceOf(PlanBlocked);
    for (const { message } of planned.plan.blockers) expectPlainWords(message);
  }
  return found;
};

const DELETE = 'storage.delete.enabled';
const READ_ONLY = 'storage.maintenance.readonly';

describe.skipIf(isMissing)('what a registry does not allow', () => {
  it('names the setting where deletion is off, and lets tags be set (trap 3, trap 52)', async () => {
    const { registry, image, other } = await startRefusing({ deleteEnabled: false });
    const scene = await openScene(registry, name);
    expect(scene.capabilities).toMatchObject({
      push: { answer: 'yes', how: 'probed' },
      deleteByTag: { answer: 'no', how: 'probed' },
      deleteByDigest: { answer: 'no', how: 'probed', setting: DELETE },
    });
    const before = await filesOf(registry);
    expect(await blockersOf(scene, image, other)).toEqual({
      tag: [],
      move: [],
      rename: [['cannot-untag', DELETE]],
      untag: [['cannot-untag', DELETE]],
      deleteTag: [['cannot-delete', DELETE]],
      deleteImage: [['cannot-delete', DELETE]],
    });
    expect(await filesOf(registry)).toEqual(before);
    const report = await scene.change(everything(image, other).move);
    expect(report.outcome).toBe('done');
    expect(await pull(registry.host, name, 'stable')).toBe(other);
  });

  it('says of a registry in read-only mode that it is, before the first write (trap 13)', async () => {
    const { registry, image, other } = await startRefusing({ readOnly: true });
    const scene = await openScene(registry, name);
    for (const key of ['push', 'deleteByTag', 'deleteByDigest'] as const) {
      expect(scene.capabilities[key]).toMatchObject({
        answer: 'no',
        how: 'probed',
        setting: READ_ONLY,
      });
    }
    const before = await filesOf(registry);
    expect(await blockersOf(scene, image, other)).toEqual({
      tag: [['cannot-push', READ_ONLY]],
      move: [['cannot-push', READ_ONLY]],
      rename: [
        ['cannot-push', READ_ONLY],
        ['cannot-untag', READ_ONLY],
      ],
      untag: [['cannot-untag', READ_ONLY]],
      deleteTag: [['cannot-delete', READ_ONLY]],
      deleteImage: [['cannot-delete', READ_ONLY]],
    });
    expect(await filesOf(registry)).toEqual(before);
  });

  it('asks for the right to delete by itself, and says that the account lacks it (trap 28)', async () => {
    const { registry, image, other } = await startBehindTokens({
      grant: (scope) => !scope.includes('delete'),
    });
    const scene = await openScene(registry, name);
    expect(scene.capabilities).toMatchObject({
      push: { answer: 'yes' },
      deleteByDigest: { answer: 'no', detail: 'The account in use has no right to it.' },
    });
    const before = await filesOf(registry);
    expect(await blockersOf(scene, image, other)).toMatchObject({
      move: [],
      untag: [['cannot-untag', undefined]],
      deleteTag: [['cannot-delete', undefined]],
    });
    const { plan } = await scene.plan(everything(image, other).deleteTag);
    expect(plan.blockers[0]?.message).toContain('no right');
    expect(await filesOf(registry)).toEqual(before);
  });

  it('says that an account may only pull', async () => {
    const { registry, image, other } = await startBehindTokens({
      grant: (scope) => scope.endsWith(':pull'),
    });
    const scene = await openScene(registry, name);
    expect(scene.capabilities).toMatchObject({
      push: { answer: 'no', how: 'probed' },
      deleteByTag: { answer: 'no' },
      deleteByDigest: { answer: 'no' },
    });
    expect(await blockersOf(scene, image, other)).toMatchObject({
      tag: [['cannot-push', undefined]],
      rename: [
        ['cannot-push', undefined],
        ['cannot-untag', undefined],
      ],
      deleteImage: [['cannot-delete', undefined]],
    });
  });
});

/** What was true yesterday. */
const stale = (answers: Partial<Record<keyof CapabilityRecord, Knowledge['answer']>>) => {
  const record: Partial<Record<keyof CapabilityRecord, Knowledge>> = {};
  for (const [key, answer] of Object.entries(answers)) {
    record[key as keyof CapabilityRecord] = { answer, how: 'probed' };
  }
  return mergeCapabilities(unknownCapabilities, record);
};

describe.skipIf(isMissing)('what a registry allowed yesterday and does not today', () => {
  const distribution = stale({ push: 'yes', deleteByTag: 'no', deleteByDigest: 'yes' });

  it('gives a tag its image back when the placeholder cannot be deleted (trap 3)', async () => {
    const { registry, image, other } = await startRefusing({ deleteEnabled: false });
    const scene = await openScene(registry, name, { capabilities: distribution });
    const report = await scene.change(
      { kind: 'untag', tag: tag('stable') },
      { kind: 'untag', tag: tag('1.0') },
    );
    expect(report).toMatchObject({ outcome: 'stopped', lostTags: [] });
    expect(report.results).toMatchObject([
      { state: 'put-back', note: 'put-back' },
      { state: 'not-run' },
    ]);
    expect(report.learned).toMatchObject({
      deleteByDigest: { answer: 'no', how: 'refused-just-now', setting: DELETE },
    });
    expect(await scene.tags()).toEqual({ '1.0': image, '2.0': other, stable: image });
    expect(await pull(registry.host, name, 'stable')).toBe(image);
    const learned = mergeCapabilities(scene.capabilities, report.learned);
    const again = await openScene(registry, name, { capabilities: learned });
    const { plan } = await again.plan({ kind: 'untag', tag: tag('stable') });
    expect(plan.blockers).toMatchObject([{ code: 'cannot-untag', setting: DELETE }]);
  });

  it('stops at the first deletion that is refused and leaves the rest alone', async () => {
    const { registry, image, other } = await startRefusing({ deleteEnabled: false });
    const scene = await openScene(registry, name, { capabilities: distribution });
    const before = await filesOf(registry);
    const report = await scene.change(
      { kind: 'delete-tag', tag: tag('2.0') },
      { kind: 'delete-image', digest: digest(image), tags: [tag('1.0'), tag('stable')] },
    );
    expect(report).toMatchObject({ outcome: 'stopped', lostTags: [] });
    expectPlainWords(report.stoppedBy ?? '');
    expect(report.results.map(({ state }) => state)).toEqual(['failed', 'not-run']);
    expect(await filesOf(registry)).toEqual(before);
    expect(await pull(registry.host, name, '2.0')).toBe(other);
  });

  it('renames nothing where the new name is refused', async () => {
    const { registry, image, other } = await startBehindTokens({
      grant: (scope) => scope.endsWith(':pull'),
    });
    const scene = await openScene(registry, name, { capabilities: distribution });
    const before = await filesOf(registry);
    const report = await scene.change(everything(image, other).rename);
    expect(report.results.map(({ state }) => state)).toEqual(['failed', 'not-run']);
    expect(report.learned).toMatchObject({ push: { answer: 'no', how: 'refused-just-now' } });
    expect(await filesOf(registry)).toEqual(before);
  });
});

describe.skipIf(isMissing)('a probe', () => {
  it.each<DockerRegistryOptions>([{}, { deleteEnabled: false }, { readOnly: true }])(
    'changes nothing on a registry with %j, and says how each answer is known',
    async (options) => {
      const { registry, image } = await startRefusing(options);
      const client = openClient(registry.origin);
      const manifest = await client.getManifest(repo(name), digest(image));
      const blob = manifest.manifest.kind === 'image' ? manifest.manifest.layers[0] : undefined;
      const before = await filesOf(registry);
      for (const each of [name, 'never/pushed']) {
        const record = await probeCapabilities(client, repo(each), { blob: blob?.digest });
        expect(record).toMatchObject({
          catalog: { answer: 'yes', how: 'probed' },
          referrers: { answer: 'no', how: 'probed' },
          mount: { answer: 'unknown', how: 'not-asked' },
        });
        for (const knowledge of Object.values(record)) {
          if (knowledge.how === 'probed') expectPlainWords(knowledge.detail ?? '');
        }
      }
      expect(await probeCapabilities(client, repo(name), { blob: blob?.digest })).toMatchObject({
        range: { answer: 'yes', how: 'probed' },
      });
      const other = digest(`sha256:${'0'.repeat(64)}`);
      expect(await probeCapabilities(client, repo(name), { blob: other })).toMatchObject({
        range: { answer: 'unknown', how: 'probed' },
      });
      expect(await filesOf(registry)).toEqual(before);
    },
  );

  it('says unknown of a registry that is not there, and plans nothing on it', async () => {
    const registry = await start();
    const index = await pushMultiPlatform(registry, name, ['1.0']);
    const client = openClient(registry.origin, { limits: { maxRetries: 0 } });
    await registry.stop();
    const blob = digest(index.digest);
    const record = await probeCapabilities(client, repo(name), { blob });
    for (const knowledge of Object.values(record)) expect(knowledge.answer).toBe('unknown');
    const again = await startDockerRegistry();
    onTestFinished(() => again.stop());
    await pushMultiPlatform(again, name, ['1.0']);
    const scene = await openScene(again, name, { capabilities: record });
    const { plan } = await scene.plan({ kind: 'delete-tag', tag: tag('1.0') });
    expect(plan.steps[0]).toMatchObject({ kind: 'delete-manifest', digest: index.digest });
    expect(plan.blockers).toMatchObject([{ code: 'capability-unknown' }]);
  });
});
