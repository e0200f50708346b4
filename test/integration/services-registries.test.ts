import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMemoryStore } from '#core/credentials/memory-store';
import { startDockerRegistry, type DockerRegistry } from '#test/docker-registry';
import { startFront, type Front, type FrontOptions } from '#test/nginx-front';
import { realPart } from '#test/real-parts';
import { pushSampleImage } from '#test/sample-images';
import {
  addRegistry,
  basic,
  errorOf,
  inputFor,
  makeProfile,
  password,
  read,
  savedViews,
  startServices,
  valueOf,
  viewOf,
} from '#test/services-steps';
import { createTestCa, type IssuedCertificate, type TestCa } from '#test/test-ca';
import { startTokenServer, type TokenServer } from '#test/token-server';

const isMissing = realPart('docker-registry') === undefined;

const states = (pages: readonly { step: string; state: string }[]): string[] =>
  pages.filter(({ state }) => state !== 'running').map(({ step, state }) => `${step} ${state}`);

describe.skipIf(isMissing)('an open docker-registry', () => {
  let registry: DockerRegistry;
  beforeAll(async () => {
    registry = await startDockerRegistry();
    await pushSampleImage(registry, 'team/app', ['1.0']);
  });
  afterAll(() => registry.stop());

  it('is checked step by step before it is kept', async () => {
    const services = await startServices();
    const { pages, end } = await read(services, 'registry:check', {
      input: inputFor(registry.host),
    });
    expect(states(pages)).toEqual([
      'address passed',
      'connect passed',
      'certificate passed',
      'api passed',
      'login passed',
      'catalog passed',
    ]);
    expect(end).toMatchObject({
      origin: registry.origin,
      host: registry.host,
      passed: true,
      anonymous: true,
      catalog: 'open',
      certificates: [],
    });
    expect(await savedViews(services)).toEqual([]);
  });

  it('is added, listed, refreshed, renamed and removed', async () => {
    const services = await startServices();
    const added = await addRegistry(services, registry.host);
    expect(added).toMatchObject({ host: registry.host, origin: registry.origin, plainHttp: true });
    const listed = await read(services, 'repository:list', { registryId: added.id });
    expect(listed.pages.flatMap(({ repositories }) => repositories)).toEqual(['team/app']);
    expect(listed.end).toEqual({ catalog: 'open', invalidCount: 0 });

    await read(services, 'registry:refresh', { registryId: added.id });
    expect(await viewOf(services, added.id)).toMatchObject({
      state: { kind: 'ready', anonymous: true },
      catalog: 'open',
    });
    const input = inputFor(registry.host, { name: 'Test bench', login: { kind: 'keep' } });
    const renamed = await services.call('registry:update', { registryId: added.id, input });
    expect(valueOf(renamed)).toMatchObject({ id: added.id, name: 'Test bench' });
    valueOf(await services.call('registry:remove', { registryId: added.id }));
    expect(await savedViews(services)).toEqual([]);
    const gone = errorOf(
      (await services.stream('repository:list', { registryId: added.id })).result,
    );
    expect(gone.code).toBe('registry-unknown');
  });

  it('is refused a second time under the same address', async () => {
    const services = await startServices();
    await addRegistry(services, registry.host);
    const again = await services.call('registry:add', { input: inputFor(registry.host) });
    expect(errorOf(again).code).toBe('already-exists');
  });

  it('keeps a repository added by name, once it is seen to exist', async () => {
    const services = await startServices();
    const { id: registryId } = await addRegistry(services, registry.host);
    const add = (repository: string) =>
      read(services, 'repository:add', { registryId, repository });
    expect((await add('team/app')).end).toEqual({ repository: 'team/app', exists: true });
    expect((await add('team/none')).end).toEqual({ repository: 'team/none', exists: false });
    const { pages } = await read(services, 'repository:list', { registryId });
    expect(pages[0]?.repositories).toEqual(['team/app']);
    valueOf(await services.call('repository:forget', { registryId, repository: 'team/app' }));
  });
});

describe.skipIf(isMissing)('a docker-registry with a password', () => {
  let registry: DockerRegistry;
  const login = password('ada', 'pässword:1');
  beforeAll(async () => {
    registry = await startDockerRegistry({ htpasswd: { ada: 'pässword:1' } });
    const target = { ...registry, authorization: basic('ada', 'pässword:1') };
    await pushSampleImage(target, 'team/app', ['1.0']);
  });
  afterAll(() => registry.stop());

  it('says that it wants a login', async () => {
    const services = await startServices();
    const { pages, end } = await read(services, 'registry:check', {
      input: inputFor(registry.host),
    });
    expect(states(pages)).toContain('login failed');
    expect(end).toMatchObject({ passed: false, error: { code: 'unauthorized' } });
  });

  it('says that the password is wrong, and takes the right one', async () => {
    const services = await startServices();
    const input = inputFor(registry.host, { login: password('ada', 'wrong one') });
    const { pages, end } = await read(services, 'registry:check', { input });
    expect(states(pages)).toContain('login failed');
    expect(end).toMatchObject({ passed: false, error: { code: 'credentials-rejected' } });
    expect(JSON.stringify({ pages, end })).not.toContain('wrong one');
    const right = await read(services, 'registry:check', { input: { ...input, login } });
    expect(right.end).toMatchObject({ passed: true, anonymous: false });
  });

  it('is there again, with its password, after a restart; the password never comes back', async () => {
    const secrets = createMemoryStore();
    const directory = await makeProfile();
    const first = await startServices({ secrets, directory });
    const added = await addRegistry(first, registry.host, { login });
    expect(added.credential).toMatchObject({ kind: 'password', username: 'ada' });
    expect(JSON.stringify(added)).not.toContain('pässword');
    await first.close();

    const again = await startServices({ secrets, directory });
    const [view] = await savedViews(again);
    expect(view).toMatchObject({ id: added.id, credential: { username: 'ada' } });
    const { end } = await read(again, 'registry:refresh', { registryId: added.id });
    expect(end).toMatchObject({ passed: true, anonymous: false });
    valueOf(await again.call('registry:remove', { registryId: added.id }));
    expect(await secrets.keys()).toEqual([]);
  });

  it('does not send a stored password to another address', async () => {
    const other = await startDockerRegistry({ htpasswd: { ada: 'pässword:1' } });
    try {
      const services = await startServices();
      const { id: registryId } = await addRegistry(services, registry.host, { login });
      const input = inputFor(other.host, { login: { kind: 'keep' } });
      const { end } = await read(services, 'registry:check', { input, registryId });
      expect(end).toMatchObject({ passed: false, error: { code: 'unauthorized' } });
      const refused = await services.call('registry:update', { registryId, input });
      expect(errorOf(refused)).toMatchObject({ code: 'input-invalid', detail: { field: 'login' } });
    } finally {
      await other.stop();
    }
  });
});

describe.skipIf(isMissing)('a docker-registry with a token server', () => {
  let tokens: TokenServer;
  let registry: DockerRegistry;
  beforeAll(async () => {
    tokens = await startTokenServer({ users: { ada: 'pw' } });
    registry = await startDockerRegistry({ token: tokens });
  });
  afterAll(async () => {
    await registry.stop();
    await tokens.close();
  });

  it('signs in, lists, and says what a wrong password is (trap 27)', async () => {
    const services = await startServices();
    const added = await addRegistry(services, registry.host, { login: password('ada', 'pw') });
    const { end } = await read(services, 'registry:refresh', { registryId: added.id });
    expect(end).toMatchObject({ passed: true, anonymous: false, catalog: 'open' });
    const input = inputFor(registry.host, { login: password('ada', 'no') });
    const wrong = await read(services, 'registry:check', { input });
    expect(wrong.end).toMatchObject({ passed: false, error: { code: 'credentials-rejected' } });
  });

  it('trap 23: takes a catalog that is not granted for a closed one', async () => {
    tokens.options.grant = (scope) => !scope.startsWith('registry:');
    const services = await startServices();
    const added = await addRegistry(services, registry.host, { login: password('ada', 'pw') });
    const { end } = await read(services, 'repository:list', { registryId: added.id });
    expect(end.catalog).toBe('closed');
    expect(await viewOf(services, added.id)).toMatchObject({ catalog: 'closed' });
    delete tokens.options.grant;
  });
});

describe.skipIf(isMissing)('a docker-registry with TLS from a private authority', () => {
  let ca: TestCa;
  let registry: DockerRegistry;
  beforeAll(async () => {
    ca = await createTestCa();
    registry = await startDockerRegistry({ tls: await ca.issue(['127.0.0.1']) });
  });
  afterAll(async () => {
    await registry.stop();
    await ca.close();
  });

  it('is not trusted by itself: the chain is shown', async () => {
    const services = await startServices();
    const { pages, end } = await read(services, 'registry:check', {
      input: inputFor(registry.host),
    });
    expect(states(pages)).toContain('certificate failed');
    expect(end.error?.code).toBe('tls-untrusted');
    expect(end.certificates[0]).toMatchObject({ subject: 'CN=127.0.0.1', isSelfSigned: false });
  });

  it('is trusted with the authority, and stays so', async () => {
    const services = await startServices();
    const added = await addRegistry(services, registry.host, { ca: { text: ca.certPem } });
    expect(added).toMatchObject({ hasCa: true, plainHttp: false, origin: registry.origin });
    const { end } = await read(services, 'registry:refresh', { registryId: added.id });
    expect(end.passed).toBe(true);
  });

  it('is trusted by the fingerprint that was shown, and by no other', async () => {
    const services = await startServices();
    const { end } = await read(services, 'registry:check', { input: inputFor(registry.host) });
    const fingerprint = end.certificates[0]?.fingerprintSha256 ?? 'none';
    const check = (trusted: string) =>
      read(services, 'registry:check', {
        input: inputFor(registry.host, { trustedFingerprints: [trusted] }),
      });
    expect((await check(fingerprint)).end.passed).toBe(true);
    const other = fingerprint.replace(/^../u, (pair) => (pair === '00' ? '01' : '00'));
    expect((await check(other)).end.error?.code).toBe('tls-untrusted');
  });

  it('names a certificate that is no PEM text', async () => {
    const services = await startServices();
    const input = inputFor(registry.host, { ca: { text: 'hello' } });
    const error = errorOf(await services.call('registry:add', { input }));
    expect(error).toMatchObject({ code: 'input-invalid', detail: { field: 'ca' } });
  });
});

describe.skipIf(isMissing || realPart('nginx') === undefined)('nginx before a registry', () => {
  let ca: TestCa;
  let registry: DockerRegistry;
  let client: IssuedCertificate;
  let server: IssuedCertificate;
  const running: Front[] = [];
  const start = async (options: Partial<FrontOptions>): Promise<Front> => {
    const nginx = await startFront({ upstream: registry.origin, ...options });
    running.push(nginx);
    return nginx;
  };
  beforeAll(async () => {
    ca = await createTestCa();
    server = await ca.issue(['127.0.0.1']);
    client = await ca.issue(['ada'], { client: true, passphrase: 'open sesame' });
    registry = await startDockerRegistry();
    await pushSampleImage(registry, 'team/app', ['1.0']);
  });
  afterAll(async () => {
    for (const nginx of running) await nginx.stop();
    await registry.stop();
    await ca.close();
  });

  it('wants a client certificate, and lets in who shows one', async () => {
    const { host } = await start({ tls: server, clientCaFile: ca.certFile });
    const services = await startServices();
    const trust = { ca: { text: ca.certPem } };
    const { end } = await read(services, 'registry:check', { input: inputFor(host, trust) });
    expect(end).toMatchObject({ passed: false, error: { code: 'tls-client-certificate' } });
    const added = await addRegistry(services, host, {
      ...trust,
      clientCertificate: {
        certificate: { text: client.certPem },
        key: { text: client.keyPem },
        passphrase: 'open sesame',
      },
    });
    expect(added.clientCertificateSubject).toContain('ada');
    const listed = await read(services, 'repository:list', { registryId: added.id });
    expect(listed.pages.flatMap(({ repositories }) => repositories)).toEqual(['team/app']);
  });

  it('says that the key of a client certificate cannot be opened', async () => {
    const { host } = await start({ tls: server, clientCaFile: ca.certFile });
    const services = await startServices();
    const input = inputFor(host, {
      ca: { text: ca.certPem },
      clientCertificate: {
        certificate: { text: client.certPem },
        key: { text: client.keyPem },
        passphrase: 'wrong',
      },
    });
    const { result } = await services.stream('registry:check', { input });
    const error = result.ok ? result.value.error : result.error;
    expect(error?.code).toBe('tls-settings-invalid');
  });

  it('may put a path before /v2/, which then stands in references', async () => {
    const { host } = await start({ prefix: '/registry' });
    const services = await startServices();
    const added = await addRegistry(services, `http://${host}/registry`);
    expect(added.host).toBe(`${host}/registry`);
    const listed = await read(services, 'repository:list', { registryId: added.id });
    expect(listed.pages.flatMap(({ repositories }) => repositories)).toEqual(['team/app']);
    const request = { registryId: added.id, repository: 'team/app', reference: '1.0' };
    expect((await read(services, 'image:inspect', request)).end.layers).toHaveLength(2);
  });
});
