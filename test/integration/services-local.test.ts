import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import path from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { splitNames } from '#contract/tag';
import type { OpenedServices, OpenServicesOptions } from '#test/open-services';
import { activityUntil, buildRegistryProgram, localView, startLocal } from '#test/local-steps';
import { realPart } from '#test/real-parts';
import { run, runOrThrow } from '#test/registry-command';
import {
  errorOf,
  failureOf,
  makeProfile,
  read,
  startServices,
  valueOf,
  viewOf,
} from '#test/services-steps';

const isMissing = realPart('skopeo') === undefined;
const registryId = 'local';

let registryProgram: string;
beforeAll(async () => {
  registryProgram = await buildRegistryProgram();
}, 60_000);

const open = (options: OpenServicesOptions = {}): Promise<OpenedServices> =>
  startServices({ registryProgram, ...options });

/** From one repository of the registry to another, as somebody else. */
const copyInside = (host: string, from: string, to: string): Promise<string> =>
  runOrThrow('skopeo', [
    '--insecure-policy',
    'copy',
    '--all',
    '--preserve-digests',
    '--quiet',
    '--src-tls-verify=false',
    '--dest-tls-verify=false',
    `docker://${host}/${from}`,
    `docker://${host}/${to}`,
  ]);

const repositoriesOf = async (services: OpenedServices): Promise<readonly string[]> =>
  (await read(services, 'repository:list', { registryId })).pages.flatMap(
    ({ repositories }) => repositories,
  );

const tagsOf = async (services: OpenedServices, repository: string): Promise<readonly string[]> =>
  (await read(services, 'tag:list', { registryId, repository })).pages.flatMap(({ names }) =>
    splitNames(names),
  );

const pidOf = async ({ folder }: { folder: string }): Promise<number> => {
  const text = await readFile(path.join(folder, 'tagboat', 'lock.json'), 'utf8');
  return (JSON.parse(text) as { pid: number }).pid;
};

describe.skipIf(isMissing)('the local registry over IPC', () => {
  it('takes sample images and a push from outside, and is browsed like any registry', async () => {
    const services = await open();
    const { host, folder } = await startLocal(services);
    expect(folder).toBe(path.join(services.directory, 'local-registry', 'storage'));
    expect(await viewOf(services, registryId)).toMatchObject({
      isLocal: true,
      host,
      state: { kind: 'ready', anonymous: true },
    });
    const samples = await read(services, 'local:add-samples', {});
    expect(samples.end.skipped).toEqual([]);
    expect(samples.pages.at(-1)).toMatchObject({ unit: 'bytes' });

    await copyInside(host, 'samples/hello:1.1.0', 'team/hello:1.1.0');
    const entries = await activityUntil(services, (all) =>
      all.some(({ repository, tag }) => repository === 'team/hello' && tag === '1.1.0'),
    );
    const pushed = entries.find(({ repository, tag }) => repository === 'team/hello' && tag);
    expect(pushed).toMatchObject({ action: 'push', isOwn: false });
    expect(pushed?.client).toMatch(/skopeo|containers/u);
    expect(entries.find(({ repository }) => repository === 'samples/hello')).toMatchObject({
      isOwn: true,
    });
    expect(await repositoriesOf(services)).toEqual(
      expect.arrayContaining([...samples.end.repositories, 'team/hello']),
    );
    expect(await tagsOf(services, 'team/hello')).toEqual(['1.1.0']);
    expect(services.unexpected).toEqual([]);
  });

  it('deletes a tag, shows what collecting brings back, brings it back, and undoes nothing else', async () => {
    const services = await open();
    await startLocal(services);
    await read(services, 'local:add-samples', {});
    const before = (await read(services, 'local:space', {})).end;
    const repository = 'samples/wasteful';
    const requests = (await tagsOf(services, repository)).map(
      (tag) => ({ kind: 'delete-tag', tag }) as const,
    );
    const shown = await read(services, 'change:plan', { registryId, repository, requests });
    const confirmed = shown.end.confirmations.map(({ tag }) => tag);
    await read(services, 'change:run', { planId: shown.end.planId, confirmed });
    const preview = (await read(services, 'local:collect', { preview: true })).end;
    expect(preview).toMatchObject({ isPreview: true });
    expect(preview.freedBytes).toBeGreaterThan(0);
    const collected = (await read(services, 'local:collect', { preview: false })).end;
    expect(collected.freedBytes).toBe(preview.freedBytes);
    const after = (await read(services, 'local:space', {})).end;
    expect(after.totalBytes).toBe(before.totalBytes - collected.freedBytes);
    expect((await read(services, 'local:check', { deep: true })).end.problemCount).toBe(0);
    expect(await repositoriesOf(services)).toContain('samples/hello');
  });

  it('lets in only who has a password, over TLS that others can trust, and goes on being browsed', async () => {
    const services = await open();
    await startLocal(services);
    await read(services, 'local:add-samples', {});
    const tooEarly = errorOf(await services.call('local:configure', { reach: 'network' }));
    expect(tooEarly.detail.field).toBe('reach');
    valueOf(await services.call('local:add-user', { name: 'dev', password: 'correct horse' }));
    valueOf(await services.call('local:configure', { tls: true }));
    const { host, state } = await localView(services, (view) => view.state.kind === 'running');
    expect(state).toMatchObject({ origin: `https://${host}` });
    const certDir = await makeProfile();
    const { caPem } = valueOf(await services.call('local:trust', {}));
    await writeFile(path.join(certDir, 'tagboat.crt'), caPem);
    const inspect = (...login: string[]) =>
      run('skopeo', [
        'inspect',
        '--raw',
        '--cert-dir',
        certDir,
        ...login,
        `docker://${host}/samples/hello:1.0.0`,
      ]);
    expect((await inspect('--creds', 'dev:correct horse')).code).toBe(0);
    expect((await inspect('--creds', 'dev:wrong horse')).code).not.toBe(0);
    expect((await inspect('--no-creds')).code).not.toBe(0);
    expect(await tagsOf(services, 'samples/hello')).toContain('1.0.0');
    expect(await viewOf(services, registryId)).toMatchObject({
      hasCa: true,
      state: { kind: 'ready', anonymous: false },
    });
    const file = await readFile(path.join(services.directory, 'settings.json'), 'utf8');
    expect(file).not.toContain('correct horse');
  });

  it('takes the next port when another Tagboat has its own, and explains a port that is chosen and taken (trap 47)', async () => {
    const [first, second] = await Promise.all([open(), open()]);
    const one = await startLocal(first);
    const other = await startLocal(second);
    expect(other.host).not.toBe(one.host);
    expect(other.takenPort).toMatchObject({ port: 5055 });
    expect(other.settings.port).toBe(5055);

    const holder = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void holder.close());
    await once(holder, 'listening');
    const { port } = holder.address() as AddressInfo;
    const error = errorOf(await second.call('local:configure', { port }));
    expect(error).toMatchObject({ code: 'address-refused', detail: { field: 'port' } });
    expect((await localView(second)).state.kind).toBe('running');
  });

  it('says who has the folder when a second Tagboat is given it', async () => {
    const first = await open();
    const { folder } = await startLocal(first);
    await read(first, 'local:add-samples', {});
    const second = await open({ pickPlace: () => folder });
    const picked = valueOf(await second.call('local:pick-place', { purpose: 'storage' }));
    const place = picked?.place ?? '';
    const error = await failureOf(second, 'local:change-folder', { place, how: 'use' });
    expect(error.code).toBe('storage-failed');
    expect(error.message).toContain(String(await pidOf({ folder })));
  });

  it('shows that its process was killed, and runs again', async () => {
    const services = await open();
    const view = await startLocal(services);
    await read(services, 'local:add-samples', {});
    process.kill(await pidOf(view), 'SIGKILL');
    const failed = await localView(services, ({ state }) => state.kind === 'failed');
    expect(failed.state).toMatchObject({ error: { code: 'registry-failed' } });
    const error = await failureOf(services, 'tag:list', { registryId, repository: 'samples/web' });
    expect(error.code).toBe('connection-refused');
    await startLocal(services);
    expect(await tagsOf(services, 'samples/hello')).toContain('1.0.0');
  });

  it('is backed up to an archive, restored from it, and moved', async () => {
    const place = await makeProfile();
    const archive = path.join(place, 'backup.tar');
    const target = path.join(place, 'moved');
    await mkdir(target);
    const services = await open({
      pickPlace: (purpose) => (purpose === 'storage' ? target : archive),
    });
    await startLocal(services);
    await read(services, 'local:add-samples', {});
    const pick = async (purpose: 'backup-archive' | 'restore-archive' | 'storage') =>
      valueOf(await services.call('local:pick-place', { purpose }))?.place ?? '';
    const backup = await read(services, 'local:back-up', { place: await pick('backup-archive') });
    expect(backup.end.path).toBe(archive);

    const { host } = await localView(services);
    await copyInside(host, 'samples/hello:1.0.0', 'team/later:1.0.0');
    await read(services, 'local:restore', { place: await pick('restore-archive') });
    await localView(services, ({ state }) => state.kind === 'running');
    expect(await repositoriesOf(services)).toEqual(
      expect.not.arrayContaining(['team/later']) as string[],
    );
    const moved = await read(services, 'local:change-folder', {
      place: await pick('storage'),
      how: 'move',
    });
    expect(moved.end.folder).toBe(target);
    await localView(services, ({ state }) => state.kind === 'running');
    expect(await tagsOf(services, 'samples/hello')).toContain('1.0.0');
  });

  it('remembers its settings, its users and its content over a restart of the app', async () => {
    const directory = await makeProfile();
    const first = await open({ directory });
    await startLocal(first);
    await read(first, 'local:add-samples', {});
    valueOf(await first.call('local:add-user', { name: 'dev', password: 'correct horse' }));
    valueOf(await first.call('local:configure', { canDelete: false, startsWithApp: true }));
    await first.close();
    const again = await open({ directory });
    expect(await localView(again)).toMatchObject({
      state: { kind: 'off' },
      users: ['dev'],
      settings: { canDelete: false },
    });
    // Who asks it for something starts it: the app was about to.
    expect(await tagsOf(again, 'samples/hello')).toContain('1.0.0');
  });

  it('writes a folder for registry with the same users, and writes nothing over', async () => {
    const target = await makeProfile();
    const services = await open({ pickPlace: () => target });
    await startLocal(services);
    await read(services, 'local:add-samples', {});
    valueOf(await services.call('local:add-user', { name: 'dev', password: 'correct horse' }));
    const input = {
      release: 'registry:2',
      storage: { kind: 'folder' },
      port: 5000,
      hostName: 'registry.example',
    } as const;
    const shown = valueOf(await services.call('local:preview-graduation', input));
    const names = shown.files.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['compose.yaml', 'config.yml', 'htpasswd']));
    expect(shown.files.find(({ name }) => name === 'htpasswd')).not.toHaveProperty('text');
    const picked = valueOf(await services.call('local:pick-place', { purpose: 'graduate' }));
    const place = picked?.place ?? '';
    expect((await read(services, 'local:graduate', { place, input })).end.folder).toBe(target);
    const htpasswd = await readFile(path.join(target, 'htpasswd'), 'utf8');
    expect(htpasswd).toMatch(/^dev:\$2[aby]\$/u);
    expect(htpasswd.trim().split('\n')).toHaveLength(1);
    const again = await failureOf(services, 'local:graduate', { place, input });
    expect(again).toMatchObject({ code: 'storage-failed', detail: { field: 'place' } });
  });

  it('says in plain words that it is off', async () => {
    const services = await open();
    await startLocal(services);
    valueOf(await services.call('local:stop', {}));
    const error = await failureOf(services, 'repository:list', { registryId });
    expect(error).toMatchObject({ code: 'connection-refused' });
    expect(await viewOf(services, registryId)).toMatchObject({ state: { kind: 'unknown' } });
  });
});
