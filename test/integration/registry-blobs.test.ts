import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  collect,
  digest,
  openClient,
  openScript,
  rejection,
  repo,
  tag,
} from '#test/registry-calls';
import { manifestHeaders, sampleImage, sha256Of } from '#test/scripted-registry';

const image = sampleImage();
const app = repo('app');
const manifestPath = '/v2/app/manifests/x';
const manifestReply = { headers: manifestHeaders(image.manifestDigest), body: image.manifest };

describe('a blob', () => {
  it('streams and is verified at its end', async () => {
    const bytes = Buffer.alloc(3_000_000, 'tagboat');
    const name = `sha512:${createHash('sha512').update(bytes).digest('hex')}`;
    const { origin } = await openScript({ '*': { body: bytes } });
    const client = openClient(origin);
    const opened = await client.openBlob(app, digest(name));
    expect(opened).toMatchObject({ sizeBytes: bytes.length, totalBytes: bytes.length });
    expect(Buffer.concat(await collect(opened.body)).equals(bytes)).toBe(true);
    const wrong = await client.openBlob(app, digest(sha256Of('x')));
    expect((await rejection(collect(wrong.body))).code).toBe('digest-mismatch');
  });

  it('gives its connection back when it is closed early', async () => {
    const { origin } = await openScript({ '*': { body: Buffer.alloc(5_000_000) } });
    const client = openClient(origin, { limits: { blobConcurrency: 1 } });
    const name = digest(sha256Of(Buffer.alloc(5_000_000)));
    (await client.openBlob(app, name)).close();
    for await (const chunk of (await client.openBlob(app, name)).body) {
      expect(chunk.length).toBeGreaterThan(0);
      break;
    }
    expect(await client.getBlob(app, name, { maxBytes: 5_000_000 })).toHaveLength(5_000_000);
  });

  it('is bounded in memory', async () => {
    const bytes = Buffer.alloc(100_000);
    const { origin } = await openScript({
      '/v2/app/blobs/sha256:said': {},
      '*': (_request, response) => {
        response.writeHead(200);
        response.end(bytes);
      },
    });
    const call = openClient(origin).getBlob(app, digest(sha256Of(bytes)), { maxBytes: 1_000 });
    expect((await rejection(call)).code).toBe('response-too-large');
  });

  it('does not take the place of small requests', async () => {
    const { origin } = await openScript({
      [manifestPath]: manifestReply,
      '*': (_request, response) => {
        response.writeHead(200);
        response.write('endless');
      },
    });
    const client = openClient(origin, { limits: { concurrency: 1, blobConcurrency: 2 } });
    const name = digest(sha256Of('x'));
    const opened = await Promise.all([client.openBlob(app, name), client.openBlob(app, name)]);
    expect((await client.getManifest(app, tag('x'))).digest).toBe(image.manifestDigest);
    for (const blob of opened) blob.close();
  });

  it('is cancelled in the middle', async () => {
    const { origin } = await openScript({
      '*': (_request, response) => {
        response.writeHead(200);
        response.write('some');
      },
    });
    const controller = new AbortController();
    const { signal } = controller;
    const opened = await openClient(origin).openBlob(app, digest(sha256Of('x')), { signal });
    const reading = rejection(collect(opened.body));
    controller.abort();
    expect((await reading).code).toBe('cancelled');
  });

  it('whose storage refuses HEAD is asked for one byte', async () => {
    const storage = await openScript({
      '*': ({ method }) =>
        method === 'HEAD'
          ? { status: 403 }
          : { status: 206, headers: { 'content-range': 'bytes 0-0/77' }, body: 'a' },
    });
    const { origin } = await openScript({
      '*': { status: 307, headers: { location: `${storage.origin}/x` } },
    });
    const name = digest(sha256Of('x'));
    expect(await openClient(origin).headBlob(app, name)).toEqual({
      sizeBytes: 77,
      acceptsRanges: true,
    });
  });
});
