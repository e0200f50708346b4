import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  digestOf,
  ociIndexType,
  ociManifestType,
  pushImage,
  putManifest,
  startLocalRegistry,
  type StartedLocalRegistry,
} from '#test/local-registry';

let started: StartedLocalRegistry;
let origin: string;

beforeAll(async () => {
  started = await startLocalRegistry();
  ({ origin } = started);
});
afterAll(() => started.stop());

const locationOf = (response: Response): string =>
  new URL(response.headers.get('location') ?? '', origin).href;

const codeOf = async (response: Response): Promise<string> =>
  ((await response.json()) as { errors: { code: string }[] }).errors[0]?.code ?? '';

describe('distribution-spec, Pushing Manifests', () => {
  it('by tag: 201 with Location and digest, and the bytes stay as they are', async () => {
    const image = await pushImage(origin, 'push/odd-bytes', 'base');
    const spaced = `${image.bytes.slice(0, -1)} , "custom" : [ 1 ] }\n`;
    const response = await putManifest(origin, 'push/odd-bytes', 'spaced', spaced);
    expect(response.status).toBe(201);
    expect(response.headers.get('docker-content-digest')).toBe(digestOf(spaced));
    const pulled = await fetch(locationOf(response));
    expect(await pulled.text()).toBe(spaced);
  });

  it.each(['sha256', 'sha512'])('by %s digest', async (algorithm) => {
    const image = await pushImage(origin, `push/by-${algorithm}`, undefined, { algorithm });
    const response = await fetch(`${origin}/v2/push/by-${algorithm}/manifests/${image.digest}`);
    expect(response.status).toBe(200);
    expect(response.headers.get('docker-content-digest')).toBe(image.digest);
    expect(await response.text()).toBe(image.bytes);
  });

  it.each(['sha256', 'sha512'])(
    'tag parameters with %s, answered in OCI-Tag',
    async (algorithm) => {
      const name = `push/tags-${algorithm}`;
      const image = await pushImage(origin, name, undefined, { algorithm });
      const tags = Array.from({ length: 12 }, (_, index) => `t${index}`);
      const query = new URLSearchParams(tags.map((tag) => ['tag', tag]));
      const reference = `${image.digest}?${query.toString()}`;
      const response = await putManifest(origin, name, reference, image.bytes);
      expect(response.status).toBe(201);
      expect((response.headers.get('oci-tag') ?? '').split(', ')).toEqual(tags);
      for (const tag of ['t0', 't11']) {
        const pulled = await fetch(`${origin}/v2/${name}/manifests/${tag}`);
        expect(pulled.headers.get('docker-content-digest')).toBe(image.digest);
      }
    },
  );

  it('a tag parameter that is no tag is 400, and too many are 414', async () => {
    const image = await pushImage(origin, 'push/bad-tags');
    const bad = await putManifest(origin, 'push/bad-tags', `${image.digest}?tag=-x`, image.bytes);
    expect(bad.status).toBe(400);
    const many = Array.from({ length: 65 }, (_, index) => `tag=t${index}`).join('&');
    const reference = `${image.digest}?${many}`;
    expect((await putManifest(origin, 'push/bad-tags', reference, image.bytes)).status).toBe(414);
  });

  it('by a digest that is not that of the bytes is 400 DIGEST_INVALID', async () => {
    const image = await pushImage(origin, 'push/bad-digest');
    for (const digest of [digestOf('x'), digestOf('x', 'sha512'), 'sha256:baddigeststring']) {
      const response = await putManifest(origin, 'push/bad-digest', digest, image.bytes);
      expect(response.status).toBe(400);
      expect(await codeOf(response)).toBe('DIGEST_INVALID');
    }
  });

  it('with a subject, there or not, answers OCI-Subject', async () => {
    const subject = { mediaType: ociManifestType, digest: digestOf('not here'), size: 8 };
    const image = await pushImage(origin, 'push/subject');
    const artifact = { ...(JSON.parse(image.bytes) as object), subject };
    const response = await putManifest(origin, 'push/subject', 'artifact', artifact);
    expect(response.status).toBe(201);
    expect(response.headers.get('oci-subject')).toBe(subject.digest);
    const plain = await putManifest(origin, 'push/subject', 'plain', image.bytes);
    expect(plain.headers.get('oci-subject')).toBeNull();
  });

  const empty = { mediaType: 'application/vnd.oci.empty.v1+json', digest: digestOf('{}'), size: 2 };
  const descriptor = (over: object = {}): object => ({
    mediaType: 'application/vnd.oci.image.layer.v1.tar',
    digest: digestOf('absent'),
    size: 6,
    ...over,
  });
  const manifest = (over: object = {}): object => ({
    schemaVersion: 2,
    mediaType: ociManifestType,
    config: empty,
    layers: [],
    ...over,
  });
  const index = (over: object = {}): object => ({
    schemaVersion: 2,
    mediaType: ociIndexType,
    manifests: [],
    ...over,
  });

  it.each([
    ['an artifact without layers', manifest({ artifactType: 'application/x.test' })],
    ['layers written as null', manifest({ layers: null })],
    ['missing layers (sparse image)', manifest({ layers: [descriptor()] })],
    [
      'non-distributable layers',
      manifest({
        layers: [
          descriptor({
            mediaType: 'application/vnd.oci.image.layer.nondistributable.v1.tar+gzip',
            urls: ['https://store.example.com/layer'],
          }),
        ],
      }),
    ],
    ['a data field', manifest({ config: { ...empty, data: 'e30=' } })],
    ['custom fields', manifest({ 'org.example.custom': { nested: [1, 'two'] } })],
    ['an empty index', index()],
    ['an index with a subject', index({ subject: descriptor(), artifactType: 'application/x' })],
    [
      'a sparse index',
      index({
        manifests: [
          descriptor({
            mediaType: ociManifestType,
            platform: { os: 'linux', architecture: 'arm64' },
          }),
        ],
      }),
    ],
    ['a nested index', index({ manifests: [descriptor({ mediaType: ociIndexType })] })],
    [
      'a Docker schema 2 image',
      manifest({ mediaType: 'application/vnd.docker.distribution.manifest.v2+json' }),
    ],
    [
      'a Docker manifest list',
      index({ mediaType: 'application/vnd.docker.distribution.manifest.list.v2+json' }),
    ],
  ])('takes %s', async (_, body) => {
    const { mediaType } = body as { mediaType: string };
    const response = await putManifest(origin, 'push/kinds', 'kind', body, mediaType);
    expect(response.status).toBe(201);
    const pulled = await fetch(`${origin}/v2/push/kinds/manifests/kind`);
    expect(pulled.headers.get('content-type')).toBe(mediaType);
    expect(await pulled.json()).toEqual(body);
  });

  it.each([
    ['no JSON', 'no json'],
    ['JSON that is no object', '[]'],
    ['null', 'null'],
    ['text that is not UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d]).toString('latin1')],
    ['schema 1', JSON.stringify({ schemaVersion: 1, name: 'x', fsLayers: [] })],
    ['another schemaVersion', JSON.stringify(manifest({ schemaVersion: 3 }))],
    ['an unknown mediaType', JSON.stringify(manifest({ mediaType: 'application/x' }))],
    ['a mediaType that is not the Content-Type', JSON.stringify(index())],
    [
      'layers and manifests at once',
      JSON.stringify(manifest({ layers: [descriptor()], manifests: [descriptor()] })),
    ],
    [
      'a descriptor without digest',
      JSON.stringify(manifest({ layers: [{ mediaType: 'x', size: 1 }] })),
    ],
    [
      'a descriptor with a bad digest',
      JSON.stringify(manifest({ layers: [descriptor({ digest: 'sha256:../../x' })] })),
    ],
    ['a negative size', JSON.stringify(manifest({ layers: [descriptor({ size: -1 })] }))],
    ['deep nesting', `{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`],
  ])('refuses %s with MANIFEST_INVALID', async (_, body) => {
    const response = await putManifest(origin, 'push/bad', 'bad', body);
    expect(response.status).toBe(400);
    expect(await codeOf(response)).toBe('MANIFEST_INVALID');
  });

  it('takes 4 MiB and refuses more with 413', async () => {
    const padding = (total: number): string => {
      const start = `{"schemaVersion":2,"mediaType":"${ociIndexType}","manifests":[],"annotations":{"a":"`;
      return `${start}${'A'.repeat(total - start.length - 3)}"}}`;
    };
    const limit = 4 * 1024 * 1024;
    const fits = await putManifest(origin, 'push/large', 'fits', padding(limit), ociIndexType);
    expect(fits.status).toBe(201);
    const over = await putManifest(origin, 'push/large', 'over', padding(limit + 1), ociIndexType);
    expect(over.status).toBe(413);
    expect(await codeOf(over)).toBe('SIZE_INVALID');
    const streamed = await fetch(`${origin}/v2/push/large/manifests/over`, {
      method: 'PUT',
      headers: { 'Content-Type': ociIndexType },
      body: new Blob([padding(limit + 1)]).stream(),
      duplex: 'half',
    } as RequestInit);
    expect(streamed.status).toBe(413);
  });

  it('refuses a tag outside the grammar', async () => {
    const image = await pushImage(origin, 'push/bad-tag');
    for (const tag of ['-x', '.x', 'x'.repeat(129)]) {
      expect((await putManifest(origin, 'push/bad-tag', tag, image.bytes)).status).toBe(400);
    }
    const longest = 'x'.repeat(128);
    expect((await putManifest(origin, 'push/bad-tag', longest, image.bytes)).status).toBe(201);
  });

  it('takes a repository name of 255 characters and refuses one of 256', async () => {
    const longest = `${'a'.repeat(100)}/${'b'.repeat(100)}/${'c'.repeat(53)}`;
    expect(longest).toHaveLength(255);
    await pushImage(origin, longest, 'v1');
    expect((await fetch(`${origin}/v2/${longest}/manifests/v1`)).status).toBe(200);
    expect((await putManifest(origin, `${longest}d`, 'v1', '{}')).status).toBe(400);
  });

  it('writes links that hold the digest and nothing else (distribution, paths.go)', async () => {
    const image = await pushImage(origin, 'push/links', 'v1');
    const root = `${started.storageDir}/docker/registry/v2`;
    const hex = image.digest.slice('sha256:'.length);
    const manifests = `${root}/repositories/push/links/_manifests`;
    for (const link of [
      `${manifests}/revisions/sha256/${hex}/link`,
      `${manifests}/tags/v1/current/link`,
      `${manifests}/tags/v1/index/sha256/${hex}/link`,
    ]) {
      expect(readFileSync(link, 'latin1')).toBe(image.digest);
    }
    expect(readFileSync(`${root}/blobs/sha256/${hex.slice(0, 2)}/${hex}/data`, 'utf8')).toBe(
      image.bytes,
    );
  });
});
