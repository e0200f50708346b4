import { describe, expect, it } from 'vitest';
import {
  collect,
  digest,
  allTagsSeen,
  memoryCache,
  openClient,
  openScript,
  recordLog,
  rejection,
  repo,
  tag,
} from '#test/registry-calls';
import {
  manifestHeaders,
  sampleImage,
  sha256Of,
  type Handler,
  type SeenRequest,
} from '#test/scripted-registry';

const app = repo('app');
const tagsPath = '/v2/app/tags/list';
const next = (target: string) => ({ link: `<${target}>; rel="next"` });
const parameters = ({ path }: SeenRequest) => new URL(path, 'http://x').searchParams;

/** A registry with numbered tags that honours `n` and `last`. */
function pagedTags(total: number, linkBase = tagsPath): Handler {
  return (request) => {
    const size = Number(parameters(request).get('n') ?? total);
    const start = Number(parameters(request).get('last') ?? -1) + 1;
    const tags = Array.from({ length: Math.min(size, total - start) }, (_, i) => `${start + i}`);
    const end = start + tags.length;
    const headers = end < total ? next(`${linkBase}?n=${size}&last=${end - 1}`) : {};
    return { headers, body: { name: 'app', tags } };
  };
}

describe('a list', () => {
  it('follows relative and absolute links to the end (trap 20)', async () => {
    const relative = await openScript({ [tagsPath]: pagedTags(2_500, 'list') });
    const pages = await collect(openClient(relative.origin).tags(app));
    expect(pages.map(({ tags }) => tags.length)).toEqual([1_000, 1_000, 500]);
    expect(pages.every(({ truncatedBy }) => truncatedBy === undefined)).toBe(true);
    let origin = '';
    const absolute = await openScript({
      [tagsPath]: (request, response) =>
        pagedTags(1_500, `${origin}${tagsPath}`)(request, response),
    });
    origin = absolute.origin;
    expect(await collect(openClient(origin).tags(app))).toHaveLength(2);
  });

  it('prefers the link to counting, and takes a short page without one as the last (trap 11)', async () => {
    const { origin, lines } = await openScript({
      [tagsPath]: (request) =>
        parameters(request).has('cursor')
          ? { body: { tags: ['b'] } }
          : { headers: next('list?cursor=opaque%3D'), body: { tags: ['a'] } },
    });
    const pages = await collect(openClient(origin).tags(app));
    expect(pages.flatMap(({ tags }) => tags)).toEqual(['a', 'b']);
    expect(lines()[1]).toBe(`GET ${tagsPath}?cursor=opaque%3D`);
  });

  it.each([['{"name":"app","tags":null}'], ['{"name":"app"}'], ['{"name":"app","tags":[]}']])(
    'is empty for %s (trap 22)',
    async (body) => {
      const { origin } = await openScript({ [tagsPath]: { body } });
      expect(await collect(openClient(origin).tags(app))).toEqual([{ tags: [], invalidCount: 0 }]);
    },
  );

  it('keeps what is a name and counts what is not (trap 23)', async () => {
    const long = 'a'.repeat(128);
    const tags = ['ok', long, `${long}a`, '-x', 'a b', '<script>', '\u202Eevil', '', 7, null];
    const name = 'a'.repeat(255);
    const repositories = ['a/b', 'Upper/Case', '../x', 'a//b', name, `${name}a`, 'a\u0000b', {}];
    const { origin } = await openScript({
      [tagsPath]: { body: { tags } },
      '/v2/_catalog': { body: { repositories } },
    });
    const client = openClient(origin);
    expect(await collect(client.tags(app))).toEqual([{ tags: ['ok', long], invalidCount: 8 }]);
    expect(await collect(client.catalog())).toEqual([
      { repositories: ['a/b', name], invalidCount: 6 },
    ]);
  });

  it('gives the page and then refuses a link to another origin (trap 20)', async () => {
    const foreign = await openScript({ '*': { body: { tags: ['stolen'] } } });
    const { origin } = await openScript({
      [tagsPath]: { headers: next(`${foreign.origin}${tagsPath}`), body: { tags: ['a'] } },
    });
    const seen: string[] = [];
    const walk = async () => {
      for await (const page of openClient(origin).tags(app)) seen.push(...page.tags);
    };
    const error = await rejection(walk());
    expect(error).toMatchObject({ code: 'paging-refused', step: 'tags' });
    expect(error.message).toContain(foreign.host);
    expect(seen).toEqual(['a']);
    expect(foreign.requests).toEqual([]);
  });

  it.each(['http://[', 'javascript:alert(1)', 'http://a:b@127.0.0.1/'])(
    'refuses the link %s',
    async (target) => {
      const { origin } = await openScript({
        [tagsPath]: { headers: next(target), body: { tags: ['a'] } },
      });
      expect((await rejection(collect(openClient(origin).tags(app)))).code).toBe('paging-refused');
    },
  );

  it('says so when links go in a circle', async () => {
    const { origin, lines } = await openScript({
      [tagsPath]: (request) => {
        const at = parameters(request).get('last');
        return {
          headers: next(`list?last=${at === 'a' ? 'b' : 'a'}`),
          body: { tags: [at ?? 'x'] },
        };
      },
    });
    const pages = await collect(openClient(origin).tags(app));
    expect(pages.map(({ truncatedBy }) => truncatedBy)).toEqual([undefined, undefined, 'loop']);
    expect(lines()).toHaveLength(3);
  });

  it('says so when every page is the same', async () => {
    let count = 0;
    const { origin } = await openScript({
      [tagsPath]: () => ({ headers: next(`list?x=${(count += 1)}`), body: { tags: ['a', 'b'] } }),
    });
    const pages = await collect(openClient(origin).tags(app));
    expect(pages).toEqual([
      { tags: ['a', 'b'], invalidCount: 0 },
      { tags: [], invalidCount: 0, truncatedBy: 'loop' },
    ]);
  });

  it('says so when it ends at the page cap (trap 11)', async () => {
    let count = 0;
    const { origin, lines } = await openScript({
      [tagsPath]: () => ({
        headers: next(`list?x=${(count += 1)}`),
        body: { tags: [`t${count}`] },
      }),
    });
    const pages = await collect(openClient(origin, { limits: { maxPages: 5 } }).tags(app));
    expect(pages).toHaveLength(5);
    expect(pages.at(-1)?.truncatedBy).toBe('page-cap');
    expect(lines()).toHaveLength(5);
  });

  it('stops asking when the reader stops', async () => {
    const { origin, lines } = await openScript({ [tagsPath]: pagedTags(5_000) });
    for await (const page of openClient(origin).tags(app)) {
      expect(page.tags).toHaveLength(1_000);
      break;
    }
    expect(lines()).toHaveLength(1);
    const controller = new AbortController();
    const walk = async () => {
      for await (const page of openClient(origin).tags(app, { signal: controller.signal })) {
        if (page.tags.length > 0) controller.abort();
      }
    };
    expect((await rejection(walk())).code).toBe('cancelled');
    expect(lines()).toHaveLength(2);
  });

  it('asks for smaller pages, and then for none, when the size is refused (trap 21)', async () => {
    const refusal = { status: 400, body: { errors: [{ code: 'PAGINATION_NUMBER_INVALID' }] } };
    const { origin, lines } = await openScript({
      [tagsPath]: (request) => (parameters(request).has('n') ? refusal : { body: { tags: ['a'] } }),
    });
    expect(await collect(openClient(origin).tags(app))).toHaveLength(1);
    expect(lines()).toEqual([`GET ${tagsPath}?n=1000`, `GET ${tagsPath}?n=100`, `GET ${tagsPath}`]);
  });

  it('has a cap on each page', async () => {
    const { origin } = await openScript({ [tagsPath]: pagedTags(1_000) });
    const client = openClient(origin, { limits: { pageBytes: 1_000 } });
    expect((await rejection(collect(client.tags(app)))).code).toBe('response-too-large');
  });

  it.each([
    [404, 'unsupported'],
    [405, 'unsupported'],
    [401, 'unauthorized'],
    [403, 'denied'],
  ])('of repositories is closed by %i, which reads as %s (trap 23)', async (status, code) => {
    const { origin } = await openScript({ '/v2/_catalog': { status } });
    const error = await rejection(collect(openClient(origin).catalog()));
    expect(error).toMatchObject({ code, step: 'catalog', status });
  });

  it('of 10,000 tags in one answer is read whole', async () => {
    const tags = Array.from({ length: 10_000 }, (_, index) => `v1.${index}`);
    const { origin } = await openScript({ [tagsPath]: { body: { name: 'app', tags } } });
    const [page] = await collect(openClient(origin).tags(app));
    expect(page?.tags).toEqual(tags);
  });
});

describe('a manifest', () => {
  const image = sampleImage();
  const manifestPath = '/v2/app/manifests/x';

  it('is asked for with every type it may have (trap 34)', async () => {
    const { origin, requests } = await openScript({
      '*': { headers: manifestHeaders(image.manifestDigest), body: image.manifest },
    });
    const client = openClient(origin, { contentCache: memoryCache() });
    await client.getManifest(app, tag('x'));
    for (const { headers } of requests) {
      expect(headers.accept).toContain('application/vnd.oci.image.index.v1+json');
      expect(headers.accept).toContain('application/vnd.docker.distribution.manifest.list.v2+json');
      expect(headers['user-agent']).toBe('tagboat-test');
    }
  });

  it('is read whole where HEAD tells too little, and costs one GET (trap 32)', async () => {
    const type = { 'content-type': 'application/vnd.oci.image.manifest.v1+json' };
    const { origin, lines } = await openScript({
      [manifestPath]: { headers: type, body: image.manifest },
    });
    const client = openClient(origin, { contentCache: memoryCache() });
    expect(await client.headManifest(app, tag('x'))).toEqual({
      mediaType: type['content-type'],
      digest: image.manifestDigest,
      size: image.manifest.length,
    });
    expect(lines()).toEqual([`HEAD ${manifestPath}`, `GET ${manifestPath}`]);
  });

  it('of one digest is fetched once for many tags at the same time', async () => {
    const path = `/v2/app/manifests/${image.manifestDigest}`;
    const { origin, lines } = await openScript({
      '*': { headers: manifestHeaders(image.manifestDigest), body: image.manifest },
    });
    const client = openClient(origin, { contentCache: memoryCache(), seenTags: allTagsSeen });
    const names = Array.from({ length: 30 }, (_, index) => tag(`t${index}`));
    await Promise.all(names.map((name) => client.getManifest(app, name)));
    expect(lines().filter((line) => line === `GET ${path}`)).toHaveLength(1);
    expect(lines()).toHaveLength(31);
  });

  it('by a tag that was never read costs one GET, and one HEAD where pulls are counted', async () => {
    const headers = manifestHeaders(image.manifestDigest);
    const budget = { 'ratelimit-limit': '100;w=21600', 'ratelimit-remaining': '99;w=21600' };
    const { origin, lines } = await openScript({
      '/v2/app/manifests/plain': { headers, body: image.manifest },
      '*': { headers: { ...headers, ...budget }, body: image.manifest },
    });
    const client = openClient(origin, { contentCache: memoryCache() });
    await client.getManifest(app, tag('plain'));
    expect(lines()).toEqual(['GET /v2/app/manifests/plain']);
    await client.getManifest(app, tag('counted'));
    await client.getManifest(app, tag('again'));
    expect(lines().slice(1)).toEqual([
      'GET /v2/app/manifests/counted',
      'HEAD /v2/app/manifests/again',
    ]);
  });

  it('from a damaged cache is fetched again', async () => {
    const contentCache = memoryCache();
    contentCache.entries.set(image.manifestDigest, Buffer.from('damaged'));
    contentCache.entries.set(image.configDigest, Buffer.from('damaged'));
    const { origin } = await openScript({
      [`/v2/app/blobs/${image.configDigest}`]: { body: image.config },
      '*': { headers: manifestHeaders(image.manifestDigest), body: image.manifest },
    });
    const client = openClient(origin, { contentCache });
    const { fromCache, manifest } = await client.getManifest(app, digest(image.manifestDigest));
    expect(fromCache).toBe(false);
    expect(manifest).toMatchObject({ kind: 'image' });
    const descriptor = {
      mediaType: 'x/y',
      digest: digest(image.configDigest),
      size: image.config.length,
    };
    expect(await client.getConfig(app, descriptor)).toMatchObject({ fromCache: false });
    expect(contentCache.entries.get(image.manifestDigest)?.toString()).toBe(image.manifest);
  });

  it('survives a cache that fails', async () => {
    const contentCache = {
      get: () => Promise.reject(new Error('disk')),
      put: () => Promise.reject(new Error('disk')),
    };
    const { origin } = await openScript({
      '*': { headers: manifestHeaders(image.manifestDigest), body: image.manifest },
    });
    const client = openClient(origin, { contentCache });
    expect((await client.getManifest(app, tag('x'))).digest).toBe(image.manifestDigest);
  });

  it('vanishes between two clicks', async () => {
    let isThere = true;
    const { origin } = await openScript({
      '*': () =>
        isThere
          ? { headers: manifestHeaders(image.manifestDigest), body: image.manifest }
          : { status: 404, body: { errors: [{ code: 'NAME_UNKNOWN', message: 'gone' }] } },
    });
    const client = openClient(origin, { contentCache: memoryCache() });
    await client.getManifest(app, tag('x'));
    isThere = false;
    expect(await client.headManifest(app, tag('x'))).toBeUndefined();
    expect(await rejection(client.getManifest(app, tag('x')))).toMatchObject({
      code: 'not-found',
      host: new URL(origin).host,
    });
  });
});

describe('a config', () => {
  it('is not asked for when the descriptor holds it, or says that it is too large', async () => {
    const { origin, lines } = await openScript({});
    const client = openClient(origin);
    const descriptor = { mediaType: 'x/y', digest: digest(sha256Of('{}')), size: 2 };
    const embedded = { ...descriptor, data: Buffer.from('{}').toString('base64') };
    expect(await client.getConfig(app, embedded)).toMatchObject({ json: {}, fromCache: true });
    const huge = client.getConfig(app, { ...descriptor, size: 1e12 });
    expect((await rejection(huge)).code).toBe('response-too-large');
    expect(lines()).toEqual([]);
  });

  it('may be something else than JSON', async () => {
    const { origin } = await openScript({ '*': { body: 'binary' } });
    const descriptor = { mediaType: 'x/y', digest: digest(sha256Of('binary')), size: 6 };
    const config = await openClient(origin).getConfig(app, descriptor);
    expect(config).toMatchObject({ json: undefined });
    const lying = openClient(origin).getConfig(app, { ...descriptor, size: 7 });
    expect((await rejection(lying)).code).toBe('digest-mismatch');
  });
});

describe('referrers', () => {
  const subject = digest(sha256Of('subject'));
  const path = `/v2/app/referrers/${subject}`;
  const descriptor = (name: string, artifactType: string) => ({
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    digest: sha256Of(name),
    size: 7,
    artifactType,
  });
  const type = { 'content-type': 'application/vnd.oci.image.index.v1+json' };
  const index = (...manifests: unknown[]) => ({ schemaVersion: 2, manifests });
  const sbom = descriptor('sbom', 'sbom/x');
  const signature = descriptor('signature', 'signature/x');

  it('come from the API, in pages, each once', async () => {
    const { origin } = await openScript({
      [path]: (request) =>
        parameters(request).has('page')
          ? { headers: type, body: index(signature, sbom) }
          : { headers: { ...type, ...next(`${path}?page=2`) }, body: index(sbom) },
    });
    const report = await openClient(origin).referrers(app, subject);
    expect(report).toEqual({
      referrers: [
        { descriptor: sbom, source: 'api' },
        { descriptor: signature, source: 'api' },
      ],
      apiSupported: true,
      incomplete: [],
    });
  });

  it('are filtered here unless the registry says that it did (trap 43)', async () => {
    const ask = async (headers: Record<string, string>) => {
      const { origin } = await openScript({
        [path]: { headers: { ...type, ...headers }, body: index(sbom, signature) },
      });
      const report = await openClient(origin).referrers(app, subject, { artifactType: 'sbom/x' });
      return report.referrers.map((referrer) => referrer.descriptor.artifactType);
    };
    expect(await ask({})).toEqual(['sbom/x']);
    expect(await ask({ 'oci-filters-applied': 'other, artifactType' })).toEqual([
      'sbom/x',
      'signature/x',
    ]);
  });

  it('are incomplete, and say why, when a source fails', async () => {
    const { origin } = await openScript({
      [path]: { headers: type, body: index(sbom, { digest: 'bad' }) },
      '*': { status: 403 },
    });
    const report = await openClient(origin).referrers(app, subject);
    expect(report.referrers).toHaveLength(1);
    expect(
      report.incomplete.map(({ source, reason }) => [
        source,
        typeof reason === 'string' ? reason : reason.code,
      ]),
    ).toEqual([
      ['api', 'response-malformed'],
      ['fallback-tag', 'denied'],
      ['cosign-tag', 'denied'],
      ['cosign-tag', 'denied'],
      ['cosign-tag', 'denied'],
    ]);
  });

  it('of a server that answers the route with a web page come from the fallback tag', async () => {
    const body = JSON.stringify(index(sbom));
    const { origin } = await openScript({
      [path]: { headers: { 'content-type': 'text/html' }, body: '<html>' },
      [`/v2/app/manifests/${subject.replace(':', '-')}`]: {
        headers: { ...type, 'docker-content-digest': sha256Of(body) },
        body,
      },
    });
    const report = await openClient(origin).referrers(app, subject);
    expect(report).toMatchObject({ apiSupported: false, incomplete: [] });
    expect(report.referrers).toMatchObject([{ source: 'fallback-tag' }]);
  });

  it('asks again when it was the repository that was unknown, and not the route', async () => {
    const body = { errors: [{ code: 'NAME_UNKNOWN' }] };
    const { origin } = await openScript({ [path]: { status: 404, body } });
    const { events, log } = recordLog();
    const client = openClient(origin, { log });
    await client.referrers(app, subject);
    await client.referrers(app, subject);
    expect(events.filter(({ step }) => step === 'referrers')).toHaveLength(2);
  });

  it('stop when cancelled', async () => {
    const controller = new AbortController();
    const { origin } = await openScript({ '*': () => controller.abort() });
    const call = openClient(origin).referrers(app, subject, { signal: controller.signal });
    expect((await rejection(call)).code).toBe('cancelled');
  });
});
