import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { describeContentStore } from '#test/content-store-suite';
import { blobOf, inPieces, openRegistryStore, readBlob } from '#test/content-stores';
import { startDockerRegistry, type DockerRegistry } from '#test/docker-registry';
import { startLocalRegistry, type StartedLocalRegistry } from '#test/local-registry';
import { startNginx } from '#test/nginx';
import { realPart } from '#test/real-parts';
import { repo } from '#test/registry-calls';

const isMissing = realPart('docker-registry') === undefined;
const fresh = (): string => `team/${randomUUID()}`;

/** Breaks an upload off in the middle and completes it; gives the byte it went on from. */
async function cutAndGoOn(origin: string): Promise<number> {
  const store = openRegistryStore(origin, fresh());
  const { descriptor, bytes } = blobOf(randomBytes(12 * 1024 * 1024));
  let session: string | undefined;
  const broken = {
    open: async () => {
      async function* body(): AsyncGenerator<Uint8Array> {
        for (let at = 0; at < 8 * 1024 * 1024; at += 65_536) yield bytes.subarray(at, at + 65_536);
        throw new Error('the source went away');
      }
      return { isVerified: false, body: body(), close: () => {} };
    },
  };
  const onSession = (text: string | undefined): void => void (session = text);
  await expect(store.putBlob(descriptor, broken, { onSession })).rejects.toBeInstanceOf(Error);
  expect(session).toBeDefined();
  const starts: number[] = [];
  const content = inPieces(bytes);
  const watched = {
    open: (startBytes: number) => {
      starts.push(startBytes);
      return content.open(startBytes);
    },
  };
  // A registry that has not yet noticed the end of the first connection says so with 409.
  await vi.waitFor(
    () => {
      starts.length = 0;
      return store.putBlob(descriptor, watched, { session, onSession });
    },
    { timeout: 10_000, interval: 100 },
  );
  expect(starts).toHaveLength(1);
  expect(session).toBeUndefined();
  expect((await readBlob(store, descriptor.digest, bytes.length)).equals(bytes)).toBe(true);
  return starts[0] ?? 0;
}

describe.skipIf(isMissing)('on CNCF distribution', () => {
  let registry: DockerRegistry;
  beforeAll(async () => {
    registry = await startDockerRegistry();
  });
  afterAll(() => registry.stop());

  describeContentStore('a repository', async () => {
    const repository = fresh();
    const store = openRegistryStore(registry.origin, repository);
    onTestFinished(() => store.close());
    return { store, reopen: async () => openRegistryStore(registry.origin, repository) };
  });

  it('mounts a blob of another repository, and opens an upload when there is none (trap 30)', async () => {
    const [from, to] = [fresh(), fresh()];
    const source = openRegistryStore(registry.origin, from);
    const target = openRegistryStore(registry.origin, to);
    const { descriptor, bytes } = blobOf(randomBytes(1000));
    await source.putBlob(descriptor, inPieces(bytes));
    expect(await target.mount?.(descriptor, repo(from))).toEqual({ isMounted: true });
    expect((await readBlob(target, descriptor.digest, 1000)).equals(bytes)).toBe(true);

    const other = blobOf(randomBytes(1000));
    const answer = await target.mount?.(other.descriptor, repo(from));
    if (!answer || answer.isMounted) throw new Error('nothing was there to mount');
    await target.putBlob(other.descriptor, inPieces(other.bytes), { session: answer.session });
    expect(await target.hasBlobs([other.descriptor])).toEqual(new Set([other.descriptor.digest]));
  });

  it('completes an upload that was cut off, from its start where the registry cannot go on', async () => {
    expect(await cutAndGoOn(registry.origin)).toBeGreaterThanOrEqual(0);
  });
});

describe.skipIf(isMissing || realPart('nginx') === undefined)('behind nginx', () => {
  it('sends smaller pieces where a proxy answers 413 (trap 31)', async () => {
    const registry = await startDockerRegistry();
    onTestFinished(() => registry.stop());
    const nginx = await startNginx({
      body: `client_max_body_size 1m; proxy_request_buffering off; proxy_max_temp_file_size 0;
        location / { proxy_pass ${registry.origin}; proxy_set_header Host $http_host; }`,
    });
    onTestFinished(() => nginx.stop());
    const store = openRegistryStore(`http://${nginx.host}`, fresh());
    for (const sizeBytes of [3 * 1024 * 1024 + 17, 9 * 1024 * 1024]) {
      const { descriptor, bytes } = blobOf(randomBytes(sizeBytes));
      await store.putBlob(descriptor, inPieces(bytes));
      expect((await readBlob(store, descriptor.digest, sizeBytes)).equals(bytes)).toBe(true);
    }
  });
});

describe('on the local registry', () => {
  let registry: StartedLocalRegistry;
  beforeAll(async () => {
    registry = await startLocalRegistry();
  });
  afterAll(() => registry.stop());

  describeContentStore('a repository', async () => {
    const repository = fresh();
    const store = openRegistryStore(registry.origin, repository);
    onTestFinished(() => store.close());
    return { store, reopen: async () => openRegistryStore(registry.origin, repository) };
  });

  it('goes on with an upload where the registry says it stands', async () => {
    expect(await cutAndGoOn(registry.origin)).toBeGreaterThan(0);
  });
});
