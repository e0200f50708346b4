import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { buildRegistryProgram, startLocal } from '#test/local-steps';
import { realPart } from '#test/real-parts';
import { makeTemporaryDir } from '#test/registry-command';
import { failureOf, read, startServices, valueOf } from '#test/services-steps';

const isMissing = realPart('podman') === undefined;

describe.skipIf(isMissing)('an engine that pulls from the local registry', () => {
  let service: ChildProcess;
  let socket: string;
  let registryProgram: string;

  beforeAll(async () => {
    registryProgram = await buildRegistryProgram();
    const directory = await makeTemporaryDir('engine');
    const home = path.join(directory, 'home');
    await mkdir(home);
    socket = path.join(directory, 'podman.sock');
    service = spawn(
      'podman',
      [
        '--root',
        path.join(directory, 'root'),
        '--runroot',
        path.join(directory, 'run'),
        '--storage-driver',
        'vfs',
        'system',
        'service',
        '--time',
        '0',
        `unix://${socket}`,
      ],
      { stdio: 'ignore', env: { ...process.env, HOME: home } },
    );
    for (let attempt = 0; attempt < 400; attempt += 1) {
      if ((await stat(socket).catch(() => undefined))?.isSocket() === true) break;
      await sleep(50);
    }
    vi.stubEnv('CONTAINER_HOST', `unix://${socket}`);
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    service.kill();
    await once(service, 'exit');
  });

  it('is found, named in its guide, and tested with a sample, with and without users', async () => {
    const services = await startServices({ registryProgram });
    const { host } = await startLocal(services);
    const guides = valueOf(await services.call('local:guides', {}));
    const guide = guides.find(({ target }) => target === 'podman');
    expect(guide).toMatchObject({ address: host, engine: { socket: `unix://${socket}` } });

    const empty = await read(services, 'local:test-engine', { target: 'podman' });
    expect(empty.end).toEqual({ passed: true });
    expect(empty.pages.at(-1)).toMatchObject({ step: 'pull', state: 'skipped' });

    await read(services, 'local:add-samples', {});
    valueOf(await services.call('local:add-user', { name: 'dev', password: 'correct horse' }));
    const { pages, end } = await read(services, 'local:test-engine', { target: 'podman' });
    expect(pages.filter(({ state }) => state !== 'running').map(({ step }) => step)).toEqual([
      'socket',
      'reach',
      'login',
      'pull',
    ]);
    expect(pages.filter(({ state }) => state === 'failed')).toEqual([]);
    expect(end).toEqual({ passed: true });
  });

  it('says in plain words that there is no such engine, and that the registry is off', async () => {
    const services = await startServices({ registryProgram });
    const absent = await failureOf(services, 'local:test-engine', { target: 'minikube' });
    expect(absent.code).toBe('not-found');
    valueOf(await services.call('local:stop', {}));
    const off = await failureOf(services, 'local:test-engine', { target: 'podman' });
    expect(off.code).toBe('connection-refused');
  });
});
