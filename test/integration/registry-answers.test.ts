import { describe, expect, it } from 'vitest';
import {
  digest,
  expectPlainWords,
  openClient,
  openScript,
  password,
  recordLog,
  rejection,
  repo,
  tag,
} from '#test/registry-calls';
import { manifestHeaders, sampleImage, sha256Of } from '#test/scripted-registry';

const image = sampleImage();
const app = repo('app');
const manifestPath = '/v2/app/manifests/x';
const manifestReply = { headers: manifestHeaders(image.manifestDigest), body: image.manifest };

const getManifest = (origin: string, options = {}) =>
  openClient(origin, options).getManifest(app, tag('x'));

describe('a status', () => {
  it.each([
    [401, 'unauthorized'],
    [403, 'denied'],
    [404, 'not-found'],
    [405, 'unsupported'],
    [400, 'request-refused'],
    [418, 'request-refused'],
    [501, 'unsupported'],
    [302, 'response-malformed'],
  ])('%i is %s', async (status, code) => {
    const { origin } = await openScript({
      '*': { status, body: { errors: [{ code: 'SOME_CODE' }] } },
    });
    const error = await rejection(getManifest(origin));
    expect(error).toMatchObject({ code, status, step: 'manifest' });
    expectPlainWords(error.message);
  });

  it('keeps the words of the registry apart from its own', async () => {
    const body = { errors: [{ code: 'DENIED', message: '<b>no\u0000</b> \u202Eevil' }] };
    const { origin } = await openScript({ '*': { status: 403, body } });
    const error = await rejection(getManifest(origin));
    expect(error).toMatchObject({ ociCode: 'DENIED', ociMessage: '<b>no </b> \u202Eevil' });
    expect(error.message).not.toContain('evil');
  });

  it('knows a plain HTTP request to an HTTPS port, and a missing client certificate', async () => {
    const say = (body: string) => openScript({ '*': { status: 400, body } });
    const go = await say('Client sent an HTTP request to an HTTPS server.\n');
    expect((await rejection(openClient(go.origin).ping())).code).toBe('https-required');
    const nginx = await say(
      '<html><title>400 The plain HTTP request was sent to HTTPS port</title>',
    );
    expect((await rejection(openClient(nginx.origin).ping())).code).toBe('https-required');
    const missing = await say('<html><title>400 No required SSL certificate was sent</title>');
    expect((await rejection(openClient(missing.origin).ping())).code).toBe(
      'tls-client-certificate',
    );
  });

  it('is no registry without /v2/, or with a sign-in of another kind', async () => {
    const nothing = await openScript({});
    expect((await rejection(openClient(nothing.origin).ping())).code).toBe('not-a-registry');
    const other = await openScript({ '*': { status: 401, body: 'no' } });
    expect((await rejection(openClient(other.origin).ping())).code).toBe('not-a-registry');
  });

  it('finds a registry below a path', async () => {
    const { origin, lines } = await openScript({ '/artifactory/v2/': { body: {} } });
    expect(await openClient(`${origin}/artifactory`).ping()).toMatchObject({ access: 'open' });
    expect(lines()).toEqual(['GET /artifactory/v2/']);
  });
});

describe('an overloaded registry', () => {
  it('is asked again after 503 and 429, as long as it says', async () => {
    let count = 0;
    const replies = [
      { status: 503 },
      { status: 429, headers: { 'retry-after': '0' } },
      { status: 500 },
      manifestReply,
    ];
    const { origin } = await openScript({ [manifestPath]: () => replies[count++] });
    expect((await getManifest(origin)).digest).toBe(image.manifestDigest);
    expect(count).toBe(4);
  });

  it('is given up after some tries', async () => {
    const { origin, lines } = await openScript({ '*': { status: 503, body: 'busy' } });
    expect(await rejection(getManifest(origin))).toMatchObject({
      code: 'registry-failed',
      status: 503,
      ociMessage: 'busy',
    });
    expect(lines()).toHaveLength(4);
  });

  it('is not waited for longer than a person waits, and the wait is told', async () => {
    const headers = { 'retry-after': '3600' };
    const { origin, lines } = await openScript({
      '*': { status: 429, headers, body: 'slow down' },
    });
    expect(await rejection(getManifest(origin))).toMatchObject({
      code: 'rate-limited',
      retryAfterMs: 3_600_000,
    });
    expect(lines()).toHaveLength(1);
  });

  it('is not asked again and again by many requests', async () => {
    const { origin, lines } = await openScript({ '*': { status: 503 } });
    const client = openClient(origin);
    const calls = Array.from({ length: 30 }, () => rejection(client.headManifest(app, tag('x'))));
    expect((await Promise.all(calls)).every(({ code }) => code === 'registry-failed')).toBe(true);
    expect(lines().length).toBeLessThanOrEqual(30 + 20);
  });

  it('counts what Docker Hub still allows (trap 24)', async () => {
    const headers = {
      ...manifestHeaders(image.manifestDigest),
      'ratelimit-limit': '100;w=21600',
      'ratelimit-remaining': '42;w=21600',
    };
    const { origin } = await openScript({ [manifestPath]: { headers, body: image.manifest } });
    const client = openClient(origin);
    expect(client.pullBudget()).toBeUndefined();
    expect((await client.getManifest(app, tag('x'))).rateLimit).toMatchObject({ remaining: 42 });
    expect(client.pullBudget()).toMatchObject({ limit: 100, remaining: 42, windowSeconds: 21_600 });
  });
});

describe('a redirect', () => {
  it('is followed, without the sign-in where the origin changes (trap 26)', async () => {
    const bytes = Buffer.from('blob');
    const storage = await openScript({ '*': { body: bytes } });
    const location = `${storage.origin}/signed?X-Amz-Signature=secret`;
    const registry = await openScript({ '*': { status: 307, headers: { location } } });
    const challenged = await openScript({
      '*': (request) =>
        request.headers.authorization === undefined
          ? { status: 401, headers: { 'www-authenticate': 'Basic realm="x"' } }
          : { status: 307, headers: { location } },
    });
    const { events, log } = recordLog();
    for (const { origin } of [registry, challenged]) {
      const client = openClient(origin, { credential: password('ada', 'pw'), log });
      const blob = digest(sha256Of(bytes));
      const got = await client.getBlob(app, blob, { maxBytes: 10 });
      expect(Buffer.from(got)).toEqual(bytes);
    }
    expect(storage.requests.map(({ headers }) => headers.authorization)).toEqual([
      undefined,
      undefined,
    ]);
    expect(storage.requests[0]?.path).toContain('secret');
    expect(JSON.stringify(events)).not.toContain('secret');
  });

  it('keeps the sign-in on the same origin', async () => {
    const { origin, requests } = await openScript({
      [manifestPath]: (request) =>
        request.headers.authorization === undefined
          ? { status: 401, headers: { 'www-authenticate': 'Basic realm="x"' } }
          : { status: 302, headers: { location: '/v2/app/manifests/y' } },
      '/v2/app/manifests/y': manifestReply,
    });
    await getManifest(origin, { credential: password('ada', 'pw') });
    expect(requests.at(-1)?.headers.authorization).toMatch(/^Basic /);
  });

  it('in a loop, or without end, is given up', async () => {
    const loop = await openScript({ '*': { status: 302, headers: { location: manifestPath } } });
    expect((await rejection(getManifest(loop.origin))).code).toBe('redirect-loop');
    expect(loop.lines()).toHaveLength(1);
    let count = 0;
    const endless = await openScript({
      '*': () => ({ status: 302, headers: { location: `/hop/${(count += 1)}` } }),
    });
    expect((await rejection(getManifest(endless.origin))).code).toBe('redirect-loop');
    expect(endless.lines()).toHaveLength(6);
  });

  it.each([
    ['the metadata service', 'http://169.254.169.254/latest/meta-data', 'address-refused'],
    ['IPv6 link-local', 'http://[fe80::1]/', 'address-refused'],
    ['a file', 'file:///etc/passwd', 'redirect-refused'],
    ['a URL with a password', 'http://a:b@127.0.0.1/', 'redirect-refused'],
    ['plain HTTP beyond this computer', 'http://registry.invalid/', 'plain-http-refused'],
    ['no URL', 'http://[', 'response-malformed'],
  ])('to %s is refused', async (_title, location, code) => {
    const { origin } = await openScript({ '*': { status: 307, headers: { location } } });
    const error = await rejection(getManifest(origin));
    expect(error.code).toBe(code);
    expectPlainWords(error.message);
  });

  it('to a host that asks for a sign-in gets none', async () => {
    const other = await openScript({
      '*': { status: 401, headers: { 'www-authenticate': 'Basic realm="give"' } },
    });
    const { origin } = await openScript({
      '*': { status: 307, headers: { location: `${other.origin}/x` } },
    });
    const error = await rejection(getManifest(origin, { credential: password('ada', 'pw') }));
    expect(error).toMatchObject({ code: 'unauthorized', host: other.host });
    expect(error.message).toContain(`use ${other.origin} as its address`);
    expect(other.requests.map(({ headers }) => headers.authorization)).toEqual([undefined]);
  });
});
