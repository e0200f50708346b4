import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  digestOf,
  ociIndexType,
  ociManifestType,
  pushImage,
  putManifest,
  startLocalRegistry,
  type PushedImage,
  type StartedLocalRegistry,
} from '#test/local-registry';

let started: StartedLocalRegistry;
let origin: string;

beforeAll(async () => {
  started = await startLocalRegistry();
  ({ origin } = started);
});
afterAll(() => started.stop());

type TagList = { name: string; tags: string[] };
type Catalog = { repositories: string[] };
type Index = {
  schemaVersion: number;
  mediaType: string;
  manifests: {
    digest: string;
    mediaType: string;
    size: number;
    artifactType?: string;
    annotations?: Record<string, string>;
  }[];
};

async function get(path: string): Promise<Response> {
  const response = await fetch(`${origin}${path}`);
  expect(response.status).toBe(200);
  return response;
}

async function getTags(path: string): Promise<{ body: TagList; response: Response }> {
  const response = await get(path);
  return { response, body: (await response.json()) as TagList };
}

async function getIndex(path: string): Promise<{ body: Index; response: Response }> {
  const response = await get(path);
  return { response, body: (await response.json()) as Index };
}

const nextOf = (response: Response): string | undefined =>
  /^<([^>]+)>; rel="next"$/u.exec(response.headers.get('link') ?? '')?.[1];

describe('distribution-spec, Listing Tags', () => {
  const tags = ['1.10', '1.9', 'B', '_x', 'a', 'b', 'latest'];
  const sorted = tags.toSorted();

  beforeAll(async () => {
    for (const tag of tags) await pushImage(origin, 'list/app', tag, { content: 'same' });
  });

  it('returns all tags in ASCII order', async () => {
    const { body } = await getTags('/v2/list/app/tags/list');
    expect(body).toEqual({ name: 'list/app', tags: sorted });
  });

  it('n limits the list and Link leads through the rest (trap 20)', async () => {
    const seen: string[] = [];
    let next: string | undefined = '/v2/list/app/tags/list?n=3';
    while (next !== undefined) {
      const { body, response }: { body: TagList; response: Response } = await getTags(next);
      expect(body.tags.length).toBeLessThanOrEqual(3);
      seen.push(...body.tags);
      next = nextOf(response);
    }
    expect(seen).toEqual(sorted);
  });

  it('the last page, and a page that holds exactly all, has no Link', async () => {
    const response = await get('/v2/list/app/tags/list?n=7');
    expect(response.headers.get('link')).toBeNull();
  });

  it('last is exclusive, works without n, and need not exist', async () => {
    const { body } = await getTags('/v2/list/app/tags/list?last=a');
    expect(body.tags).toEqual(['b', 'latest']);
    const between = await getTags('/v2/list/app/tags/list?last=aa');
    expect(between.body.tags).toEqual(['b', 'latest']);
  });

  it('n=0 is an empty list without Link', async () => {
    const { body, response } = await getTags('/v2/list/app/tags/list?n=0');
    expect(body.tags).toEqual([]);
    expect(response.headers.get('link')).toBeNull();
  });

  it.each(['-1', 'x', '1.5', '99999999999'])('n=%s is 400 (trap 21)', async (n) => {
    const response = await fetch(`${origin}/v2/list/app/tags/list?n=${n}`);
    expect(response.status).toBe(400);
  });

  it('an unknown repository is 404 NAME_UNKNOWN', async () => {
    const response = await fetch(`${origin}/v2/list/nothing/tags/list`);
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ errors: [{ code: 'NAME_UNKNOWN' }] });
  });

  it('a repository without tags has an empty list, not null (trap 22)', async () => {
    await pushImage(origin, 'list/untagged');
    const { body } = await getTags('/v2/list/untagged/tags/list');
    expect(body.tags).toEqual([]);
  });

  it('a repository may have the API words among its folders', async () => {
    for (const name of ['tags/list', 'a/blobs/uploads', 'manifests/x', 'a/referrers/b']) {
      await pushImage(origin, name, 'v1');
      const { body } = await getTags(`/v2/${name}/tags/list`);
      expect(body).toEqual({ name, tags: ['v1'] });
      expect((await fetch(`${origin}/v2/${name}/manifests/v1`)).status).toBe(200);
    }
  });
});

describe('distribution-spec, Listing Referrers', () => {
  const empty = { mediaType: 'application/vnd.oci.empty.v1+json', digest: digestOf('{}'), size: 2 };
  let subject: PushedImage;
  let pushed: { signature: string; config: string; index: string; bare: string };

  const attach = async (manifest: object, mediaType = ociManifestType): Promise<string> => {
    const body = JSON.stringify({
      schemaVersion: 2,
      mediaType,
      subject: { mediaType: ociManifestType, digest: subject.digest, size: subject.bytes.length },
      ...manifest,
    });
    const response = await putManifest(origin, 'refs/app', digestOf(body), body, mediaType);
    expect(response.headers.get('oci-subject')).toBe(subject.digest);
    return digestOf(body);
  };

  beforeAll(async () => {
    subject = await pushImage(origin, 'refs/app', 'v1');
    pushed = {
      signature: await attach({
        artifactType: 'application/x.signature+json',
        config: empty,
        layers: [],
        annotations: { 'org.example.a': 'one' },
      }),
      config: await attach({
        config: { ...empty, mediaType: 'application/x.sbom' },
        layers: [],
      }),
      index: await attach(
        { artifactType: 'application/x.signature+json', manifests: [] },
        ociIndexType,
      ),
      bare: await attach({ manifests: [], annotations: { n: 'bare index' } }, ociIndexType),
    };
  });

  it('lists every manifest that names the digest, with artifactType and annotations', async () => {
    const { body, response } = await getIndex(`/v2/refs/app/referrers/${subject.digest}`);
    expect(response.headers.get('content-type')).toBe(ociIndexType);
    expect(body.schemaVersion).toBe(2);
    expect(body.mediaType).toBe(ociIndexType);
    const of = (digest: string): object | undefined =>
      body.manifests.find((descriptor) => descriptor.digest === digest);
    expect(body.manifests).toHaveLength(4);
    expect(of(pushed.signature)).toMatchObject({
      mediaType: ociManifestType,
      artifactType: 'application/x.signature+json',
      annotations: { 'org.example.a': 'one' },
    });
    expect(of(pushed.config)).toMatchObject({ artifactType: 'application/x.sbom' });
    expect(of(pushed.index)).toMatchObject({ mediaType: ociIndexType });
    expect(of(pushed.bare)).not.toHaveProperty('artifactType');
    expect(response.headers.get('oci-filters-applied')).toBeNull();
  });

  it.each(['application/x.signature+json', 'application%2Fx.signature%2Bjson'])(
    'filters by artifactType (%s) and says so',
    async (artifactType) => {
      const { body, response } = await getIndex(
        `/v2/refs/app/referrers/${subject.digest}?artifactType=${artifactType}`,
      );
      expect(response.headers.get('oci-filters-applied')).toBe('artifactType');
      expect(body.manifests.map((descriptor) => descriptor.digest).toSorted()).toEqual(
        [pushed.signature, pushed.index].toSorted(),
      );
    },
  );

  it('pages by Link, keeping the filter', async () => {
    const seen: string[] = [];
    let next: string | undefined =
      `/v2/refs/app/referrers/${subject.digest}?n=1&artifactType=application/x.signature%2Bjson`;
    while (next !== undefined) {
      const { body, response }: { body: Index; response: Response } = await getIndex(next);
      expect(body.manifests).toHaveLength(1);
      seen.push(...body.manifests.map((descriptor) => descriptor.digest));
      next = nextOf(response);
    }
    expect(seen.toSorted()).toEqual([pushed.signature, pushed.index].toSorted());
  });

  it.each(['refs/app', 'refs/no-such-repository'])(
    'an unknown digest in %s is an empty index, not 404',
    async (name) => {
      const { body } = await getIndex(`/v2/${name}/referrers/${digestOf('unknown')}`);
      expect(body.manifests).toEqual([]);
    },
  );

  it('a malformed digest is 400', async () => {
    expect((await fetch(`${origin}/v2/refs/app/referrers/sha256:x`)).status).toBe(400);
  });

  it('a subject that was never pushed has its referrers', async () => {
    const missing = { mediaType: ociManifestType, digest: digestOf('missing'), size: 7 };
    const body = { schemaVersion: 2, mediaType: ociManifestType, config: empty, layers: [] };
    await putManifest(origin, 'refs/app', 'orphan', { ...body, subject: missing });
    const { body: index } = await getIndex(`/v2/refs/app/referrers/${missing.digest}`);
    expect(index.manifests).toHaveLength(1);
  });

  it('a referrer pushed under sha512 is listed once, under that digest', async () => {
    const target = { mediaType: ociManifestType, digest: digestOf('for sha512'), size: 10 };
    const body = JSON.stringify({
      schemaVersion: 2,
      mediaType: ociManifestType,
      config: empty,
      layers: [],
      subject: target,
    });
    const digest = digestOf(body, 'sha512');
    expect((await putManifest(origin, 'refs/app', digest, body)).status).toBe(201);
    const { body: index } = await getIndex(`/v2/refs/app/referrers/${target.digest}`);
    expect(index.manifests.map((descriptor) => descriptor.digest)).toEqual([digest]);
  });

  it('a deleted referrer is gone from the list', async () => {
    const digest = await attach({ config: empty, layers: [], artifactType: 'application/x.gone' });
    const url = `/v2/refs/app/referrers/${subject.digest}?artifactType=application/x.gone`;
    expect((await getIndex(url)).body.manifests).toHaveLength(1);
    await fetch(`${origin}/v2/refs/app/manifests/${digest}`, { method: 'DELETE' });
    expect((await getIndex(url)).body.manifests).toEqual([]);
  });

  it('finds the same referrers after a restart, with and without its side index', async () => {
    const storageDir = await mkdtemp(path.join(tmpdir(), 'tagboat-referrers-'));
    const missing = { mediaType: ociManifestType, digest: digestOf('missing'), size: 7 };
    const body = { schemaVersion: 2, mediaType: ociManifestType, config: empty, layers: [] };
    const list = async (from: StartedLocalRegistry): Promise<unknown> =>
      (await fetch(`${from.origin}/v2/refs/kept/referrers/${missing.digest}`)).json();
    const first = await startLocalRegistry({ storageDir });
    await putManifest(first.origin, 'refs/kept', 'artifact', { ...body, subject: missing });
    const before = await list(first);
    expect(before).toMatchObject({ manifests: [{ mediaType: ociManifestType }] });
    await first.stop();
    const second = await startLocalRegistry({ storageDir });
    expect(await list(second)).toEqual(before);
    await second.stop();
    await rm(`${storageDir}/tagboat`, { recursive: true });
    const third = await startLocalRegistry({ storageDir });
    expect(await list(third)).toEqual(before);
    await third.stop();
    await rm(storageDir, { recursive: true });
  });
});

describe('Docker API, Listing Repositories (_catalog, trap 23)', () => {
  it('lists repositories that hold manifests, in order, page by page', async () => {
    const fresh = await startLocalRegistry({ limits: { catalogPage: 4 } });
    const names = ['b', 'a/b/c', 'a', 'a-b', 'a/b', 'z/y'];
    for (const name of names) await pushImage(fresh.origin, name, 'v1');
    const whole = await fetch(`${fresh.origin}/v2/_catalog?n=3`);
    expect(await whole.json()).toEqual({ repositories: names.toSorted().slice(0, 3) });
    const seen: string[] = [];
    let next: string | undefined = '/v2/_catalog';
    while (next !== undefined) {
      const response: Response = await fetch(`${fresh.origin}${next}`);
      seen.push(...((await response.json()) as Catalog).repositories);
      next = nextOf(response);
    }
    expect(seen).toEqual(names.toSorted());
    await fresh.stop();
  });

  it('shows a repository as soon as its first manifest is pushed', async () => {
    await get('/v2/_catalog');
    await pushImage(origin, 'catalog/new', 'v1');
    const catalog = (await (await get('/v2/_catalog')).json()) as Catalog;
    expect(catalog.repositories).toContain('catalog/new');
  });
});
