import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  digestOf,
  ociIndexType,
  ociManifestType,
  pushBlob,
  pushImage,
  putManifest,
  startLocalRegistry,
  type PushedImage,
  type StartedLocalRegistry,
} from '#test/local-registry';

let started: StartedLocalRegistry;
let origin: string;
let image: PushedImage;
const missing = digestOf('nothing like this was ever pushed');

beforeAll(async () => {
  started = await startLocalRegistry();
  ({ origin } = started);
  image = await pushImage(origin, 'team/app', 'v1');
});
afterAll(() => started.stop());

const errorCode = async (response: Response): Promise<string> => {
  const body = (await response.json()) as { errors: { code: string; message: string }[] };
  expect(body.errors[0]?.message).toBeTypeOf('string');
  return body.errors[0]?.code ?? '';
};

describe('distribution-spec, Determining Support', () => {
  it('answers GET /v2/ with 200 and the API version', async () => {
    const response = await fetch(`${origin}/v2/`);
    expect(response.status).toBe(200);
    expect(response.headers.get('docker-distribution-api-version')).toBe('registry/2.0');
  });

  it('answers other addresses with 404 and an error body', async () => {
    const response = await fetch(`${origin}/v1/`);
    expect(response.status).toBe(404);
    await errorCode(response);
  });
});

describe('distribution-spec, Pulling manifests', () => {
  it('GET by tag returns the bytes as pushed, with type, length and digest', async () => {
    const response = await fetch(`${origin}/v2/team/app/manifests/v1`);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe(ociManifestType);
    expect(response.headers.get('content-length')).toBe(String(image.bytes.length));
    expect(response.headers.get('docker-content-digest')).toBe(image.digest);
    expect(await response.text()).toBe(image.bytes);
  });

  it('GET by digest returns the same bytes', async () => {
    const response = await fetch(`${origin}/v2/team/app/manifests/${image.digest}`);
    expect(response.status).toBe(200);
    expect(await response.text()).toBe(image.bytes);
  });

  it('HEAD returns the header without the body', async () => {
    const response = await fetch(`${origin}/v2/team/app/manifests/v1`, { method: 'HEAD' });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-length')).toBe(String(image.bytes.length));
    expect(response.headers.get('docker-content-digest')).toBe(image.digest);
    expect(await response.text()).toBe('');
  });

  it.each([`manifests/${missing}`, 'manifests/no-such-tag', 'manifests/.not-a-tag'])(
    'GET and HEAD of %s is 404 MANIFEST_UNKNOWN',
    async (path) => {
      const response = await fetch(`${origin}/v2/team/app/${path}`);
      expect(response.status).toBe(404);
      expect(await errorCode(response)).toBe('MANIFEST_UNKNOWN');
      const head = await fetch(`${origin}/v2/team/app/${path}`, { method: 'HEAD' });
      expect(head.status).toBe(404);
    },
  );

  it('GET of a malformed digest is 400 DIGEST_INVALID', async () => {
    const response = await fetch(`${origin}/v2/team/app/manifests/sha256:totallywrong`);
    expect(response.status).toBe(400);
    expect(await errorCode(response)).toBe('DIGEST_INVALID');
  });

  it('serves a manifest only in the repository it was pushed to', async () => {
    const response = await fetch(`${origin}/v2/team/other/manifests/${image.digest}`);
    expect(response.status).toBe(404);
  });

  it('answers If-None-Match with 304 while the digest is the same', async () => {
    const url = `${origin}/v2/team/app/manifests/v1`;
    const first = await fetch(url);
    const etag = first.headers.get('etag') ?? '';
    expect(etag).toBe(`"${image.digest}"`);
    for (const value of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const again = await fetch(url, { headers: { 'If-None-Match': value }, cache: 'no-store' });
      expect(again.status, value).toBe(304);
      expect(await again.text()).toBe('');
    }
    const changed = await fetch(url, { headers: { 'If-None-Match': `"${missing}"` } });
    expect(changed.status).toBe(200);
  });

  it('follows a tag that moves, at once', async () => {
    const first = await pushImage(origin, 'team/moving', 'latest', { content: 'one' });
    const url = `${origin}/v2/team/moving/manifests/latest`;
    expect((await fetch(url)).headers.get('docker-content-digest')).toBe(first.digest);
    const second = await pushImage(origin, 'team/moving', 'latest', { content: 'two' });
    expect((await fetch(url)).headers.get('docker-content-digest')).toBe(second.digest);
  });

  it('serves an index without mediaType under the type its content stands for', async () => {
    const index = JSON.stringify({ schemaVersion: 2, manifests: [] });
    expect((await putManifest(origin, 'team/app', 'bare', index, ociIndexType)).status).toBe(201);
    const response = await fetch(`${origin}/v2/team/app/manifests/bare`);
    expect(response.headers.get('content-type')).toBe(ociIndexType);
  });
});

describe('distribution-spec, Pulling blobs', () => {
  const content = Buffer.from(Array.from({ length: 2048 }, (_, index) => index % 251));
  const digest = digestOf(content);
  const url = (): string => `${origin}/v2/team/blobs-here/blobs/${digest}`;

  beforeAll(async () => {
    await pushBlob(origin, 'team/blobs-here', content);
  });

  it('GET returns the bytes with length and digest', async () => {
    const response = await fetch(url());
    expect(response.status).toBe(200);
    expect(response.headers.get('content-length')).toBe('2048');
    expect(response.headers.get('docker-content-digest')).toBe(digest);
    expect(Buffer.from(await response.arrayBuffer()).equals(content)).toBe(true);
  });

  it('HEAD returns length and digest without the body', async () => {
    const response = await fetch(url(), { method: 'HEAD' });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-length')).toBe('2048');
    expect(response.headers.get('docker-content-digest')).toBe(digest);
  });

  it('GET and HEAD of an unknown blob is 404 BLOB_UNKNOWN', async () => {
    const response = await fetch(`${origin}/v2/team/app/blobs/${missing}`);
    expect(response.status).toBe(404);
    expect(await errorCode(response)).toBe('BLOB_UNKNOWN');
    const head = await fetch(`${origin}/v2/team/app/blobs/${missing}`, { method: 'HEAD' });
    expect(head.status).toBe(404);
  });

  it('does not serve a blob of another repository', async () => {
    expect((await fetch(`${origin}/v2/team/app/blobs/${digest}`)).status).toBe(404);
  });

  it.each([
    ['bytes=500-1499', 500, 1499],
    ['bytes=500-', 500, 2047],
    ['bytes=-500', 1548, 2047],
    ['bytes=2000-5000', 2000, 2047],
    ['bytes=0-0', 0, 0],
    ['bytes=-9999', 0, 2047],
  ])('Range %s is 206 with exactly that part', async (range, start, end) => {
    const response = await fetch(url(), { headers: { Range: range } });
    expect(response.status).toBe(206);
    expect(response.headers.get('content-range')).toBe(`bytes ${start}-${end}/2048`);
    expect(response.headers.get('content-length')).toBe(String(end - start + 1));
    const part = Buffer.from(await response.arrayBuffer());
    expect(part.equals(content.subarray(start, end + 1))).toBe(true);
  });

  it.each(['bytes=500-0', 'bytes=5000-10000', 'bytes=-0', 'bytes=x', 'bytes=-'])(
    'Range %s is 416 with the size',
    async (range) => {
      const response = await fetch(url(), { headers: { Range: range } });
      expect(response.status).toBe(416);
      expect(response.headers.get('content-range')).toBe('bytes */2048');
      expect(await errorCode(response)).toBe('RANGE_INVALID');
    },
  );

  it('several ranges come as multipart/byteranges', async () => {
    const response = await fetch(url(), { headers: { Range: 'bytes=0-9, 100-109, -5' } });
    expect(response.status).toBe(206);
    const type = response.headers.get('content-type') ?? '';
    const boundary = /^multipart\/byteranges; boundary=(.+)$/u.exec(type)?.[1] ?? '';
    const body = Buffer.from(await response.arrayBuffer());
    expect(response.headers.get('content-length')).toBe(String(body.length));
    const text = body.toString('latin1');
    const parts = text.split(`--${boundary}`).slice(1, -1);
    expect(parts.map((part) => /Content-Range: (.+)\r\n/u.exec(part)?.[1])).toEqual([
      'bytes 0-9/2048',
      'bytes 100-109/2048',
      'bytes 2043-2047/2048',
    ]);
    const bytes = parts.map((part) => part.slice(part.indexOf('\r\n\r\n') + 4, -2));
    expect(bytes.join('')).toBe(
      content.subarray(0, 10).toString('latin1') +
        content.subarray(100, 110).toString('latin1') +
        content.subarray(2043).toString('latin1'),
    );
  });

  it('ranges that add up to more than the blob get the whole blob', async () => {
    const response = await fetch(url(), { headers: { Range: 'bytes=0-2047, 0-2047' } });
    expect(response.status).toBe(200);
    expect((await response.arrayBuffer()).byteLength).toBe(2048);
  });

  it('other units than bytes are ignored', async () => {
    expect((await fetch(url(), { headers: { Range: 'lines=1-2' } })).status).toBe(200);
  });

  it('If-Range with another entity gets the whole blob', async () => {
    const other = { Range: 'bytes=0-9', 'If-Range': `"${missing}"` };
    expect((await fetch(url(), { headers: other })).status).toBe(200);
    const same = { Range: 'bytes=0-9', 'If-Range': `"${digest}"` };
    expect((await fetch(url(), { headers: same })).status).toBe(206);
  });

  it('If-None-Match with the digest is 304', async () => {
    const response = await fetch(url(), { headers: { 'If-None-Match': `"${digest}"` } });
    expect(response.status).toBe(304);
  });

  it('serves an empty blob', async () => {
    const empty = await pushBlob(origin, 'team/blobs-here', '');
    const response = await fetch(`${origin}/v2/team/blobs-here/blobs/${empty.digest}`);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-length')).toBe('0');
    expect(await response.text()).toBe('');
  });

  it('serves blobs larger than its pieces', async () => {
    const large = Buffer.alloc(3_000_001, 'large blob ');
    const pushed = await pushBlob(origin, 'team/blobs-here', large);
    const response = await fetch(`${origin}/v2/team/blobs-here/blobs/${pushed.digest}`);
    expect(digestOf(Buffer.from(await response.arrayBuffer()))).toBe(pushed.digest);
  });
});
