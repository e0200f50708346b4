import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  digestOf,
  ociManifestType,
  pushImage,
  startLocalRegistry,
  type PushedImage,
  type StartedLocalRegistry,
} from '#test/local-registry';

let started: StartedLocalRegistry;
let image: PushedImage;
let logged: string[];

beforeAll(async () => {
  logged = [];
  started = await startLocalRegistry({
    log: (entry) => logged.push(JSON.stringify(entry)),
    limits: { headersTimeoutMs: 1500, idleTimeoutMs: 1500 },
  });
  image = await pushImage(started.origin, 'hostile/app', 'v1');
});
afterAll(() => started.stop());

type Raw = { status: number; head: string; body: string };

/** Sends bytes as they are and reads until the registry closes or has answered. */
function sendRaw(text: string | Buffer): Promise<Raw> {
  return new Promise((resolve, reject) => {
    const socket = net.connect(started.port, '127.0.0.1');
    let answer = '';
    const done = (): void => {
      socket.destroy();
      const split = answer.indexOf('\r\n\r\n');
      resolve({
        status: Number(answer.split(' ')[1] ?? 0),
        head: answer.slice(0, split),
        body: answer.slice(split + 4),
      });
    };
    socket.on('data', (chunk) => {
      answer += chunk.toString('latin1');
      const length = /content-length: (\d+)/iu.exec(answer)?.[1];
      const split = answer.indexOf('\r\n\r\n');
      if (split > 0 && length !== undefined && answer.length >= split + 4 + Number(length)) done();
    });
    socket.on('close', done);
    socket.on('error', reject);
    socket.write(text);
  });
}

const request = (method: string, target: string, headers = '', body = ''): Promise<Raw> =>
  sendRaw(
    `${method} ${target} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n${headers}\r\n${body}`,
  );

/** What a refusal has to be: a status of the 400s and the body of distribution-spec, Error Codes. */
function specErrorOf(raw: Raw): object {
  const { errors } = JSON.parse(raw.body) as { errors: { code: string; message: string }[] };
  return {
    isClientError: raw.status >= 400 && raw.status < 500,
    hasCode: /^[A-Z_]+$/u.test(errors[0]?.code ?? ''),
    hasMessage: (errors[0]?.message ?? '') !== '',
  };
}

const isSpecError = { isClientError: true, hasCode: true, hasMessage: true };

const absent = digestOf('absent');

describe('path tricks in names, digests, tags and upload ids', () => {
  it.each([
    ['GET', '/v2/../../etc/passwd/manifests/v1'],
    ['GET', '/v2/..%2f..%2fetc/manifests/v1'],
    ['GET', '/v2/a/manifests/..'],
    ['GET', '/v2/a/manifests/%2e%2e%2f%2e%2e%2fblobs'],
    ['GET', '/v2/a/manifests/..%5c..%5cx'],
    ['PUT', '/v2/a/manifests/..%2f..%2fx'],
    ['PUT', '/v2/a/manifests/v1%00'],
    ['GET', '/v2/a/blobs/sha256:..%2f..%2f..%2fetc%2fpasswd'],
    ['GET', `/v2/a/blobs/sha256:${'A'.repeat(64)}`],
    ['GET', '/v2/a/blobs/..:..'],
    ['GET', '/v2/a/blobs/sha256'],
    ['GET', '/v2/a/referrers/x:..%2f'],
    ['GET', '/v2/a/blobs/uploads/..%2f..%2f_manifests'],
    ['PATCH', '/v2/a/blobs/uploads/..'],
    ['PUT', `/v2/a/blobs/uploads/..%2f${randomUUID()}?digest=${absent}`],
    ['DELETE', '/v2/a/blobs/uploads/%2e%2e'],
    ['DELETE', '/v2/a/manifests/..'],
    ['DELETE', '/v2/a/blobs/..%2f..'],
    ['POST', '/v2/a/blobs/uploads/?mount=../../x&from=b'],
    ['GET', '/v2/a/_manifests/tags/list'],
    ['GET', '/v2/_uploads/tags/list'],
    ['GET', '/v2/a/%ff/tags/list'],
    ['GET', '/v2/con%3a/tags/list'],
  ])(
    '%s %s touches nothing outside the folder and is answered in spec form',
    async (method, url) => {
      const raw = await request(method, url, 'Content-Length: 0\r\n');
      expect(specErrorOf(raw)).toEqual(isSpecError);
      expect(logged).toEqual([]);
    },
  );

  it('left no entry that a registry would not write', async () => {
    expect((await started.registry.check()).problems).toEqual([]);
    expect(readdirSync(path.dirname(started.storageDir)).includes('etc')).toBe(false);
    expect(readdirSync(started.storageDir).toSorted()).toEqual(['docker', 'tagboat']);
  });
});

describe('requests that are malformed', () => {
  it.each([
    ['no HTTP at all', 'hello\r\n\r\n', 400],
    ['a bad header', 'GET /v2/ HTTP/1.1\r\nHost: x\r\nBad Header\r\n\r\n', 400],
    [
      'two lengths',
      'PUT /v2/a/manifests/v HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n',
      400,
    ],
    [
      'length and chunks at once',
      'PUT /v2/a/manifests/v HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n',
      400,
    ],
    [
      'a length that is no number',
      'PUT /v2/a/manifests/v HTTP/1.1\r\nHost: x\r\nContent-Length: x\r\n\r\n',
      400,
    ],
    [
      'a negative length',
      'PUT /v2/a/manifests/v HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n',
      400,
    ],
    [
      'headers beyond the limit',
      `GET /v2/ HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(17_000)}\r\n\r\n`,
      431,
    ],
    [
      'an address beyond the limit',
      `GET /v2/${'a/'.repeat(4500)}tags/list HTTP/1.1\r\nHost: x\r\n\r\n`,
      414,
    ],
    [
      'a query beyond the limit',
      `GET /v2/a/tags/list?n=1${'&x=y'.repeat(3000)} HTTP/1.1\r\nHost: x\r\n\r\n`,
      414,
    ],
    [
      'a broken chunk',
      'PUT /v2/a/manifests/v HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
      400,
    ],
  ])('%s', async (_, text, status) => {
    const raw = await sendRaw(text);
    expect(raw.status).toBe(status);
    expect(specErrorOf(raw)).toEqual(isSpecError);
  });

  it('an unknown method is refused', async () => {
    expect(specErrorOf(await request('PROPFIND', '/v2/'))).toEqual(isSpecError);
  });

  it('the registry still works afterwards', async () => {
    const response = await fetch(`${started.origin}/v2/hostile/app/manifests/v1`);
    expect(await response.text()).toBe(image.bytes);
    expect(logged).toEqual([]);
  });
});

describe('Expect: 100-continue (RFC 9110, section 10.1.1)', () => {
  it('asks for the body only when it wants it', async () => {
    const headers = 'Expect: 100-continue\r\nContent-Length: 100\r\n';
    const refused = await request('PUT', '/v2/a/manifests/-bad', headers);
    expect(refused.status).toBe(400);
    expect(refused.head.toLowerCase()).toContain('connection: close');
  });

  it('then takes it', async () => {
    const body = image.bytes;
    const answer = await new Promise<string>((resolve, reject) => {
      const socket = net.connect(started.port, '127.0.0.1');
      let seen = '';
      socket.on('data', (chunk) => {
        seen += chunk.toString('latin1');
        if (seen === 'HTTP/1.1 100 Continue\r\n\r\n') socket.write(body);
        if (seen.includes('201 Created')) {
          socket.destroy();
          resolve(seen);
        }
      });
      socket.on('error', reject);
      socket.write(
        [
          'PUT /v2/hostile/app/manifests/continued HTTP/1.1',
          'Host: x',
          `Content-Type: ${ociManifestType}`,
          `Content-Length: ${body.length}`,
          'Expect: 100-continue',
          '\r\n',
        ].join('\r\n'),
      );
    });
    expect(answer).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 201 Created/u);
  });
});

describe('clients that go away', () => {
  const uploadsDir = (): string =>
    `${started.storageDir}/docker/registry/v2/repositories/hostile/app/_uploads`;

  const openSession = async (): Promise<string> => {
    const response = await fetch(`${started.origin}/v2/hostile/app/blobs/uploads/`, {
      method: 'POST',
    });
    return response.headers.get('location') ?? '';
  };

  /** Sends part of a request and closes the connection. */
  const sendAndLeave = (text: string, isReset: boolean): Promise<void> =>
    new Promise((resolve) => {
      const socket = net.connect(started.port, '127.0.0.1', () => {
        socket.write(text, () => {
          setTimeout(() => {
            if (isReset) socket.resetAndDestroy();
            else socket.destroy();
          }, 30);
        });
      });
      socket.on('close', () => {
        resolve();
      });
      socket.on('error', () => undefined);
    });

  it.each([false, true])(
    'in the middle of a PATCH: what arrived is kept, the offset is honest (reset: %s)',
    async (isReset) => {
      const location = await openSession();
      const head = `PATCH ${location} HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n`;
      await sendAndLeave(head + 'a'.repeat(400), isReset);
      const url = `${started.origin}${location}`;
      await expect.poll(async () => (await fetch(url)).headers.get('range')).toBe('0-399');
      const digest = digestOf('a'.repeat(400) + 'b'.repeat(600));
      const rest = await fetch(`${url}?digest=${digest}`, {
        method: 'PUT',
        headers: { 'Content-Range': '400-999' },
        body: 'b'.repeat(600),
      });
      expect(rest.status).toBe(201);
    },
  );

  it('in the middle of a PUT: the session can be finished', async () => {
    const location = await openSession();
    const digest = digestOf('x'.repeat(1000));
    const head = `PUT ${location}?digest=${digest} HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n`;
    await sendAndLeave(head + 'x'.repeat(100), false);
    const url = `${started.origin}${location}`;
    await expect.poll(async () => (await fetch(url)).headers.get('range')).toBe('0-99');
    const rest = await fetch(`${url}?digest=${digest}`, { method: 'PUT', body: 'x'.repeat(900) });
    expect(rest.status).toBe(201);
  });

  it('in the middle of a single POST: nothing is left', async () => {
    const before = existsSync(uploadsDir()) ? readdirSync(uploadsDir()).length : 0;
    const digest = digestOf('y'.repeat(1000));
    const head = `POST /v2/hostile/app/blobs/uploads/?digest=${digest} HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n`;
    await sendAndLeave(head + 'y'.repeat(100), true);
    await expect.poll(() => readdirSync(uploadsDir()).length).toBe(before);
    expect((await fetch(`${started.origin}/v2/hostile/app/blobs/${digest}`)).status).toBe(404);
  });

  it('in the middle of a manifest: it is not stored', async () => {
    const head = `PUT /v2/hostile/app/manifests/cut HTTP/1.1\r\nHost: x\r\nContent-Type: ${ociManifestType}\r\nContent-Length: ${image.bytes.length}\r\n\r\n`;
    await sendAndLeave(head + image.bytes.slice(0, 50), false);
    expect((await fetch(`${started.origin}/v2/hostile/app/manifests/cut`)).status).toBe(404);
  });

  it('before and in the middle of the headers', async () => {
    await sendAndLeave('', true);
    await sendAndLeave('GET /v2/ HT', true);
    expect((await fetch(`${started.origin}/v2/`)).status).toBe(200);
  });

  it('while a blob is sent to them', async () => {
    const content = 'z'.repeat(5_000_000);
    const { pushBlob } = await import('#test/local-registry');
    const blob = await pushBlob(started.origin, 'hostile/app', content);
    for (let round = 0; round < 10; round += 1) {
      await sendAndLeave(
        `GET /v2/hostile/app/blobs/${blob.digest} HTTP/1.1\r\nHost: x\r\n\r\n`,
        round % 2 === 0,
      );
    }
    const whole = await fetch(`${started.origin}/v2/hostile/app/blobs/${blob.digest}`);
    expect((await whole.text()).length).toBe(content.length);
  });

  it('a second writer of a session is refused while the first is at work', async () => {
    const location = await openSession();
    const socket = net.connect(started.port, '127.0.0.1');
    socket.write(`PATCH ${location} HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n12345`);
    // Out of order on purpose: until the first one is seen, this changes nothing.
    const patch = { method: 'PATCH', headers: { 'Content-Range': '500-504' }, body: 'other' };
    await expect
      .poll(async () => (await fetch(`${started.origin}${location}`, patch)).status)
      .toBe(409);
    const answered = new Promise((resolve) => {
      socket.once('data', resolve);
    });
    socket.write('67890');
    expect(String(await answered)).toContain('202 Accepted');
    socket.destroy();
  });

  it('of two that write at once, one is refused, and the content is one of the two', async () => {
    const location = await openSession();
    const url = `${started.origin}${location}`;
    const bodies = ['1'.repeat(2_000_000), '2'.repeat(2_000_000)];
    const answers = await Promise.all(
      bodies.map((body) =>
        fetch(url, { method: 'PATCH', headers: { 'Content-Range': `0-${body.length - 1}` }, body }),
      ),
    );
    const statuses = answers.map((answer) => answer.status);
    expect(statuses.filter((status) => status === 202)).toHaveLength(1);
    expect(statuses.filter((status) => status === 409 || status === 416)).toHaveLength(1);
    const winner = bodies[statuses.indexOf(202)] ?? '';
    const put = await fetch(`${url}?digest=${digestOf(winner)}`, { method: 'PUT' });
    expect(put.status).toBe(201);
  });

  it('who sends nothing is cut off and frees the session', async () => {
    const location = await openSession();
    const socket = net.connect(started.port, '127.0.0.1');
    const closed = new Promise((resolve) => {
      socket.on('close', resolve);
    });
    socket.on('error', () => undefined);
    socket.write(`PATCH ${location} HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n12345`);
    await closed;
    const url = `${started.origin}${location}`;
    await expect
      .poll(async () => (await fetch(url, { method: 'PATCH', body: '67890' })).status)
      .toBe(202);
  });

  it('logged no failure', () => {
    expect(logged).toEqual([]);
  });
});
