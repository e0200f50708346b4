import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { compare, hash as hashPassword } from 'bcryptjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openCertificates } from '#core/certificates/index';
import {
  createEngineClient,
  findEngines,
  testEngine,
  type Engine,
  type EngineTestStep,
  type PullTarget,
} from '#core/engines/index';
import {
  ociManifestType,
  startLocalRegistry,
  type StartedLocalRegistry,
} from '#test/local-registry';
import { realPart } from '#test/real-parts';
import { makeTemporaryDir, runOrThrow } from '#test/registry-command';
import { copyToRegistry } from '#test/skopeo';

const podman = realPart('podman');
const isMissing = podman === undefined || realPart('skopeo') === undefined;

let directory: string;
let service: ChildProcess;
let engine: Engine;
let plain: StartedLocalRegistry;
let closed: StartedLocalRegistry;
let closedPort: number;
let caFile: string;

/** `podman system service` on a socket of its own, with a store and a home of its own. */
async function startPodman(): Promise<string> {
  const socket = path.join(directory, 'podman.sock');
  const store = ['--root', path.join(directory, 'root'), '--runroot', path.join(directory, 'run')];
  const args = [...store, '--storage-driver', 'vfs', 'system', 'service', '--time', '0'];
  const home = path.join(directory, 'home');
  await mkdir(home);
  service = spawn(podman ?? '', [...args, `unix://${socket}`], {
    stdio: 'ignore',
    env: { ...process.env, HOME: home },
  });
  for (let attempt = 0; attempt < 400; attempt += 1) {
    if ((await stat(socket).catch(() => undefined))?.isSocket() === true) return socket;
    await sleep(50);
  }
  throw new Error('podman does not listen');
}

/** An image of one real layer; Podman unpacks what it pulls. */
async function pushRealImage(host: string, credentials?: string): Promise<void> {
  const context = path.join(directory, 'context');
  const layout = path.join(directory, 'layout');
  if ((await stat(layout).catch(() => undefined)) === undefined) {
    await mkdir(context);
    await writeFile(path.join(context, 'hello'), 'hello\n');
    await writeFile(path.join(context, 'Containerfile'), 'FROM scratch\nCOPY hello /\n');
    const store = [
      '--root',
      path.join(directory, 'build'),
      '--runroot',
      path.join(directory, 'build-run'),
    ];
    const buildah = ['--storage-driver', 'vfs', ...store];
    await runOrThrow('buildah', [
      ...buildah,
      'build',
      '--isolation',
      'chroot',
      '-t',
      'hello',
      context,
    ]);
    await runOrThrow('buildah', [...buildah, 'push', 'hello', `oci:${layout}:hello`]);
  }
  await copyToRegistry(
    `oci:${layout}:hello`,
    `${host}/samples/hello:1.0`,
    credentials ? { credentials } : {},
  );
}

async function runTest(
  target: PullTarget,
): Promise<{ steps: string[]; words: string; passed: boolean }> {
  const steps: EngineTestStep[] = [];
  const test = testEngine(engine, target);
  for (;;) {
    const next = await test.next();
    if (next.done === true) {
      const ended = steps.filter(({ state }) => state !== 'running');
      return {
        steps: ended.map(({ step, state }) => `${step} ${state}`),
        words: steps.at(-1)?.message ?? '',
        passed: next.value.passed,
      };
    }
    steps.push(next.value);
  }
}

async function imagesInEngine(): Promise<unknown[]> {
  const client = createEngineClient(engine.endpoint);
  const images = await client.getJson({ path: `${engine.apiPrefix}/images/json?all=1` });
  client.close();
  return images as unknown[];
}

const hostOf = ({ port }: StartedLocalRegistry): string => `127.0.0.1:${port}`;

const sample = { repository: 'samples/hello', tag: '1.0' };

describe.skipIf(isMissing || realPart('buildah') === undefined)('engines: a real Podman', () => {
  beforeAll(async () => {
    directory = await makeTemporaryDir('engines');
    const socket = await startPodman();
    plain = await startLocalRegistry();
    await pushRealImage(hostOf(plain));

    const htpasswd = path.join(directory, 'htpasswd');
    await writeFile(htpasswd, `ada:${await hashPassword('correct horse', 4)}\n`);
    closed = await startLocalRegistry({
      htpasswdFile: htpasswd,
      checkPassword: (hash, password) => compare(password, hash),
    });
    await pushRealImage(hostOf(closed), 'ada:correct horse');
    const made = await openCertificates({ directory: path.join(directory, 'kept') }).certificateFor(
      ['127.0.0.1'],
    );
    const { certificatePem: cert, keyPem: key } = made;
    ({ port: closedPort } = await closed.registry.listen({ port: 0, tls: { cert, key } }));
    caFile = made.authority.file;

    const env = { DOCKER_HOST: `unix://${socket}` };
    const found = await findEngines({
      env,
      homeDirectory: directory,
      temporaryDirectory: directory,
      platform: 'linux',
    });
    const mine = found.engines.find(({ socket: at }) => at === `unix://${socket}`);
    if (mine === undefined) throw new Error(JSON.stringify(found.problems));
    engine = mine;
  });
  afterAll(async () => {
    service?.kill('SIGTERM');
    if (service?.exitCode === null) await once(service, 'exit');
    await plain?.stop();
    await closed?.stop();
    await rm(directory, { recursive: true, force: true, maxRetries: 5 });
  });

  it('is found and says who it is', () => {
    expect(engine).toMatchObject({ kind: 'podman', location: 'here' });
    expect(engine.name).toMatch(/^Podman \d+\.\d+/u);
  });

  it('pulls from the local registry over plain HTTP, and is left as it was', async () => {
    const before = await imagesInEngine();
    expect(await runTest({ address: hostOf(plain), tls: false, sample })).toMatchObject({
      passed: true,
      steps: ['socket passed', 'reach passed', 'login skipped', 'pull passed'],
    });
    expect(await imagesInEngine()).toEqual(before);
  });

  it('reaches a registry with nothing to pull', async () => {
    const empty = await startLocalRegistry();
    try {
      expect(await runTest({ address: hostOf(empty), tls: false })).toMatchObject({
        passed: true,
        steps: ['socket passed', 'reach passed', 'login skipped', 'pull skipped'],
      });
    } finally {
      await empty.stop();
    }
  });

  it('says so when nobody is at the address, and when HTTP is not allowed', async () => {
    const nobody = await runTest({ address: '127.0.0.1:1', tls: false, sample });
    expect(nobody.steps.at(-1)).toBe('reach failed');
    expect(nobody.words).toContain('finds nobody at 127.0.0.1:1');
    const wrong = await runTest({ address: hostOf(plain), tls: true, sample });
    expect(wrong.words).toContain('speaks plain HTTP');
  });

  it('trusts the certificate once its folder has the CA, and signs in with the right password only', async () => {
    const address = `127.0.0.1:${closedPort}`;
    const login = { username: 'ada', password: 'correct horse' };
    const target = { address, tls: true, sample, login };
    const distrusting = await runTest(target);
    expect(distrusting.steps.at(-1)).toBe('reach failed');
    expect(distrusting.words).toContain('does not trust its certificate');

    const folder = path.join(directory, 'home', '.config', 'containers', 'certs.d', address);
    await mkdir(folder, { recursive: true });
    await writeFile(path.join(folder, 'ca.crt'), await readFile(caFile));
    expect(await runTest(target)).toMatchObject({
      passed: true,
      steps: ['socket passed', 'reach passed', 'login passed', 'pull passed'],
    });
    const stranger = await runTest({ ...target, login: { ...login, password: 'wrong' } });
    expect(stranger.steps.at(-1)).toBe('login failed');
    expect((await runTest({ address, tls: true, sample })).steps.at(-1)).toBe('login failed');
  });

  it('exports and loads an image as a stream', async () => {
    const client = createEngineClient(engine.endpoint);
    const name = `${hostOf(plain)}/samples/hello:1.0`;
    const query = new URLSearchParams({ reference: `docker://${name}`, tlsVerify: 'false' });
    const headers = { 'X-Registry-Auth': 'e30=' };
    const path = `${engine.libpodPrefix}/images/pull?${query.toString()}`;
    for await (const message of client.messages({ method: 'POST', path, headers })) void message;
    const image = `${engine.apiPrefix}/images/${name}`;
    const { body } = await client.open({ path: `${image}/get` });
    const archive = Buffer.concat((await body.toArray()) as Buffer[]);
    expect(archive.subarray(257, 262).toString()).toBe('ustar');
    await client.getJson({ method: 'DELETE', path: image });
    expect((await client.send({ path: `${image}/json` })).status).toBe(404);

    const load = `${engine.apiPrefix}/images/load`;
    const pieces = Readable.from([archive.subarray(0, 700), archive.subarray(700)]);
    const loaded: string[] = [];
    for await (const message of client.messages({
      method: 'POST',
      path: load,
      headers: { 'Content-Type': 'application/x-tar' },
      body: pieces,
    })) {
      loaded.push(message.stream ?? '');
    }
    expect(loaded.join('')).toContain(name);
    const inspected = await client.getJson({ path: `${image}/json` });
    expect(JSON.stringify(inspected)).toContain(name);
    await client.getJson({ method: 'DELETE', path: image });
    client.close();
  });

  it('cannot be confused by a manifest that is no image', async () => {
    const bytes = JSON.stringify({
      schemaVersion: 2,
      mediaType: ociManifestType,
      config: {},
      layers: [],
    });
    await fetch(`${plain.origin}/v2/bad/one/manifests/x`, {
      method: 'PUT',
      headers: { 'Content-Type': ociManifestType },
      body: bytes,
    });
    const result = await runTest({
      address: hostOf(plain),
      tls: false,
      sample: { repository: 'bad/one', tag: 'x' },
    });
    expect(result.steps.at(-1)).toBe('pull failed');
  });
});
