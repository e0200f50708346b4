import { afterEach, describe, expect, it } from 'vitest';
import type { StreamName, RequestOf } from '#contract/contract';
import { splitNames } from '#contract/tag';
import type { ContractError, ErrorCode } from '#contract/result';
import { freePort } from '#test/docker-registry';
import {
  endless,
  html,
  image,
  ociError,
  soundScript,
  stall,
  truncated,
} from '#test/faulty-registry';
import type { OpenServicesOptions, OpenedServices } from '#test/open-services';
import {
  manifestHeaders,
  startScriptedRegistry,
  type Handler,
  type Reply,
  type Script,
  type ScriptedRegistry,
} from '#test/scripted-registry';
import {
  addRegistry,
  errorOf,
  failureOf,
  inputFor,
  password,
  read,
  startServices,
  viewOf,
} from '#test/services-steps';
import { createTestCa } from '#test/test-ca';

const running: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((one) => one.close()));
});

const start = async (
  script: Script,
  options?: Parameters<typeof startScriptedRegistry>[1],
): Promise<ScriptedRegistry> => {
  const registry = await startScriptedRegistry({ ...soundScript, ...script }, options);
  running.push(registry);
  return registry;
};

type Opened = { services: OpenedServices; registryId: string; registry: ScriptedRegistry };

/** A registry with a fault that was added while it was sound. */
const open = async (fault: Script, options: OpenServicesOptions = {}): Promise<Opened> => {
  const script: Record<string, Handler | Reply> = { ...soundScript };
  const registry = await startScriptedRegistry(script);
  running.push(registry);
  const services = await startServices(options);
  const { id: registryId } = await addRegistry(services, registry.host);
  Object.assign(script, fault);
  return { services, registryId, registry };
};

/** The error with which a check of an address ends. */
const checkError = async (
  address: string,
  rest: Parameters<typeof inputFor>[1] = {},
  options: OpenServicesOptions = {},
): Promise<ContractError> => {
  const services = await startServices(options);
  const { end } = await read(services, 'registry:check', { input: inputFor(address, rest) });
  expect(end.passed).toBe(false);
  return errorOf(end.error ? { ok: false, error: end.error } : { ok: true, value: end });
};

const short = { retryBaseMs: 1, headersMs: 300, connectMs: 300, totalMs: 1_000, maxRetries: 0 };
const manifestPath = '/v2/app/manifests/1.0';
const tagsPath = '/v2/app/tags/list';

describe('an address that leads nowhere', () => {
  it('connection refused', async () => {
    const host = `127.0.0.1:${await freePort()}`;
    const error = await checkError(`http://${host}`);
    expect(error).toMatchObject({ code: 'connection-refused' });
    expect(error.message).toContain(host);
  });

  it('a name that does not resolve', async () => {
    const error = await checkError('registry.invalid');
    expect(error.code).toBe('dns-failed');
    expect(error.message).toContain('registry.invalid');
  });

  it('a web page where a registry is due', async () => {
    const registry = await start({ '/v2/': html });
    expect((await checkError(registry.host)).code).toBe('not-a-registry');
  });

  it('a 404 where a registry is due', async () => {
    const registry = await start({ '/v2/': { status: 404, body: 'nothing here' } });
    expect((await checkError(registry.host)).code).toBe('not-a-registry');
  });

  it('plain HTTP where nobody allowed it', async () => {
    const services = await startServices();
    const input = inputFor('registry.invalid', { plainHttp: false });
    const { end } = await read(services, 'registry:check', { input });
    expect(end.origin).toBe('https://registry.invalid');
  });
});

describe('a registry that stalls', () => {
  it('times out, and says so', async () => {
    const registry = await start({ '/v2/': stall });
    const error = await checkError(`http://${registry.host}`, {}, { limits: short });
    expect(error).toMatchObject({ code: 'timed-out' });
  });

  it('lets go of the socket when the window cancels', async () => {
    let closed: () => void = () => undefined;
    const hungUp = new Promise<void>((resolve) => (closed = resolve));
    const controller = new AbortController();
    const { services, registryId } = await open({
      [tagsPath]: (_request, response) => {
        response.on('close', closed);
        controller.abort();
      },
    });
    const request = { registryId, repository: 'app' };
    await expect(
      services.stream('tag:list', request, { signal: controller.signal }),
    ).rejects.toThrow('cancelled by the test');
    await hungUp;
  });
});

describe('certificates', () => {
  const names: readonly (readonly [ErrorCode, string, object])[] = [
    ['tls-expired', '127.0.0.1', { expired: true }],
    ['tls-host-mismatch', 'other.example', {}],
  ];
  it.each(names)('%s', async (code, name, options) => {
    const ca = await createTestCa();
    running.push(ca);
    const { certPem: cert, keyPem: key } = await ca.issue([name], options);
    const registry = await start({}, { tls: { cert, key } });
    const error = await checkError(registry.host, { ca: { text: ca.certPem } });
    expect(error.code).toBe(code);
    expect(error.detail.certificates?.[0]?.fingerprintSha256).toMatch(/^([0-9A-F]{2}:){31}/u);
  });

  it('self-signed: shown with its fingerprint', async () => {
    const ca = await createTestCa();
    running.push(ca);
    const { certPem: cert, keyPem: key } = await ca.selfSigned(['127.0.0.1']);
    const registry = await start({}, { tls: { cert, key } });
    const error = await checkError(registry.host);
    expect(error).toMatchObject({
      code: 'tls-untrusted',
      detail: { certificates: [{ isSelfSigned: true }] },
    });
  });
});

describe('logins', () => {
  const challenge = (realm: string): Reply => ({
    ...ociError(401, 'UNAUTHORIZED', 'authentication required'),
    headers: { 'www-authenticate': `Bearer service="s",realm="${realm}"` },
  });

  it('trap 25: a realm on a foreign host gets no credentials', async () => {
    const foreign = await start({ '*': { body: { token: 'x' } } }, { host: 'localhost' });
    const registry = await start({
      '/v2/': challenge(`http://evil.invalid:${foreign.port}/token`),
    });
    const error = await checkError(registry.host, { login: password('ada', 'secret') });
    expect(error).toMatchObject({ code: 'realm-refused', detail: { step: 'token' } });
    expect(error.message).not.toContain('secret');
    expect(foreign.requests).toEqual([]);
  });

  it('a token service that refuses everybody', async () => {
    const tokens = await start({ '*': { status: 401, body: { details: 'no' } } });
    const registry = await start({ '/v2/': challenge(`${tokens.origin}/token`) });
    const error = await checkError(registry.host, { login: password('ada', 'secret') });
    expect(error.code).toBe('credentials-rejected');
  });

  it('a token service that answers with a web page', async () => {
    const tokens = await start({ '*': html });
    const registry = await start({ '/v2/': challenge(`${tokens.origin}/token`) });
    const error = await checkError(registry.host, { login: password('ada', 'secret') });
    expect(error).toMatchObject({ code: 'response-malformed', detail: { step: 'token' } });
  });

  it('a token that is never good enough', async () => {
    const tokens = await start({ '*': { body: { token: 'never', expires_in: 300 } } });
    const registry = await start({});
    const services = await startServices();
    const added = await addRegistry(services, registry.host, { login: password('ada', 'secret') });
    registry.requests.length = 0;
    const refusing = await start({
      [tagsPath]: challenge(`${tokens.origin}/token`),
    });
    const other = await addRegistry(services, refusing.host, { login: password('ada', 'secret') });
    expect(other.id).not.toBe(added.id);
    const request = { registryId: other.id, repository: 'app' };
    expect((await failureOf(services, 'tag:list', request)).code).toBe('unauthorized');
    expect(tokens.requests.length).toBeLessThanOrEqual(2);
  });
});

describe('answers that are not what they should be', () => {
  type Case = readonly [
    what: string,
    code: ErrorCode,
    fault: Script,
    channel: 'tag:list' | 'image:inspect' | 'repository:list',
  ];
  const otherDigest = `sha256:${'0'.repeat(64)}`;
  const reply: Reply = { headers: manifestHeaders(image.manifestDigest), body: image.manifest };
  const cases: readonly Case[] = [
    [
      'a repository that vanished',
      'not-found',
      { [tagsPath]: ociError(404, 'NAME_UNKNOWN', 'repository name not known to registry') },
      'tag:list',
    ],
    [
      'an image that vanished',
      'not-found',
      { [manifestPath]: ociError(404, 'MANIFEST_UNKNOWN', 'manifest unknown') },
      'image:inspect',
    ],
    [
      'a login that may not',
      'denied',
      { [tagsPath]: ociError(403, 'DENIED', 'requested access to the resource is denied') },
      'tag:list',
    ],
    ['HTML for a list of tags', 'not-a-registry', { [tagsPath]: html }, 'tag:list'],
    ['HTML for a manifest', 'not-a-registry', { [manifestPath]: html }, 'image:inspect'],
    ['HTML for a catalog', 'not-a-registry', { '/v2/_catalog': html }, 'repository:list'],
    [
      'JSON that breaks off',
      'response-malformed',
      { [tagsPath]: { body: '{"name":"app","tags":["1.' } },
      'tag:list',
    ],
    [
      'tags that are no list',
      'response-malformed',
      { [tagsPath]: { body: { name: 'app', tags: 7 } } },
      'tag:list',
    ],
    [
      'a body cut off on the wire',
      'connection-lost',
      { [tagsPath]: truncated({ body: '{"name":"app","tags":["1.0","1.1"]}' }) },
      'tag:list',
    ],
    [
      'a manifest cut off on the wire',
      'connection-lost',
      { [manifestPath]: truncated(reply) },
      'image:inspect',
    ],
    [
      'a manifest that does not end',
      'response-too-large',
      { [manifestPath]: endless({ 'content-type': 'application/vnd.oci.image.manifest.v1+json' }) },
      'image:inspect',
    ],
    [
      'a list of tags that does not end',
      'response-too-large',
      { [tagsPath]: endless() },
      'tag:list',
    ],
    [
      'another digest than the bytes have',
      'digest-mismatch',
      {
        [manifestPath]: { ...reply, headers: manifestHeaders(otherDigest) },
        [`/v2/app/manifests/${otherDigest}`]: { ...reply, headers: manifestHeaders(otherDigest) },
      },
      'image:inspect',
    ],
    [
      'too many requests',
      'rate-limited',
      {
        [tagsPath]: {
          ...ociError(429, 'TOOMANYREQUESTS', 'slow down'),
          headers: { 'retry-after': '3600' },
        },
      },
      'tag:list',
    ],
    [
      'a registry that fails',
      'registry-failed',
      { [tagsPath]: { status: 500, body: 'Internal Server Error at handler.go:12:7' } },
      'tag:list',
    ],
    [
      'a redirect in a circle',
      'redirect-loop',
      { [manifestPath]: { status: 307, headers: { location: manifestPath } } },
      'image:inspect',
    ],
    [
      'a redirect to a metadata address',
      'address-refused',
      { [manifestPath]: { status: 307, headers: { location: 'http://169.254.169.254/latest' } } },
      'image:inspect',
    ],
    [
      'trap 20: a next page at another origin',
      'paging-refused',
      {
        [tagsPath]: {
          headers: { link: '<https://elsewhere.invalid/v2/app/tags/list?last=1.0>; rel="next"' },
          body: { name: 'app', tags: ['1.0'] },
        },
      },
      'tag:list',
    ],
  ];

  const requests = (registryId: string): { [N in Case[3]]: RequestOf<N> } => ({
    'tag:list': { registryId, repository: 'app' },
    'image:inspect': { registryId, repository: 'app', reference: '1.0' },
    'repository:list': { registryId },
  });

  it.each(cases)('%s is %s', async (_what, code, fault, channel) => {
    const { services, registryId } = await open(fault);
    const failure = <N extends StreamName>(name: N, request: RequestOf<N>) =>
      failureOf(services, name, request);
    const error = await failure(channel, requests(registryId)[channel]);
    expect(error.code).toBe(code);
    expect(services.unexpected).toEqual([]);
  });

  it('trap 22: no tags at all, written as null', async () => {
    const { services, registryId } = await open({
      [tagsPath]: { body: { name: 'app', tags: null } },
    });
    const { pages, end } = await read(services, 'tag:list', { registryId, repository: 'app' });
    expect(pages.flatMap(({ names }) => splitNames(names))).toEqual([]);
    expect(end).toEqual({ total: 0 });
  });

  it('a list of pages that never ends is shown, and said to be cut', async () => {
    let page = 0;
    const { services, registryId } = await open(
      {
        [tagsPath]: () => {
          page += 1;
          const link = `<${tagsPath}?last=${page}>; rel="next"`;
          return { headers: { link }, body: { name: 'app', tags: [`v${page}`] } };
        },
      },
      { limits: { maxPages: 20 } },
    );
    const { pages, end } = await read(services, 'tag:list', { registryId, repository: 'app' });
    expect(pages.flatMap(({ names }) => splitNames(names))).toHaveLength(20);
    expect(end.truncated).toMatch(/not shown/u);
  });

  it('a page that repeats itself is noticed', async () => {
    const { services, registryId } = await open({
      [tagsPath]: {
        headers: { link: `<${tagsPath}?last=1.0>; rel="next"` },
        body: { name: 'app', tags: ['1.0'] },
      },
    });
    const { end } = await read(services, 'tag:list', { registryId, repository: 'app' });
    expect(end.truncated).toMatch(/same page/u);
  });

  it('names that no repository can have are left out, and counted', async () => {
    const { services, registryId } = await open({
      '/v2/_catalog': { body: { repositories: ['app', '<b>bold</b>', '../../etc', 'UPPER', 7] } },
    });
    const { pages, end } = await read(services, 'repository:list', { registryId });
    expect(pages.flatMap(({ repositories }) => repositories)).toEqual(['app']);
    expect(end.invalidCount).toBe(4);
  });

  it('what failed stands beside the registry, and goes when it answers again', async () => {
    const script: Record<string, Handler | Reply> = { ...soundScript };
    const registry = await startScriptedRegistry(script);
    running.push(registry);
    const services = await startServices({ limits: { retryBaseMs: 1, maxRetries: 0 } });
    const { id: registryId } = await addRegistry(services, registry.host);
    script['/v2/_catalog'] = { status: 503, body: 'maintenance' };
    await failureOf(services, 'repository:list', { registryId });
    expect(await viewOf(services, registryId)).toMatchObject({
      state: { kind: 'failed', error: { code: 'registry-failed' } },
    });
    script['/v2/_catalog'] = { body: { repositories: ['app'] } };
    await read(services, 'repository:list', { registryId });
    expect(await viewOf(services, registryId)).toMatchObject({ state: { kind: 'ready' } });
  });

  it('trap 23: a catalog that is closed is no failure', async () => {
    for (const status of [401, 404, 405]) {
      const { services, registryId } = await open({
        '/v2/_catalog': ociError(status, 'UNSUPPORTED', 'the operation is unsupported'),
      });
      const { end } = await read(services, 'repository:list', { registryId });
      expect(end.catalog).toBe('closed');
    }
  });
});
