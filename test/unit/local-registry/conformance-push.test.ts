import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  digestOf,
  ociIndexType,
  ociManifestType,
  pushBlob,
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

const repo = 'push/here';
const octets = { 'Content-Type': 'application/octet-stream' };

async function openSession(query = ''): Promise<string> {
  const response = await fetch(`${origin}/v2/${repo}/blobs/uploads/${query}`, { method: 'POST' });
  expect(response.status).toBe(202);
  return locationOf(response);
}

const locationOf = (response: Response): string =>
  new URL(response.headers.get('location') ?? '', origin).href;

const withDigest = (location: string, digest: string): string => {
  const url = new URL(location);
  url.searchParams.set('digest', digest);
  return url.href;
};

const patch = (
  location: string,
  body: Uint8Array,
  headers: Record<string, string> = {},
): Promise<Response> =>
  fetch(location, { method: 'PATCH', headers: { ...octets, ...headers }, body: Buffer.from(body) });

const put = (
  location: string,
  digest: string,
  body: Uint8Array = Buffer.alloc(0),
  headers: Record<string, string> = {},
): Promise<Response> =>
  fetch(withDigest(location, digest), {
    method: 'PUT',
    headers: { ...octets, ...headers },
    body: Buffer.from(body),
  });

async function expectBlob(response: Response, content: Uint8Array, digest: string): Promise<void> {
  expect(response.status).toBe(201);
  expect(response.headers.get('docker-content-digest')).toBe(digest);
  const blob = await fetch(locationOf(response));
  expect(blob.status).toBe(200);
  expect(blob.headers.get('docker-content-digest')).toBe(digest);
  expect(Buffer.from(await blob.arrayBuffer()).equals(Buffer.from(content))).toBe(true);
}

const codeOf = async (response: Response): Promise<string> =>
  ((await response.json()) as { errors: { code: string }[] }).errors[0]?.code ?? '';

describe.each(['sha256', 'sha512'])('distribution-spec, Pushing blobs, with %s', (algorithm) => {
  const fresh = (size = 512): { content: Buffer; digest: string } => {
    const content = randomBytes(size);
    return { content, digest: digestOf(content, algorithm) };
  };

  it('POST then PUT (monolithic)', async () => {
    const { content, digest } = fresh();
    await expectBlob(await put(await openSession(), digest, content), content, digest);
  });

  it('single POST', async () => {
    const { content, digest } = fresh();
    const response = await fetch(`${origin}/v2/${repo}/blobs/uploads/?digest=${digest}`, {
      method: 'POST',
      headers: octets,
      body: content,
    });
    await expectBlob(response, content, digest);
  });

  it('POST with digest-algorithm, then PUT', async () => {
    const { content, digest } = fresh();
    const location = await openSession(`?digest-algorithm=${algorithm}`);
    await expectBlob(await put(location, digest, content), content, digest);
  });

  it('streamed PATCH without Content-Range, then PUT', async () => {
    const { content, digest } = fresh();
    const streamed = await patch(await openSession(), content);
    expect(streamed.status).toBe(202);
    expect(streamed.headers.get('range')).toBe('0-511');
    await expectBlob(await put(locationOf(streamed), digest), content, digest);
  });

  it('chunks in order, then PUT', async () => {
    const { content, digest } = fresh(3000);
    let location = await openSession();
    for (const [start, end] of [
      [0, 999],
      [1000, 1999],
      [2000, 2999],
    ] as const) {
      const response = await patch(location, content.subarray(start, end + 1), {
        'Content-Range': `${start}-${end}`,
      });
      expect(response.status).toBe(202);
      expect(response.headers.get('range')).toBe(`0-${end}`);
      location = locationOf(response);
    }
    await expectBlob(await put(location, digest), content, digest);
  });

  it('the last chunk in the PUT', async () => {
    const { content, digest } = fresh(2000);
    const first = await patch(await openSession(), content.subarray(0, 1000), {
      'Content-Range': '0-999',
    });
    const last = await put(locationOf(first), digest, content.subarray(1000), {
      'Content-Range': '1000-1999',
    });
    await expectBlob(last, content, digest);
  });

  it('content that does not match is 400 DIGEST_INVALID and is not kept', async () => {
    const { content, digest } = fresh();
    const wrong = Buffer.concat([content, Buffer.from('oh no')]);
    const location = await openSession();
    const response = await put(location, digest, wrong);
    expect(response.status).toBe(400);
    expect(await codeOf(response)).toBe('DIGEST_INVALID');
    expect((await fetch(`${origin}/v2/${repo}/blobs/${digest}`)).status).toBe(404);
    expect((await fetch(location)).status).toBe(404);
    const single = await fetch(`${origin}/v2/${repo}/blobs/uploads/?digest=${digest}`, {
      method: 'POST',
      headers: octets,
      body: wrong,
    });
    expect(single.status).toBe(400);
  });

  it.each(['', '{}'])('the well-known content "%s"', async (text) => {
    const content = Buffer.from(text);
    const digest = digestOf(content, algorithm);
    await expectBlob(await put(await openSession(), digest, content), content, digest);
  });

  it('mount with from', async () => {
    const { content, digest } = fresh();
    await pushBlob(origin, 'push/source', content, undefined, algorithm);
    const query = new URLSearchParams({ mount: digest, from: 'push/source' });
    const response = await fetch(`${origin}/v2/${repo}/blobs/uploads/?${query.toString()}`, {
      method: 'POST',
    });
    expect(response.headers.get('location')).toBe(`/v2/${repo}/blobs/${digest}`);
    await expectBlob(response, content, digest);
  });

  it('mount without from', async () => {
    const { content, digest } = fresh();
    await pushBlob(origin, 'push/source', content, undefined, algorithm);
    const response = await fetch(`${origin}/v2/${repo}/blobs/uploads/?mount=${digest}`, {
      method: 'POST',
    });
    await expectBlob(response, content, digest);
  });

  it.each(['?mount=%s', '?mount=%s&from=push/source', '?mount=%s&from=../push'])(
    'mount of a missing blob (%s) opens a session (trap 30)',
    async (query) => {
      const { content, digest } = fresh();
      const location = await openSession(query.replace('%s', digest));
      expect(new URL(location).pathname).toMatch(/^\/v2\/push\/here\/blobs\/uploads\/.+/u);
      await expectBlob(await put(location, digest, content), content, digest);
    },
  );
});

describe('distribution-spec, Pushing a blob in chunks', () => {
  it('a chunk ahead of its place is 416, tells the offset, and the upload can go on', async () => {
    const content = randomBytes(3000);
    const location = await openSession();
    const first = await patch(location, content.subarray(0, 1000), { 'Content-Range': '0-999' });
    const early = await patch(locationOf(first), content.subarray(2000), {
      'Content-Range': '2000-2999',
    });
    expect(early.status).toBe(416);
    expect(early.headers.get('range')).toBe('0-999');
    const state = await fetch(locationOf(early));
    expect(state.status).toBe(204);
    expect(state.headers.get('range')).toBe('0-999');
    const second = await patch(locationOf(state), content.subarray(1000), {
      'Content-Range': '1000-2999',
    });
    expect(second.status).toBe(202);
    await expectBlob(await put(locationOf(second), digestOf(content)), content, digestOf(content));
  });

  it('a chunk sent twice is 416', async () => {
    const location = await openSession();
    const chunk = randomBytes(100);
    expect((await patch(location, chunk, { 'Content-Range': '0-99' })).status).toBe(202);
    expect((await patch(location, chunk, { 'Content-Range': '0-99' })).status).toBe(416);
  });

  it('a closing PUT out of order is 416 and the session stays', async () => {
    const location = await openSession();
    const content = randomBytes(200);
    const digest = digestOf(content);
    await patch(location, content.subarray(0, 100), { 'Content-Range': '0-99' });
    const wrong = await put(location, digest, content.subarray(100), {
      'Content-Range': '150-249',
    });
    expect(wrong.status).toBe(416);
    const right = await put(location, digest, content.subarray(100), {
      'Content-Range': '100-199',
    });
    await expectBlob(right, content, digest);
  });

  it('Content-Range and length that disagree are 400 SIZE_INVALID and change nothing', async () => {
    const location = await openSession();
    for (const range of ['0-49', '0-150', 'x', '5-1']) {
      const response = await patch(location, randomBytes(100), { 'Content-Range': range });
      expect(response.status, range).toBe(400);
      expect(await codeOf(response)).toBe('SIZE_INVALID');
    }
    expect((await fetch(location)).headers.get('range')).toBe('0-0');
  });

  it('a streamed chunk of another length than its Content-Range is taken back', async () => {
    const location = await openSession();
    await patch(location, randomBytes(10), { 'Content-Range': '0-9' });
    for (const size of [5, 50]) {
      const response = await fetch(location, {
        method: 'PATCH',
        headers: { ...octets, 'Content-Range': '10-29' },
        body: new Blob([randomBytes(size)]).stream(),
        duplex: 'half',
      } as RequestInit);
      expect(response.status, String(size)).toBe(400);
    }
    expect((await fetch(location)).headers.get('range')).toBe('0-9');
  });

  it('DELETE cancels the session and its file', async () => {
    const location = await openSession();
    await patch(location, randomBytes(10));
    expect((await fetch(location, { method: 'DELETE' })).status).toBe(204);
    expect((await fetch(location)).status).toBe(404);
    expect(await codeOf(await patch(location, randomBytes(10)))).toBe('BLOB_UPLOAD_UNKNOWN');
    const id = location.split('/').at(-1) ?? '';
    expect(
      existsSync(`${started.storageDir}/docker/registry/v2/repositories/${repo}/_uploads/${id}`),
    ).toBe(false);
  });

  it('a session belongs to its repository', async () => {
    const location = (await openSession()).replace(repo, 'push/elsewhere');
    expect((await fetch(location)).status).toBe(404);
  });

  it.each(['', '?digest=sha256:short', '?digest=md5:d41d8cd98f00b204e9800998ecf8427e'])(
    'PUT with the query "%s" is 400 DIGEST_INVALID',
    async (query) => {
      const response = await fetch(`${await openSession()}${query}`, { method: 'PUT' });
      expect(response.status).toBe(400);
      expect(await codeOf(response)).toBe('DIGEST_INVALID');
    },
  );

  it('an algorithm that cannot be checked is refused when the session is opened', async () => {
    const url = `${origin}/v2/${repo}/blobs/uploads/?digest-algorithm=blake3`;
    expect((await fetch(url, { method: 'POST' })).status).toBe(400);
  });
});

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
    const artifact = { ...JSON.parse(image.bytes), subject };
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
