import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ChangeRequest, ChangeView, PlanView } from '#contract/change';
import { isUnpullable, pull } from '#test/cleanup-scene';
import { startDockerRegistry, type DockerRegistry } from '#test/docker-registry';
import type { OpenedServices } from '#test/open-services';
import { realPart } from '#test/real-parts';
import { pushMultiPlatform, pushSampleImage } from '#test/sample-images';
import {
  addRegistry,
  failureOf,
  makeProfile,
  read,
  startServices,
  valueOf,
  viewOf,
} from '#test/services-steps';

const isMissing = realPart('docker-registry') === undefined || realPart('skopeo') === undefined;

type Place = { services: OpenedServices; registryId: string; repository: string };

const plan = async (
  { services, registryId, repository }: Place,
  ...requests: ChangeRequest[]
): Promise<PlanView> =>
  (await read(services, 'change:plan', { registryId, repository, requests })).end;

const run = async ({ services }: Place, { planId, confirmations }: PlanView) => {
  const confirmed = confirmations.map(({ tag }) => tag);
  return (await read(services, 'change:run', { planId, confirmed })).end;
};

/** The journal as the window sees it once `isThere` holds. */
const changesOf = async (
  services: OpenedServices,
  isThere: (count: number) => boolean = (count) => count > 0,
) => {
  const stop = new AbortController();
  return new Promise<readonly ChangeView[]>((resolve) => {
    void services
      .stream(
        'change:watch',
        {},
        {
          signal: stop.signal,
          onPage: (page) => {
            if (!isThere(page.length)) return;
            resolve(page);
            stop.abort();
          },
        },
      )
      .catch(() => undefined);
  });
};

describe.skipIf(isMissing)('changes over IPC', () => {
  let registry: DockerRegistry;
  let fixed: DockerRegistry;
  beforeAll(async () => {
    registry = await startDockerRegistry();
    fixed = await startDockerRegistry({ deleteEnabled: false });
  });
  afterAll(async () => {
    await registry.stop();
    await fixed.stop();
  });

  const open = async (
    repository: string,
    { host }: DockerRegistry = registry,
    directory?: string,
  ): Promise<Place> => {
    const services = await startServices(directory === undefined ? {} : { directory });
    const { id } = await addRegistry(services, host);
    return { services, registryId: id, repository };
  };

  it('trap 1: untags one of two tags on a digest, and the other still pulls; undo brings it back', async () => {
    const repository = 'services/untag';
    const image = await pushSampleImage(registry, repository, ['1.0', 'other']);
    const place = await open(repository);
    const shown = await plan(place, { kind: 'untag', tag: '1.0' });
    expect(shown).toMatchObject({ action: 'Untag 1 tag', isDestructive: true, blockers: [] });
    expect(shown.rows).toContainEqual(
      expect.objectContaining({ verdict: 'keep', role: 'same-digest' }),
    );
    const report = await run(place, shown);
    expect(report).toMatchObject({ outcome: 'done', text: 'Untagged 1 tag', lostTags: [] });
    expect(await pull(registry.host, repository, 'other')).toBe(image.digest);
    expect(await isUnpullable(registry.host, repository, '1.0')).toBe(true);

    const { end: undo } = await read(place.services, 'change:plan-undo', {
      changeId: report.changeId,
    });
    expect(undo.action).toBe('Put back 1 tag');
    expect((await run(place, undo)).outcome).toBe('done');
    expect(await pull(registry.host, repository, '1.0')).toBe(image.digest);
    const changes = await changesOf(place.services, (count) => count === 2);
    expect(changes.map(({ outcome, isUndo }) => [outcome, isUndo])).toEqual([
      ['done', true],
      ['undone', false],
    ]);
    expect(changes[1]).toMatchObject({
      text: 'Untag 1 tag: 1.0',
      completed: 1,
      total: 1,
      repository,
    });
  });

  it('shows what goes with an index, and how many bytes are its own', async () => {
    const repository = 'services/index';
    const index = await pushMultiPlatform(registry, repository, ['multi']);
    await pushSampleImage(registry, repository, ['single']);
    const place = await open(repository);
    const shown = await plan(place, { kind: 'delete-tag', tag: 'multi' });
    const gone = shown.rows.filter(({ verdict }) => verdict === 'delete');
    expect(gone.length).toBeGreaterThan(2);
    for (const row of gone) expect(row.ownBytes).toBeGreaterThan(0);
    expect(shown.freed.bytes).toBeGreaterThan(0);
    expect(shown.summary).toMatchObject({ untagged: 1, deletedImages: 1 });
    const { pages, end } = await read(place.services, 'change:run', {
      planId: shown.planId,
      confirmed: [],
    });
    expect(end.outcome).toBe('done');
    expect(pages.at(-1)).toMatchObject({ completed: shown.steps.length });
    expect(await isUnpullable(registry.host, repository, index.digest)).toBe(true);
    await pull(registry.host, repository, 'single');
  });

  it('runs a plan once, and none that is made up', async () => {
    const repository = 'services/once';
    await pushSampleImage(registry, repository, ['1.0', '1.1']);
    const place = await open(repository);
    const shown = await plan(place, { kind: 'untag', tag: '1.0' });
    await run(place, shown);
    const again = { planId: shown.planId, confirmed: [] };
    expect((await failureOf(place.services, 'change:run', again)).code).toBe('plan-unknown');
    const invented = { planId: 'invented', confirmed: [] };
    expect((await failureOf(place.services, 'change:run', invented)).code).toBe('plan-unknown');
  });

  it('wants a protected tag confirmed by name, by the patterns of the settings', async () => {
    const repository = 'services/protected';
    await pushSampleImage(registry, repository, ['v1.0', 'release', 'other']);
    const place = await open(repository);
    valueOf(await place.services.call('settings:update', { protectedTags: ['rel*'] }));
    const shown = await plan(
      place,
      { kind: 'untag', tag: 'release' },
      { kind: 'untag', tag: 'v1.0' },
    );
    expect(shown.confirmations).toEqual([{ tag: 'release', pattern: 'rel*' }]);
    const refused = await failureOf(place.services, 'change:run', {
      planId: shown.planId,
      confirmed: [],
    });
    expect(refused).toMatchObject({ code: 'plan-refused' });
    expect(await pull(registry.host, repository, 'release')).toMatch(/^sha256:/u);
    expect((await run(place, shown)).outcome).toBe('done');
    expect(await isUnpullable(registry.host, repository, 'release')).toBe(true);
  });

  it('changes nothing where the registry or the repository is marked read-only, also between plan and button', async () => {
    const repository = 'services/marked';
    await pushSampleImage(registry, repository, ['1.0', '1.1']);
    const place = await open(repository);
    const { services, registryId } = place;
    const shown = await plan(place, { kind: 'untag', tag: '1.0' });
    valueOf(await services.call('registry:protect', { registryId, repository, readOnly: true }));
    expect((await viewOf(services, registryId)).readOnlyRepositories).toEqual([repository]);
    const late = await failureOf(services, 'change:run', { planId: shown.planId, confirmed: [] });
    expect(late.code).toBe('plan-refused');
    const marked = await plan(place, { kind: 'untag', tag: '1.0' });
    expect(marked.blockers).toHaveLength(1);
    const { end } = await read(services, 'change:abilities', { registryId, repository });
    expect(end.readOnly).toBe('repository');
    valueOf(await services.call('registry:protect', { registryId, repository, readOnly: false }));
    expect((await run(place, await plan(place, { kind: 'untag', tag: '1.0' }))).outcome).toBe(
      'done',
    );
  });

  it('trap 2: says the setting where deletion is off, on the card and in the plan', async () => {
    const repository = 'services/fixed';
    await pushSampleImage(fixed, repository, ['1.0', '1.1']);
    const place = await open(repository, fixed);
    const { end } = await read(place.services, 'change:abilities', {
      registryId: place.registryId,
      repository,
    });
    const byName = new Map(end.abilities.map((each) => [each.ability, each]));
    expect(byName.get('deleteByDigest')).toMatchObject({
      answer: 'no',
      how: 'probed',
      setting: 'storage.delete.enabled',
    });
    expect(byName.get('range')?.answer).toBe('yes');
    expect(byName.get('push')?.answer).toBe('yes');
    const shown = await plan(place, { kind: 'delete-tag', tag: '1.0' });
    expect(shown.blockers[0]?.setting).toBe('storage.delete.enabled');
    const blocked = { planId: shown.planId, confirmed: [] };
    expect((await failureOf(place.services, 'change:run', blocked)).code).toBe('plan-refused');
    const moved = await run(
      place,
      await plan(place, {
        kind: 'tag',
        tag: 'added',
        digest: await pull(fixed.host, repository, '1.0'),
      }),
    );
    expect(moved.outcome).toBe('done');
  });

  it('finds the journal again after a restart, also for a registry that was removed and added', async () => {
    const repository = 'services/restart';
    const image = await pushSampleImage(registry, repository, ['1.0', 'other']);
    const directory = await makeProfile();
    const first = await open(repository, registry, directory);
    const { changeId } = await run(first, await plan(first, { kind: 'untag', tag: '1.0' }));
    valueOf(await first.services.call('registry:remove', { registryId: first.registryId }));
    await first.services.close();

    const services = await startServices({ directory });
    const orphan = (await changesOf(services))[0];
    expect(orphan).toMatchObject({ changeId, outcome: 'done', host: registry.host });
    expect(orphan).not.toHaveProperty('registryId');
    expect((await failureOf(services, 'change:plan-undo', { changeId })).code).toBe(
      'registry-unknown',
    );
    const { id } = await addRegistry(services, registry.host);
    const { end: undo } = await read(services, 'change:plan-undo', { changeId });
    expect(undo.registryId).toBe(id);
    await run({ services, registryId: id, repository }, undo);
    expect(await pull(registry.host, repository, '1.0')).toBe(image.digest);
    await rm(directory, { recursive: true, force: true });
  });

  it('stops between two steps with a report, and goes on from there', async () => {
    const repository = 'services/stopped';
    const names = Array.from({ length: 12 }, (_, at) => `build-${at}`);
    const image = await pushSampleImage(registry, repository, ['other', ...names]);
    const place = await open(repository);
    const { services } = place;
    const shown = await plan(place, ...names.map((tag) => ({ kind: 'untag' as const, tag })));
    const { result } = await services.stream(
      'change:run',
      { planId: shown.planId, confirmed: [] },
      { onPage: () => void services.call('change:stop', { startedBy: shown.planId }) },
    );
    const report = valueOf(result);
    expect(report.outcome).toBe('cancelled');
    const states = new Set(report.steps.map(({ state }) => state));
    expect(states).toEqual(new Set(['done', 'not-run']));
    const { changeId } = report;
    const { end } = await read(services, 'change:continue', { changeId });
    expect(end).toMatchObject({ changeId, outcome: 'done' });
    expect(await isUnpullable(registry.host, repository, 'build-11')).toBe(true);
    expect(await pull(registry.host, repository, 'other')).toBe(image.digest);
    // Nothing of that name is under way any more.
    valueOf(await services.call('change:stop', { startedBy: changeId }));
  });

  it('refuses names that are none and requests that exclude each other, and plans nothing', async () => {
    const repository = 'services/bad';
    await pushSampleImage(registry, repository, ['1.0'], { labels: { n: 'one' } });
    const other = await pushSampleImage(registry, repository, ['2.0'], { labels: { n: 'two' } });
    const place = await open(repository);
    const { services, registryId } = place;
    const ask = (...requests: ChangeRequest[]) =>
      failureOf(services, 'change:plan', { registryId, repository, requests });
    expect((await ask({ kind: 'untag', tag: '../x' })).code).toBe('content-invalid');
    expect((await ask({ kind: 'tag', tag: 'ok', digest: 'sha256:beef' })).code).toBe(
      'content-invalid',
    );
    const both = await ask(
      { kind: 'untag', tag: '1.0' },
      { kind: 'move-tag', tag: '1.0', digest: other.digest },
    );
    expect(both.code).toBe('plan-refused');
  });

  it('says that a tag exists already instead of moving it', async () => {
    const repository = 'services/taken';
    const one = await pushSampleImage(registry, repository, ['1.0'], { labels: { n: 'one' } });
    await pushSampleImage(registry, repository, ['2.0'], { labels: { n: 'two' } });
    const place = await open(repository);
    const shown = await plan(place, { kind: 'tag', tag: '2.0', digest: one.digest });
    expect(shown.action).toBe('');
    expect(shown.rows[0]).toMatchObject({ verdict: 'refused' });
    const moved = await plan(place, { kind: 'move-tag', tag: '2.0', digest: one.digest });
    expect(moved).toMatchObject({ action: 'Move 1 tag', isDestructive: false });
    expect((await run(place, moved)).text).toBe('Moved 1 tag');
    expect(await pull(registry.host, repository, '2.0')).toBe(one.digest);
  });
});
