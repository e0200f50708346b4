import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Descriptor } from '#oci/descriptor';
import { startDockerRegistry, type DockerRegistry } from '#test/docker-registry';
import { pushImage, pushManifest, type PushedImage } from '#test/push-content';
import { realPart } from '#test/real-parts';
import {
  collect,
  digest,
  allTagsSeen,
  memoryCache,
  openClient,
  password,
  recordLog,
  rejection,
  repo,
  tag,
} from '#test/registry-calls';
import { createTestCa, type TestCa } from '#test/test-ca';
import { startTokenServer, type TokenServer } from '#test/token-server';

const isMissing = realPart('docker-registry') === undefined;
const basic = (user: string, secret: string) =>
  `Basic ${Buffer.from(`${user}:${secret}`).toString('base64')}`;

describe.skipIf(isMissing)('CNCF distribution, open', () => {
  let registry: DockerRegistry;
  let image: PushedImage;

  beforeAll(async () => {
    registry = await startDockerRegistry();
    image = await pushImage(registry, 'team/app', '1.0');
    await pushManifest(registry, 'team/app', 'latest', image.manifest);
    await pushImage(registry, 'team/app', '2.0');
    for (const name of ['a', 'b/c', 'zz-top/x.y']) await pushImage(registry, name, 'x');
  });
  afterAll(() => registry.stop());

  it('answers a ping', async () => {
    expect(await openClient(registry.origin).ping()).toMatchObject({
      apiVersion: 'registry/2.0',
      anonymous: true,
      access: 'open',
      challengeSchemes: [],
    });
  });

  it('lists repositories, in pages too (trap 20)', async () => {
    const names = ['a', 'b/c', 'team/app', 'zz-top/x.y'];
    const whole = await collect(openClient(registry.origin).catalog());
    expect(whole).toEqual([{ repositories: names, invalidCount: 0 }]);
    const pages = await collect(openClient(registry.origin, { limits: { pageSize: 3 } }).catalog());
    expect(pages.map(({ repositories }) => repositories)).toEqual([
      names.slice(0, 3),
      names.slice(3),
    ]);
  });

  it('asks for fewer names when the page size is refused (trap 21)', async () => {
    const { events, log } = recordLog();
    const client = openClient(registry.origin, { limits: { pageSize: 5_000 }, log });
    const [page] = await collect(client.catalog());
    expect(page?.repositories).toHaveLength(4);
    expect(events.map(({ query }) => query)).toEqual(['n=5000', 'n=100']);
  });

  it('lists tags, and none of a repository that is not there', async () => {
    const client = openClient(registry.origin);
    const [page] = await collect(client.tags(repo('team/app')));
    expect(new Set(page?.tags)).toEqual(new Set(['1.0', 'latest', '2.0']));
    const error = await rejection(collect(client.tags(repo('team/none'))));
    expect(error).toMatchObject({ code: 'not-found', step: 'tags', ociCode: 'NAME_UNKNOWN' });
  });

  it('reads a manifest by tag and by digest, its config and its layer', async () => {
    const client = openClient(registry.origin);
    const name = repo('team/app');
    expect(await client.headManifest(name, tag('1.0'))).toEqual({
      mediaType: image.manifest.mediaType,
      digest: image.manifestDigest,
      size: image.sizeBytes,
    });
    const fetched = await client.getManifest(name, tag('1.0'));
    expect(fetched).toMatchObject({ digest: image.manifestDigest, sizeBytes: image.sizeBytes });
    expect(await client.getManifest(name, fetched.digest)).toMatchObject({
      digest: fetched.digest,
    });
    expect(await client.headManifest(name, tag('none'))).toBeUndefined();
    expect(await rejection(client.getManifest(name, tag('none')))).toMatchObject({
      code: 'not-found',
      ociCode: 'MANIFEST_UNKNOWN',
    });
    const config = await client.getConfig(name, image.manifest['config'] as Descriptor);
    expect(config.json).toMatchObject({ created: '2026-01-02T03:04:05Z' });
    const layer = digest(image.layerDigest);
    expect(await client.headBlob(name, layer)).toMatchObject({
      sizeBytes: 12,
      acceptsRanges: true,
    });
    expect(Buffer.from(await client.getBlob(name, layer, { maxBytes: 100 })).toString()).toBe(
      'layer of 1.0',
    );
    const part = await client.getBlob(name, layer, { maxBytes: 100, range: { start: 6, end: 7 } });
    expect(Buffer.from(part).toString()).toBe('of');
    expect(await client.headBlob(name, digest(`sha256:${'0'.repeat(64)}`))).toBeUndefined();
    expect(
      await rejection(client.getBlob(name, layer, { maxBytes: 9, range: { start: 99 } })),
    ).toMatchObject({ code: 'range-invalid', status: 416 });
  });

  it('makes no GET for what the cache holds (trap 24)', async () => {
    const contentCache = memoryCache();
    const name = repo('team/app');
    const first = openClient(registry.origin, { contentCache });
    await first.getManifest(name, tag('1.0'));
    await first.getConfig(name, image.manifest['config'] as Descriptor);
    const { events, log } = recordLog();
    const second = openClient(registry.origin, { contentCache, log, seenTags: allTagsSeen });
    const again = await second.getManifest(name, tag('latest'));
    expect(again).toMatchObject({ digest: image.manifestDigest, fromCache: true });
    const config = await second.getConfig(name, image.manifest['config'] as Descriptor);
    expect(config.fromCache).toBe(true);
    expect(events.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'HEAD /v2/team/app/manifests/latest',
    ]);
  });

  it('finds referrers by fallback tag and by cosign tag (traps 43, 44)', async () => {
    const subject = await pushImage(registry, 'signed', 'x');
    const hex = subject.manifestDigest.slice('sha256:'.length);
    const sbom = await pushImage(registry, 'signed', 'sbom', {
      extra: { artifactType: 'application/spdx+json' },
    });
    const descriptor = {
      mediaType: sbom.manifest.mediaType,
      digest: sbom.manifestDigest,
      size: sbom.sizeBytes,
      artifactType: 'application/spdx+json',
    };
    const mediaType = 'application/vnd.oci.image.index.v1+json';
    const index = { schemaVersion: 2, mediaType, manifests: [descriptor] };
    await pushManifest(registry, 'signed', `sha256-${hex}`, index);
    const signature = await pushImage(registry, 'signed', `sha256-${hex}.sig`);
    const { events, log } = recordLog();
    const client = openClient(registry.origin, { log });
    const name = repo('signed');
    const subjectDigest = digest(subject.manifestDigest);

    const report = await client.referrers(name, subjectDigest);
    expect(report).toMatchObject({ apiSupported: false, incomplete: [] });
    expect(report.referrers).toEqual([
      { descriptor, source: 'fallback-tag', tag: `sha256-${hex}` },
      {
        descriptor: expect.objectContaining({ digest: signature.manifestDigest }) as unknown,
        source: 'cosign-tag',
        tag: `sha256-${hex}.sig`,
      },
    ]);

    events.length = 0;
    const none = await client.referrers(name, subjectDigest, { artifactType: 'other' });
    expect(none.referrers).toEqual([]);
    expect(events.filter(({ step }) => step === 'referrers')).toEqual([]);

    events.length = 0;
    await client.referrers(name, subjectDigest, { knownTags: new Set(['x']) });
    expect(events).toEqual([]);
  });
});

describe.skipIf(isMissing)('CNCF distribution with htpasswd', () => {
  let registry: DockerRegistry;
  beforeAll(async () => {
    registry = await startDockerRegistry({ htpasswd: { ada: 'sécret:1' } });
    await pushImage({ ...registry, authorization: basic('ada', 'sécret:1') }, 'app', 'x');
  });
  afterAll(() => registry.stop());

  it('signs in with a password that is not ASCII', async () => {
    const client = openClient(registry.origin, { credential: password('ada', 'sécret:1') });
    expect(await client.ping()).toMatchObject({ access: 'signed-in', challengeSchemes: ['basic'] });
    expect(await client.getManifest(repo('app'), tag('x'))).toMatchObject({ fromCache: false });
  });

  it('refuses a wrong password and says that it is the password', async () => {
    const client = openClient(registry.origin, { credential: password('ada', 'wrong') });
    const error = await rejection(client.ping());
    expect(error).toMatchObject({ code: 'credentials-rejected', step: 'ping', status: 401 });
    expect(error.message).toContain(registry.host);
    expect(JSON.stringify(error)).not.toContain('wrong');
  });

  it('says that a sign-in is needed', async () => {
    const client = openClient(registry.origin);
    expect(await client.ping()).toMatchObject({ anonymous: false, access: 'credentials-needed' });
    expect(await rejection(collect(client.catalog()))).toMatchObject({ code: 'unauthorized' });
  });

  it('takes a changed password without a new client', async () => {
    const passwords = ['old', 'sécret:1'];
    let asked = 0;
    const client = openClient(registry.origin, {
      resolveCredential: async () => password('ada', passwords[asked++] ?? 'none'),
    });
    await client.getManifest(repo('app'), tag('x'));
    expect(asked).toBe(2);
  });
});

describe.skipIf(isMissing)('CNCF distribution with a token server', () => {
  let tokens: TokenServer;
  let registry: DockerRegistry;
  const ada = password('ada', 'pw');
  beforeAll(async () => {
    tokens = await startTokenServer({ users: { ada: 'pw' }, refreshTokens: ['refresh'] });
    registry = await startDockerRegistry({ token: tokens });
    const scope = ['app', 'other'].map((name) => `scope=repository:${name}:pull,push`).join('&');
    const response = await fetch(`${tokens.realm}?service=${tokens.service}&${scope}`, {
      headers: { authorization: basic('ada', 'pw') },
    });
    const { token } = (await response.json()) as { token: string };
    const target = { ...registry, authorization: `Bearer ${token}` };
    await pushImage(target, 'app', 'x');
    await pushImage(target, 'other', 'x');
  });
  afterAll(async () => {
    await registry.stop();
    await tokens.close();
  });
  const fresh = () => {
    tokens.requests.length = 0;
    Object.assign(tokens.options, {
      grant: undefined,
      expirySeconds: 300,
      statedExpiresIn: undefined,
      withoutPost: false,
    });
  };

  it('gets one token a repository and uses it ahead of the next request (trap 28)', async () => {
    fresh();
    const { events, log } = recordLog();
    const client = openClient(registry.origin, { credential: ada, log });
    await client.headManifest(repo('app'), tag('x'));
    await client.getManifest(repo('app'), tag('x'));
    await client.getManifest(repo('other'), tag('x'));
    expect(tokens.requests.map(({ scopes }) => scopes)).toEqual([
      ['repository:app:pull'],
      ['repository:other:pull'],
    ]);
    expect(tokens.requests[0]).toMatchObject({ service: 'test registry', username: 'ada' });
    const refused = events.filter(({ status }) => status === 401);
    expect(refused).toHaveLength(1);
    expect(JSON.stringify(events)).not.toContain('pw');
  });

  it('asks once for many requests at the same time', async () => {
    fresh();
    const client = openClient(registry.origin, { credential: ada });
    const all = Array.from({ length: 20 }, () => client.headManifest(repo('app'), tag('x')));
    expect((await Promise.all(all)).every(Boolean)).toBe(true);
    expect(tokens.requests).toHaveLength(1);
  });

  it('refreshes a token that expires in mid-operation (trap 29)', async () => {
    fresh();
    // The registry allows a minute of leeway: this token lives for two more seconds, whatever it says.
    Object.assign(tokens.options, { expirySeconds: -58, statedExpiresIn: 300 });
    const client = openClient(registry.origin, { credential: ada });
    await client.headManifest(repo('app'), tag('x'));
    tokens.options.expirySeconds = 300;
    await sleep(3_000);
    expect(await client.getManifest(repo('app'), tag('x'))).toMatchObject({ fromCache: false });
    expect(tokens.requests).toHaveLength(2);
  });

  it('does not go on for ever when every token has expired', async () => {
    fresh();
    tokens.options.expirySeconds = -100;
    const client = openClient(registry.origin, { credential: ada });
    expect(await rejection(client.getManifest(repo('app'), tag('x')))).toMatchObject({
      code: 'unauthorized',
      status: 401,
    });
    expect(tokens.requests.length).toBeLessThanOrEqual(2);
  });

  it('does not help when a token was never granted the right', async () => {
    fresh();
    tokens.options.grant = () => false;
    const client = openClient(registry.origin, { credential: ada });
    const error = await rejection(client.getManifest(repo('app'), tag('x')));
    expect(error).toMatchObject({ code: 'unauthorized', step: 'manifest', status: 401 });
    expect(tokens.requests).toHaveLength(1);
  });

  it('refuses a wrong password at the token server', async () => {
    fresh();
    const client = openClient(registry.origin, { credential: password('ada', 'wrong') });
    expect(await rejection(client.ping())).toMatchObject({
      code: 'credentials-rejected',
      step: 'token',
      ociMessage: 'incorrect username or password',
    });
  });

  it('uses an identity token by the OAuth2 form, and the other form where that is unknown', async () => {
    fresh();
    const credential = { kind: 'identity-token', secret: 'refresh' } as const;
    expect(await openClient(registry.origin, { credential }).ping()).toMatchObject({
      access: 'signed-in',
      challengeSchemes: ['bearer'],
    });
    expect(tokens.requests).toMatchObject([{ method: 'POST', refreshToken: 'refresh' }]);
    fresh();
    tokens.options.withoutPost = true;
    await rejection(openClient(registry.origin, { credential }).ping());
    expect(tokens.requests.map(({ method }) => method)).toEqual(['POST', 'GET']);
  });
});

describe.skipIf(isMissing)('CNCF distribution with TLS from a private CA', () => {
  let ca: TestCa;
  let registry: DockerRegistry;
  beforeAll(async () => {
    ca = await createTestCa();
    registry = await startDockerRegistry({ tls: await ca.issue(['127.0.0.1', 'localhost']) });
  });
  afterAll(async () => {
    await registry.stop();
    await ca.close();
  });

  it('is trusted with the CA and shown without it', async () => {
    const trusting = openClient(registry.origin, { tls: { ca: [ca.certPem] } });
    expect(await trusting.ping()).toMatchObject({ access: 'open' });
    const error = await rejection(openClient(registry.origin).ping());
    expect(error.code).toBe('tls-untrusted');
    expect(error.tls?.chain[0]).toMatchObject({
      subject: 'CN=127.0.0.1',
      issuer: 'CN=Tagboat test authority',
    });
  });
});
