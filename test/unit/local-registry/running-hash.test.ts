import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, open, rm, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HashThreads } from '#core/local-registry/storage/hash-threads';
import { RunningHash } from '#core/local-registry/storage/running-hash';
import { digestOf, startLocalRegistry } from '#test/local-registry';

const mib = 1024 * 1024;
let dir: string;
let file: FileHandle;
let threads: HashThreads;

beforeEach(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'tagboat-running-hash-'));
  file = await open(path.join(dir, 'upload'), 'w+');
  threads = new HashThreads(2);
});
afterEach(async () => {
  await threads.close();
  await file.close();
  await rm(dir, { recursive: true, force: true });
});

/** Feeds `bytes` as a request body comes: pieces into the hash, then batches of them into the file. */
async function feed(hash: RunningHash, bytes: Buffer, position = 0): Promise<void> {
  for (let start = 0; start < bytes.byteLength; start += mib) {
    const batch = bytes.subarray(start, start + mib);
    for (let piece = 0; piece < batch.byteLength; piece += 64 * 1024) {
      hash.update(batch.subarray(piece, piece + 64 * 1024));
    }
    await file.write(batch, 0, batch.byteLength, position + start);
    hash.written(file.fd, position + start + batch.byteLength);
  }
  await hash.settled();
}

const sha256 = (bytes: Buffer): string => digestOf(bytes);

describe('a running hash', () => {
  it.each([0, 1, mib - 1, mib, mib + 1, 5 * mib + 7])(
    'gives the digests of %i bytes under both algorithms',
    async (size) => {
      const bytes = randomBytes(size);
      const hash = new RunningHash(['sha256', 'sha512'], threads);
      await feed(hash, bytes);
      expect(hash.sizeBytes).toBe(size);
      expect(await hash.digest('sha256')).toBe(sha256(bytes));
      expect(await hash.digest('sha512')).toBe(digestOf(bytes, 'sha512'));
    },
  );

  it('goes on over several bodies, whether a thread has it already or not', async () => {
    const bytes = randomBytes(7 * mib);
    const hash = new RunningHash(['sha256'], threads);
    await feed(hash, bytes.subarray(0, 1000));
    await feed(hash, bytes.subarray(1000, 3 * mib), 1000);
    expect(await hash.digest('sha256')).toBe(sha256(bytes.subarray(0, 3 * mib)));
    await feed(hash, bytes.subarray(3 * mib), 3 * mib);
    expect(await hash.digest('sha256')).toBe(sha256(bytes));
  });

  it('keeps many apart on few threads', async () => {
    const contents = Array.from({ length: 9 }, () => randomBytes(3 * mib));
    const digests = await Promise.all(
      contents.map(async (bytes, index) => {
        const own = await open(path.join(dir, `upload-${index}`), 'w+');
        const hash = new RunningHash(['sha256'], threads);
        hash.update(bytes);
        await own.write(bytes);
        hash.written(own.fd, bytes.byteLength);
        await hash.settled();
        const digest = await hash.digest('sha256');
        hash.close();
        await own.close();
        return digest;
      }),
    );
    expect(digests).toEqual(contents.map(sha256));
  });

  it('hashes everything as it comes where no thread may be had', async () => {
    const bytes = randomBytes(3 * mib);
    const hash = new RunningHash(['sha256'], new HashThreads(0));
    await feed(hash, bytes);
    expect(await hash.digest('sha256')).toBe(sha256(bytes));
  });

  it('knows no digest when its thread could not read what was written', async () => {
    const hash = new RunningHash(['sha256'], threads);
    hash.update(randomBytes(2 * mib));
    await file.write(randomBytes(mib));
    hash.written(file.fd, 2 * mib);
    await hash.settled();
    expect(await hash.digest('sha256')).toBeUndefined();
  });

  it('knows no digest when its thread has ended', async () => {
    const hash = new RunningHash(['sha256'], threads);
    await feed(hash, randomBytes(2 * mib));
    await threads.close();
    expect(await hash.digest('sha256')).toBeUndefined();
  });
});

describe('a large upload to the registry', () => {
  it('distribution-spec, Pushing a blob in chunks: large chunks give the digest of all of them', async () => {
    const started = await startLocalRegistry();
    try {
      const bytes = randomBytes(9 * mib + 11);
      const session = await fetch(`${started.origin}/v2/a/blobs/uploads/`, { method: 'POST' });
      let location = session.headers.get('location') ?? '';
      for (const [from, to] of [
        [0, 3 * mib],
        [3 * mib, 8 * mib],
      ] as const) {
        const response = await fetch(new URL(location, started.origin), {
          method: 'PATCH',
          body: bytes.subarray(from, to),
          headers: { 'Content-Range': `${from}-${to - 1}` },
        });
        expect(response.status).toBe(202);
        location = response.headers.get('location') ?? '';
      }
      const url = new URL(location, started.origin);
      url.searchParams.set('digest', sha256(bytes));
      const ended = await fetch(url, { method: 'PUT', body: bytes.subarray(8 * mib) });
      expect(ended.status).toBe(201);
      const pulled = await fetch(`${started.origin}/v2/a/blobs/${sha256(bytes)}`);
      const got = createHash('sha256').update(Buffer.from(await pulled.arrayBuffer()));
      expect(`sha256:${got.digest('hex')}`).toBe(sha256(bytes));
    } finally {
      await started.stop();
    }
  });

  it('distribution-spec, Pushing blobs: a large blob under a wrong digest is refused', async () => {
    const started = await startLocalRegistry();
    try {
      const url = `${started.origin}/v2/a/blobs/uploads/?digest=${digestOf('another')}`;
      const response = await fetch(url, { method: 'POST', body: randomBytes(3 * mib) });
      expect(response.status).toBe(400);
      expect(await response.text()).toContain('DIGEST_INVALID');
    } finally {
      await started.stop();
    }
  });
});
