import { createHash } from 'node:crypto';
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { defaultEndpoints } from '#core/engines/candidates';
import { formatEngineAddress, parseEngineAddress } from '#core/engines/endpoint';
import { usableApi } from '#core/engines/identify';
import { findEngines, type EngineEnvironment } from '#core/engines/index';
import { dockerAnswers, startFakeEngine, type Answer, type FakeEngine } from './fake-engine';

const podmanAnswers: Readonly<Record<string, Answer>> = {
  'GET /_ping': { headers: { 'Api-Version': '1.41', 'Libpod-Api-Version': '5.4.0' }, body: 'OK' },
  'GET /v1.41/version': { body: '{"Version":"5.4.0"}' },
};

let home: string;
let engines: FakeEngine[];
const start = async (answers: Readonly<Record<string, Answer>>, socketPath?: string) => {
  const engine = await startFakeEngine(answers, socketPath === undefined ? {} : { socketPath });
  engines.push(engine);
  return engine;
};
const environment = (changes: Partial<EngineEnvironment> = {}): EngineEnvironment => ({
  env: { XDG_RUNTIME_DIR: path.join(home, 'run') },
  homeDirectory: home,
  temporaryDirectory: path.join(home, 'tmp'),
  platform: 'linux',
  ...changes,
});
/** What this machine runs itself is not the test's. */
const find = async (changes: Partial<EngineEnvironment> = {}) => {
  const found = await findEngines(environment(changes), { timeoutMs: 1000 });
  const isOwn = (socket: string) => !/^unix:\/\/(?:\/var)?\/run\//u.test(socket);
  return {
    engines: found.engines.filter(({ socket }) => isOwn(socket)),
    problems: found.problems.filter(({ socket }) => isOwn(socket)),
  };
};

beforeEach(async () => {
  engines = [];
  home = await mkdtemp(path.join(tmpdir(), 'tagboat-home-'));
  await mkdir(path.join(home, 'run', 'podman'), { recursive: true });
});
afterEach(async () => {
  await Promise.all(engines.map((engine) => engine.close()));
  await rm(home, { recursive: true, force: true });
});

/** Root may use every socket: what it may not is tried as nobody. */
async function asOrdinaryUser<T>(work: () => Promise<T>): Promise<T> {
  if (process.geteuid?.() !== 0) return work();
  process.seteuid?.(65_534);
  try {
    return await work();
  } finally {
    process.seteuid?.(0);
  }
}

describe('findEngines', () => {
  it('finds nothing where nothing is, without a word', async () => {
    expect(await find()).toEqual({ engines: [], problems: [] });
  });

  it('asks each socket who it is', async () => {
    await start(dockerAnswers, path.join(home, 'run', 'docker.sock'));
    await start(podmanAnswers, path.join(home, 'run', 'podman', 'podman.sock'));
    expect((await find()).engines).toMatchObject([
      { kind: 'docker', name: 'Docker Engine 29.0.1', apiPrefix: '/v1.47', location: 'here' },
      { kind: 'podman', name: 'Podman 5.4.0', libpodPrefix: '/v5.4.0/libpod', location: 'here' },
    ]);
  });

  it('takes what DOCKER_HOST names first, and each socket once', async () => {
    const socket = path.join(home, 'run', 'docker.sock');
    await start(podmanAnswers, path.join(home, 'run', 'podman', 'podman.sock'));
    await symlink(path.join(home, 'run', 'podman', 'podman.sock'), socket);
    const other = await start(dockerAnswers);
    const env = {
      ...environment().env,
      DOCKER_HOST: `unix://${other.socketPath}`,
      CONTAINER_HOST: `unix://${socket}`,
    };
    expect((await find({ env })).engines.map(({ kind, socket: at }) => [kind, at])).toEqual([
      ['docker', `unix://${other.socketPath}`],
      ['podman', `unix://${socket}`],
    ]);
  });

  it('follows the context of the docker command', async () => {
    const other = await start(dockerAnswers);
    const id = createHash('sha256').update('builder').digest('hex');
    const meta = path.join(home, '.docker', 'contexts', 'meta', id);
    await mkdir(meta, { recursive: true });
    await writeFile(path.join(home, '.docker', 'config.json'), '{"currentContext":"builder"}');
    const host = `unix://${other.socketPath}`;
    await writeFile(
      path.join(meta, 'meta.json'),
      JSON.stringify({ Name: 'builder', Endpoints: { docker: { Host: host } } }),
    );
    expect((await find()).engines.map(({ socket }) => socket)).toEqual([host]);
    await writeFile(path.join(home, '.docker', 'config.json'), '{"currentContext":');
    expect((await find()).engines).toEqual([]);
  });

  it.each([
    ['Docker Desktop', { OperatingSystem: 'Docker Desktop', Name: 'docker-desktop' }],
    ['OrbStack', { OperatingSystem: 'OrbStack', Name: 'orbstack' }],
    ['Colima', { OperatingSystem: 'Ubuntu 24.04', Name: 'colima' }],
    ['Rancher Desktop', { OperatingSystem: 'Alpine', Name: 'lima-rancher-desktop' }],
  ])('knows %s and that it runs in a virtual machine (trap 48)', async (product, info) => {
    const answers = { ...dockerAnswers, 'GET /v1.47/info': { body: JSON.stringify(info) } };
    await start(answers, path.join(home, 'run', 'docker.sock'));
    expect((await find()).engines).toMatchObject([
      { name: `${product} 29.0.1`, location: 'virtual-machine' },
    ]);
  });

  it.each<[string, Readonly<Record<string, Answer>>]>([
    ['is no engine', { 'GET /_ping': { body: 'hello' } }],
    ['refuses', { 'GET /_ping': { status: 403, body: '{"message":"no"}' } }],
    [
      'says nothing readable',
      { ...dockerAnswers, 'GET /v1.47/version': { body: '{"Version":1}' } },
    ],
    ['hangs', { 'GET /_ping': { isSilent: true } }],
  ])('names a socket that %s, and goes on', async (_, answers) => {
    const bad = path.join(home, 'run', 'docker.sock');
    await start(answers, bad);
    await start(podmanAnswers, path.join(home, 'run', 'podman', 'podman.sock'));
    const found = await find();
    expect(found.engines.map(({ kind }) => kind)).toEqual(['podman']);
    expect(found.problems.map(({ socket }) => socket)).toEqual([`unix://${bad}`]);
  });

  it.skipIf(process.platform === 'win32')(
    'says that the account may not use a socket',
    async () => {
      const socket = path.join(home, 'run', 'docker.sock');
      await start(dockerAnswers, socket);
      await chmod(home, 0o755);
      await chmod(socket, 0o000);
      const { problems } = await asOrdinaryUser(find);
      expect(problems[0]?.message).toContain('join the group');
    },
  );

  it('says that a chosen engine does not run or cannot be used', async () => {
    const gone = `unix://${home}/gone.sock`;
    const problemsWith = async (host: string) => {
      const { problems } = await find({ env: { DOCKER_HOST: host } });
      return problems.map(({ socket, message }) => `${socket}: ${message}`);
    };
    expect(await problemsWith(gone)).toEqual([expect.stringMatching(/^unix:.*no such socket/u)]);
    expect(await problemsWith('ssh://build')).toEqual([expect.stringMatching(/^ssh:.*SSH/u)]);
  });

  it('stops when it is told to', async () => {
    const signal = AbortSignal.abort();
    await expect(findEngines(environment(), { signal })).rejects.toMatchObject({
      name: 'AbortError',
    });
  });
});

describe('where to look', () => {
  it('on macOS: the usual sockets and every Podman machine', async () => {
    await mkdir(path.join(home, 'tmp', 'podman'), { recursive: true });
    for (const name of ['podman-machine-default-api.sock', 'gvproxy.sock']) {
      await writeFile(path.join(home, 'tmp', 'podman', name), '');
    }
    const found = await defaultEndpoints(environment({ platform: 'darwin' }));
    const addresses = found.map((endpoint) => formatEngineAddress(endpoint));
    expect(addresses).toContain(`unix://${home}/.docker/run/docker.sock`);
    expect(addresses.filter((address) => address.includes('/tmp/podman/'))).toEqual([
      `unix://${home}/tmp/podman/podman-machine-default-api.sock`,
    ]);
  });

  it('on Windows: named pipes, as Node takes them', async () => {
    const [first] = await defaultEndpoints(environment({ platform: 'win32' }));
    expect(first).toEqual({ kind: 'socket', path: '//./pipe/docker_engine' });
  });

  it.each([
    ['unix:///run/docker.sock', { kind: 'socket', path: '/run/docker.sock' }],
    ['npipe:////./pipe/docker_engine', { kind: 'socket', path: '//./pipe/docker_engine' }],
    ['tcp://10.0.0.5:2376', { kind: 'tcp', host: '10.0.0.5', port: 2376 }],
    ['tcp://[fd00::5]:2375', { kind: 'tcp', host: 'fd00::5', port: 2375 }],
  ])('reads and writes %s', (address, endpoint) => {
    expect(parseEngineAddress(address)).toEqual(endpoint);
    expect(formatEngineAddress(parseEngineAddress(address))).toBe(address);
  });

  it.each(['', 'unix://', 'http://x', 'tcp://', '/run/docker.sock', 'ssh://u@h'])(
    'refuses %j',
    (address) => {
      expect(() => parseEngineAddress(address)).toThrow(/cannot be used/u);
    },
  );

  it.each([
    ['1.41', '1.41'],
    ['1.60', '1.47'],
    ['2.0', '1.47'],
    ['', '1.24'],
    ['1.x', '1.24'],
    [undefined, '1.24'],
  ])('speaks with an engine of API %s as %s', (header, version) => {
    expect(usableApi(header)).toBe(version);
  });
});
