import { describe, expect, it } from 'vitest';
import {
  expectPlainWords,
  openClient,
  openRawServer,
  openScript,
  password,
  recordLog,
  rejection,
  repo,
  tag,
} from '#test/registry-calls';
import { manifestHeaders, sampleImage, type Handler, type Reply } from '#test/scripted-registry';

const image = sampleImage();
const app = repo('app');
const ada = password('ada', 'pass-word');
const manifestReply = { headers: manifestHeaders(image.manifestDigest), body: image.manifest };

/** A registry that asks for a token of `realm` and takes any, unless told otherwise. */
const guarded = (
  challenge: string | string[],
  accepts = (authorization: string) => authorization !== '',
) =>
  openScript({
    '*': ({ headers }) =>
      accepts(headers.authorization ?? '')
        ? manifestReply
        : { status: 401, headers: { 'www-authenticate': challenge } },
  });

async function guardedBy(reply: Reply | Handler, extra = '') {
  const tokens = await openScript({ '*': reply });
  const registry = await guarded(`Bearer realm="${tokens.origin}/token",service="s"${extra}`);
  return { tokens, registry };
}

const get = (origin: string, options: Parameters<typeof openClient>[1] = {}) =>
  openClient(origin, options).getManifest(app, tag('x'));

describe('a token server', () => {
  it.each([
    ['token', { token: 'abc' }],
    ['access_token', { access_token: 'abc' }],
    ['both, and no expires_in', { token: 'abc', access_token: 'abc', expires_in: null }],
    ['an odd expires_in', { token: 'abc', expires_in: 'soon', issued_at: 7 }],
  ])('may answer with %s', async (_title, body) => {
    const { registry, tokens } = await guardedBy({ body });
    await get(registry.origin, { credential: ada });
    expect(registry.requests.at(-1)?.headers.authorization).toBe('Bearer abc');
    expect(tokens.lines()).toEqual([
      'GET /token?service=s&scope=repository%3Aapp%3Apull&client_id=tagboat&account=ada',
    ]);
  });

  it.each([
    ['no token', { body: {} }],
    ['no JSON', { body: 'nope' }],
    ['an empty token', { body: { token: '' } }],
    ['a token that would split the header', { body: { token: 'a\r\nx-evil: 1' } }],
    ['an array', { body: [] }],
    ['null', { body: 'null' }],
    ['a web page', { headers: { 'content-type': 'text/html' }, body: '<html>login</html>' }],
  ])('that answers with %s is not understood', async (_title, reply) => {
    const { registry } = await guardedBy(reply);
    const error = await rejection(get(registry.origin));
    expect(error).toMatchObject({ code: 'response-malformed', step: 'token' });
    expectPlainWords(error.message);
  });

  it.each([
    [401, 'credentials-rejected'],
    [403, 'denied'],
    [404, 'request-refused'],
    [400, 'request-refused'],
    [503, 'registry-failed'],
  ])('that answers %i gives %s and keeps the password out of it', async (status, code) => {
    const { registry } = await guardedBy({ status, body: { details: 'no' } });
    const { events, log } = recordLog();
    const error = await rejection(get(registry.origin, { credential: ada, log }));
    expect(error).toMatchObject({ code, step: 'token', status, ociMessage: 'no' });
    const said = JSON.stringify([error, error.message, error.stack, events]);
    expect(said).not.toContain('pass-word');
    expect(said).not.toContain(Buffer.from('ada:pass-word').toString('base64'));
  });

  it('tells an anonymous user that a sign-in is needed', async () => {
    const { registry } = await guardedBy({ status: 401 });
    expect(await rejection(get(registry.origin))).toMatchObject({ code: 'unauthorized' });
    expect(await openClient(registry.origin).ping()).toMatchObject({
      access: 'credentials-needed',
      challengeSchemes: ['bearer'],
    });
  });

  it('lets an anonymous user in with a token', async () => {
    const { registry, tokens } = await guardedBy({ body: { token: 'anon' } });
    expect(await openClient(registry.origin).ping()).toMatchObject({
      access: 'anonymous-token',
      realmHost: tokens.host,
    });
    expect(tokens.requests[0]?.headers.authorization).toBeUndefined();
  });

  it('that sends 5 MB is not read to the end', async () => {
    const { registry } = await guardedBy({ body: { token: 'x'.repeat(5_000_000) } });
    expect((await rejection(get(registry.origin))).code).toBe('response-too-large');
  });

  it('that stalls times out, and can be cancelled', async () => {
    const stalled = await openRawServer(() => {});
    const registry = await guarded(`Bearer realm="${stalled}/token"`);
    const slow = get(registry.origin, { limits: { headersMs: 100 } });
    expect(await rejection(slow)).toMatchObject({ code: 'timed-out', step: 'token' });
    const controller = new AbortController();
    const call = openClient(registry.origin).getManifest(app, tag('x'), {
      signal: controller.signal,
    });
    setTimeout(() => controller.abort(), 50);
    expect((await rejection(call)).code).toBe('cancelled');
  });

  it('may not redirect a password to another origin (trap 25)', async () => {
    const other = await openScript({ '*': { body: { token: 'abc' } } });
    const location = `${other.origin}/token`;
    const { registry } = await guardedBy({ status: 307, headers: { location } });
    expect((await rejection(get(registry.origin, { credential: ada }))).code).toBe(
      'redirect-refused',
    );
    const credential = { kind: 'identity-token', secret: 'refresh' } as const;
    expect((await rejection(get(registry.origin, { credential }))).code).toBe('redirect-refused');
    expect(other.requests).toEqual([]);
    await get(registry.origin);
    expect(other.requests).toHaveLength(1);
  });

  it('gives tokens that are never accepted: asked a bounded number of times', async () => {
    const tokens = await openScript({ '*': { body: { token: 'abc' } } });
    let scope = 0;
    const registry = await openScript({
      '*': () => ({
        status: 401,
        headers: {
          'www-authenticate': `Bearer realm="${tokens.origin}",scope="repository:x${(scope += 1)}:pull"`,
        },
      }),
    });
    expect((await rejection(get(registry.origin))).code).toBe('unauthorized');
    expect(registry.requests.length).toBeLessThanOrEqual(4);
    expect(tokens.requests.length).toBeLessThanOrEqual(3);
  });

  it('is asked for a wider scope after a 403 that names one (trap 28)', async () => {
    const tokens = await openScript({
      '*': ({ path }) => ({ body: { token: path.includes('push') ? 'wide' : 'narrow' } }),
    });
    const bearer = `Bearer realm="${tokens.origin}",service="s"`;
    const wider = `${bearer},scope="repository:app:pull,push",error="insufficient_scope"`;
    const registry = await openScript({
      '*': ({ headers }) => {
        if (headers.authorization === 'Bearer wide') return manifestReply;
        return headers.authorization === undefined
          ? { status: 401, headers: { 'www-authenticate': bearer } }
          : { status: 403, headers: { 'www-authenticate': wider } };
      },
    });
    expect(await get(registry.origin)).toMatchObject({ digest: image.manifestDigest });
  });
});

describe('a challenge', () => {
  it.each([
    ['a stranger', 'https://evil.test/token', 'evil.test'],
    ['the metadata service', 'http://169.254.169.254/token', undefined],
    ['a file', 'file:///etc/passwd', undefined],
  ])(
    'that sends the sign-in to %s is refused before anything is sent (trap 25)',
    async (_t, realm, host) => {
      const registry = await guarded(`Bearer realm="${realm}"`);
      const error = await rejection(get(registry.origin, { credential: ada }));
      expect(error).toMatchObject({ code: 'realm-refused', step: 'token', realmHost: host });
      expect(registry.requests).toHaveLength(1);
      expectPlainWords(error.message);
    },
  );

  it('may offer several ways and a relative realm (trap 27)', async () => {
    const registry = await openScript({
      '/token': { body: { token: 'relative' } },
      '*': ({ headers }) =>
        headers.authorization === 'Bearer relative'
          ? manifestReply
          : {
              status: 401,
              headers: {
                'www-authenticate': [
                  'Negotiate',
                  'Basic realm="x", bearer service=s,realm="/token"',
                ],
              },
            },
    });
    expect(await get(registry.origin, { credential: ada })).toMatchObject({ fromCache: false });
  });

  it('that names no way is a plain refusal', async () => {
    const registry = await guarded('Digest realm="x",nonce="y"');
    const error = await rejection(get(registry.origin, { credential: ada }));
    expect(error).toMatchObject({ code: 'unauthorized', status: 401 });
    expectPlainWords(error.message);
  });

  it('is answered with a ready token as it is', async () => {
    const registry = await guarded('Bearer realm="https://evil.test/t", Basic realm="x"');
    await get(registry.origin, { credential: { kind: 'bearer', secret: 'ready' } });
    expect(registry.requests.at(-1)?.headers.authorization).toBe('Bearer ready');
  });
});
