import type { ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { freePort } from '#test/docker-registry';
import {
  collect,
  digest,
  expectPlainWords,
  memoryCache,
  openClient,
  openRawServer,
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

const getManifest = (origin: string, options = {}) =>
  openClient(origin, options).getManifest(app, tag('x'));

describe('where nobody answers', () => {
  it('tells a refused connection', async () => {
    const port = await freePort();
    const error = await rejection(openClient(`http://127.0.0.1:${port}`).ping());
    expect(error).toMatchObject({ code: 'connection-refused', host: `127.0.0.1:${port}` });
    expectPlainWords(error.message);
  });

  it('tells a name that does not exist', async () => {
    const client = openClient('https://registry.invalid');
    const error = await rejection(client.ping());
    expect(error).toMatchObject({ code: 'dns-failed', host: 'registry.invalid', step: 'ping' });
    expectPlainWords(error.message);
  });

  it.each([
    '',
    'reg.example',
    'ftp://reg.example',
    'https://a:b@reg.example',
    'https://r/?q=1',
    'https://',
  ])('refuses the address %j', (origin) => {
    expect(() => openClient(origin)).toThrow(expect.objectContaining({ code: 'address-invalid' }));
  });

  it('refuses plain HTTP beyond this computer unless the user said so', async () => {
    const error = await rejection(openClient('http://registry.invalid').ping());
    expect(error.code).toBe('plain-http-refused');
    const allowed = openClient('http://registry.invalid', { allowPlainHttp: true });
    expect((await rejection(allowed.ping())).code).toBe('dns-failed');
  });
});

describe('a registry that stalls', () => {
  it('times out before the headers', async () => {
    const origin = await openRawServer(() => {});
    const error = await rejection(getManifest(origin, { limits: { headersMs: 100 } }));
    expect(error.code).toBe('timed-out');
    expectPlainWords(error.message);
  });

  it('times out in the middle of a body', async () => {
    const { origin, lines } = await openScript({
      [manifestPath]: (_request, response) => {
        response.writeHead(200, manifestHeaders(image.manifestDigest));
        response.write('{');
      },
    });
    expect((await rejection(getManifest(origin, { limits: { bodyIdleMs: 100 } }))).code).toBe(
      'timed-out',
    );
    expect(lines()).toHaveLength(1);
  });

  it('times out when a body trickles without end', async () => {
    const { origin } = await openScript({
      [manifestPath]: (_request, response) => {
        response.writeHead(200, manifestHeaders(image.manifestDigest));
        const timer = setInterval(() => response.write(' '), 10);
        response.on('close', () => clearInterval(timer));
      },
    });
    expect((await rejection(getManifest(origin, { limits: { totalMs: 200 } }))).code).toBe(
      'timed-out',
    );
  });

  it('is cancelled at once, down to the socket', async () => {
    let closed = (): void => {};
    const isClosed = new Promise<void>((resolve) => (closed = resolve));
    const controller = new AbortController();
    const origin = await openRawServer((socket) => {
      socket.on('error', () => {});
      socket.on('close', closed);
      socket.once('data', () => controller.abort());
    });
    const call = openClient(origin).getManifest(app, tag('x'), { signal: controller.signal });
    expect(await rejection(call)).toMatchObject({ code: 'cancelled', step: 'manifest' });
    await isClosed;
  });

  it('is cancelled while the queue is full, and the place goes to the next', async () => {
    let answer = (): void => {};
    const { origin, lines } = await openScript({
      '/v2/app/manifests/slow': (_request, response) => {
        answer = () => {
          response.writeHead(404);
          response.end();
        };
      },
      [manifestPath]: manifestReply,
    });
    const client = openClient(origin, { limits: { concurrency: 1 } });
    const slow = client.headManifest(app, tag('slow'));
    const controller = new AbortController();
    const waiting = client.getManifest(app, tag('x'), { signal: controller.signal });
    const next = client.getManifest(app, tag('x'));
    controller.abort();
    expect((await rejection(waiting)).code).toBe('cancelled');
    while (lines().length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    answer();
    expect(await slow).toBeUndefined();
    expect((await next).digest).toBe(image.manifestDigest);
    expect(lines()).toHaveLength(2);
  });

  it('is left alone when the client closes', async () => {
    const origin = await openRawServer(() => {});
    const client = openClient(origin);
    const call = rejection(client.ping());
    await client.close();
    expect((await call).code).toBe('cancelled');
    expect((await rejection(client.ping())).code).toBe('cancelled');
  });
});

describe('a body that is not what it should be', () => {
  it('stops at a manifest of 500 MB, said or unsaid', async () => {
    let written = 0;
    const chunk = Buffer.alloc(64 * 1024, 0x20);
    const { origin } = await openScript({
      '/v2/app/manifests/said': (_request, response) => {
        response.writeHead(200, { 'content-length': String(500 * 1024 * 1024) });
        response.write(chunk);
      },
      '/v2/app/manifests/unsaid': (_request, response) => {
        const more = (): void => {
          while (!response.destroyed && response.write(chunk)) written += chunk.length;
        };
        response.writeHead(200);
        response.on('drain', more);
        more();
      },
    });
    for (const name of ['said', 'unsaid']) {
      const error = await rejection(openClient(origin).getManifest(app, tag(name)));
      expect(error.code).toBe('response-too-large');
      expectPlainWords(error.message);
    }
    expect(written).toBeLessThan(64 * 1024 * 1024);
  });

  it('refuses HTML where JSON is due, everywhere', async () => {
    const page = { headers: { 'content-type': 'text/html' }, body: '<!doctype html><p>Sign in' };
    const { origin } = await openScript({ '*': page });
    const client = openClient(origin);
    for (const call of [
      client.ping(),
      client.getManifest(app, tag('x')),
      collect(client.tags(app)),
      collect(client.catalog()),
    ].map(rejection)) {
      const error = await call;
      expect(error.code).toBe('not-a-registry');
      expectPlainWords(error.message);
      expect(error.message).not.toContain('<');
    }
  });

  it.each([
    ['no JSON', 'nonsense'],
    ['JSON of another shape', '[1]'],
    ['a list that is none', '{"tags":{"a":1},"repositories":"x"}'],
  ])('refuses %s in lists', async (_title, body) => {
    const { origin } = await openScript({ '*': { body } });
    const client = openClient(origin);
    expect((await rejection(collect(client.tags(app)))).code).toBe('response-malformed');
    expect((await rejection(collect(client.catalog()))).code).toBe('response-malformed');
  });

  it('refuses a wrong Docker-Content-Digest and wrong bytes for a digest (trap 32)', async () => {
    const wrong = sha256Of('wrong');
    const { origin } = await openScript({
      [manifestPath]: { ...manifestReply, headers: manifestHeaders(wrong) },
      [`/v2/app/manifests/${wrong}`]: { headers: { 'content-type': 'x/y' }, body: image.manifest },
      [`/v2/app/blobs/${image.configDigest}`]: { body: 'other bytes' },
    });
    const contentCache = memoryCache();
    const client = openClient(origin, { contentCache });
    const descriptor = { mediaType: 'x/y', digest: digest(image.configDigest), size: 11 };
    for (const call of [
      openClient(origin).getManifest(app, tag('x')),
      client.getManifest(app, digest(wrong)),
      client.getConfig(app, descriptor),
      client.getBlob(app, digest(image.configDigest), { maxBytes: 1_000 }),
    ].map(rejection)) {
      const error = await call;
      expect(error.code).toBe('digest-mismatch');
      expectPlainWords(error.message);
    }
    expect(contentCache.entries.size).toBe(0);
  });

  it('never uses a truncated body', async () => {
    const cut = (_request: unknown, response: ServerResponse) => {
      const bytes = Buffer.from(image.manifest);
      response.writeHead(200, {
        ...manifestHeaders(image.manifestDigest),
        'content-length': String(bytes.length),
      });
      response.write(bytes.subarray(0, 20), () => response.destroy());
    };
    const chunked = (_request: unknown, response: ServerResponse) => {
      response.writeHead(200, manifestHeaders(image.manifestDigest));
      response.write(image.manifest.slice(0, 20), () => response.destroy());
    };
    const { origin, lines } = await openScript({
      [manifestPath]: cut,
      '/v2/app/manifests/chunked': chunked,
      [`/v2/app/blobs/${image.configDigest}`]: cut,
    });
    const contentCache = memoryCache();
    const client = openClient(origin, { contentCache, limits: { maxRetries: 1 } });
    const blob = digest(image.configDigest);
    expect((await rejection(openClient(origin).getManifest(app, tag('x')))).code).toBe(
      'connection-lost',
    );
    expect((await rejection(client.getManifest(app, tag('chunked')))).code).toBe('connection-lost');
    expect((await rejection(client.getBlob(app, blob, { maxBytes: 99_999 }))).code).toBe(
      'connection-lost',
    );
    expect(contentCache.entries.size).toBe(0);
    expect(lines().filter((line) => line === `GET ${manifestPath}`)).toHaveLength(4);
  });

  it('reads a truncated answer again and succeeds', async () => {
    let count = 0;
    const { origin } = await openScript({
      [manifestPath]: (_request, response) => {
        count += 1;
        if (count > 1) return manifestReply;
        response.writeHead(200, { 'content-length': '500' });
        response.write('{', () => response.destroy());
        return undefined;
      },
    });
    expect((await getManifest(origin)).digest).toBe(image.manifestDigest);
  });

  it('does not read garbage as HTTP', async () => {
    const origin = await openRawServer((socket) => {
      socket.on('error', () => {});
      socket.end('SSH-2.0-OpenSSH_9.2\r\n');
    });
    const error = await rejection(openClient(origin).ping());
    expect(error.code).toBe('not-a-registry');
    expectPlainWords(error.message);
  });

  it('stops at headers without end', async () => {
    const origin = await openRawServer((socket) => {
      socket.on('error', () => {});
      socket.write(`HTTP/1.1 200 OK\r\n${`x-a: ${'b'.repeat(1000)}\r\n`.repeat(100)}`);
    });
    expect((await rejection(openClient(origin).ping())).code).toBe('response-too-large');
  });

  it('that sends a body after HEAD costs a new connection, and gets no answer of another request', async () => {
    const manifest = Buffer.from(sampleImage().manifest);
    let connections = 0;
    const origin = await openRawServer((socket) => {
      connections += 1;
      socket.on('data', (chunk) => {
        const head = [
          'HTTP/1.1 200 OK',
          'Content-Type: application/vnd.oci.image.manifest.v1+json',
          `Docker-Content-Digest: ${sampleImage().manifestDigest}`,
          `Content-Length: ${manifest.length}`,
          '',
          '',
        ].join('\r\n');
        // For HEAD too: no body is allowed there (RFC 9110, 9.3.2).
        for (const _ of chunk.toString().match(/^(?:GET|HEAD) /gmu) ?? []) {
          socket.write(Buffer.concat([Buffer.from(head), manifest]));
        }
      });
    });
    const client = openClient(origin);
    for (let count = 0; count < 3; count += 1) {
      const found = await client.headManifest(app, tag('x'));
      expect(found).toMatchObject({ size: manifest.length });
    }
    const { bytes } = await client.getManifest(app, tag('x'));
    expect(Buffer.from(bytes).equals(manifest)).toBe(true);
    expect(connections).toBeGreaterThan(1);
  });

  it('that is sound is asked with HEAD again and again without a new connection for each', async () => {
    let connections = 0;
    const origin = await openRawServer((socket) => {
      connections += 1;
      socket.on('data', () =>
        socket.write(
          `HTTP/1.1 200 OK\r\nContent-Type: application/vnd.oci.image.manifest.v1+json\r\nDocker-Content-Digest: ${image.manifestDigest}\r\nContent-Length: ${image.manifest.length}\r\n\r\n`,
        ),
      );
    });
    const client = openClient(origin);
    for (let count = 0; count < 20; count += 1) await client.headManifest(app, tag('x'));
    expect(connections).toBeLessThan(4);
  });
});
