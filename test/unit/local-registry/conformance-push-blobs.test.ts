import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  digestOf,
  pushBlob,
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

/** What an upload answered, and what can be pulled from the address it answered with. */
async function outcomeOf(response: Response): Promise<object> {
  const blob = await fetch(locationOf(response));
  return {
    status: response.status,
    digest: response.headers.get('docker-content-digest'),
    pulled: {
      status: blob.status,
      digest: blob.headers.get('docker-content-digest'),
      content: Buffer.from(await blob.arrayBuffer()),
    },
  };
}

const stored = (content: Buffer, digest: string): object => ({
  status: 201,
  digest,
  pulled: { status: 200, digest, content },
});

const codeOf = async (response: Response): Promise<string> =>
  ((await response.json()) as { errors: { code: string }[] }).errors[0]?.code ?? '';

describe.each(['sha256', 'sha512'])('distribution-spec, Pushing blobs, with %s', (algorithm) => {
  const fresh = (size = 512): { content: Buffer; digest: string } => {
    const content = randomBytes(size);
    return { content, digest: digestOf(content, algorithm) };
  };

  it('POST then PUT (monolithic)', async () => {
    const { content, digest } = fresh();
    expect(await outcomeOf(await put(await openSession(), digest, content))).toEqual(
      stored(content, digest),
    );
  });

  it('single POST', async () => {
    const { content, digest } = fresh();
    const response = await fetch(`${origin}/v2/${repo}/blobs/uploads/?digest=${digest}`, {
      method: 'POST',
      headers: octets,
      body: new Uint8Array(content),
    });
    expect(await outcomeOf(response)).toEqual(stored(content, digest));
  });

  it('POST with digest-algorithm, then PUT', async () => {
    const { content, digest } = fresh();
    const location = await openSession(`?digest-algorithm=${algorithm}`);
    expect(await outcomeOf(await put(location, digest, content))).toEqual(stored(content, digest));
  });

  it('streamed PATCH without Content-Range, then PUT', async () => {
    const { content, digest } = fresh();
    const streamed = await patch(await openSession(), content);
    expect(streamed.status).toBe(202);
    expect(streamed.headers.get('range')).toBe('0-511');
    expect(await outcomeOf(await put(locationOf(streamed), digest))).toEqual(
      stored(content, digest),
    );
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
    expect(await outcomeOf(await put(location, digest))).toEqual(stored(content, digest));
  });

  it('the last chunk in the PUT', async () => {
    const { content, digest } = fresh(2000);
    const first = await patch(await openSession(), content.subarray(0, 1000), {
      'Content-Range': '0-999',
    });
    const last = await put(locationOf(first), digest, content.subarray(1000), {
      'Content-Range': '1000-1999',
    });
    expect(await outcomeOf(last)).toEqual(stored(content, digest));
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
      body: new Uint8Array(wrong),
    });
    expect(single.status).toBe(400);
  });

  it.each(['', '{}'])('the well-known content "%s"', async (text) => {
    const content = Buffer.from(text);
    const digest = digestOf(content, algorithm);
    expect(await outcomeOf(await put(await openSession(), digest, content))).toEqual(
      stored(content, digest),
    );
  });

  it('mount with from', async () => {
    const { content, digest } = fresh();
    await pushBlob(origin, 'push/source', content, undefined, algorithm);
    const query = new URLSearchParams({ mount: digest, from: 'push/source' });
    const response = await fetch(`${origin}/v2/${repo}/blobs/uploads/?${query.toString()}`, {
      method: 'POST',
    });
    expect(response.headers.get('location')).toBe(`/v2/${repo}/blobs/${digest}`);
    expect(await outcomeOf(response)).toEqual(stored(content, digest));
  });

  it('mount without from', async () => {
    const { content, digest } = fresh();
    await pushBlob(origin, 'push/source', content, undefined, algorithm);
    const response = await fetch(`${origin}/v2/${repo}/blobs/uploads/?mount=${digest}`, {
      method: 'POST',
    });
    expect(await outcomeOf(response)).toEqual(stored(content, digest));
  });

  it.each(['?mount=%s', '?mount=%s&from=push/source', '?mount=%s&from=../push'])(
    'mount of a missing blob (%s) opens a session (trap 30)',
    async (query) => {
      const { content, digest } = fresh();
      const location = await openSession(query.replace('%s', digest));
      expect(new URL(location).pathname).toMatch(/^\/v2\/push\/here\/blobs\/uploads\/.+/u);
      expect(await outcomeOf(await put(location, digest, content))).toEqual(
        stored(content, digest),
      );
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
    expect(await outcomeOf(await put(locationOf(second), digestOf(content)))).toEqual(
      stored(content, digestOf(content)),
    );
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
    expect(await outcomeOf(right)).toEqual(stored(content, digest));
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
