import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRegistryClient } from '#core/registry/index';
import { addSampleImages } from '#core/sample-images/index';
import { startLocalRegistry, type StartedLocalRegistry } from '#test/local-registry';
import { realPart } from '#test/real-parts';
import { makeTemporaryDir, runOrThrow } from '#test/registry-command';
import { pulledDigest } from '#test/skopeo';

const hasSkopeo = realPart('skopeo') !== undefined;
const hasPodman = realPart('podman') !== undefined && process.getuid?.() === 0;

let started: StartedLocalRegistry;
let host: string;
let dir: string;

beforeAll(async () => {
  started = await startLocalRegistry();
  host = `${started.host}:${started.port}`;
  dir = await makeTemporaryDir('samples');
  const client = createRegistryClient({
    origin: started.origin,
    resolveCredential: () => Promise.resolve(undefined),
    userAgent: 'tagboat-test',
  });
  await addSampleImages(client);
  await client.close();
});
afterAll(async () => {
  await started.stop();
  await rm(dir, { recursive: true, force: true });
});

describe.skipIf(!hasSkopeo)('skopeo', () => {
  it.each([
    ['samples/hello:latest'],
    ['samples/hello:1.0'],
    ['samples/web:2.3.0'],
    ['samples/legacy:2025.11'],
    ['samples/wasteful:latest'],
  ])('pulls %s with all its platforms, byte for byte', async (reference) => {
    expect(await pulledDigest(`${host}/${reference}`)).toMatch(/^sha256:/u);
  });

  it('reads labels, platform and layers of the image for the machine it is asked for', async () => {
    const choice = ['--override-os', 'linux', '--override-arch', 'arm64'];
    const reference = `docker://${host}/samples/hello:latest`;
    const text = await runOrThrow('skopeo', [
      ...choice,
      'inspect',
      '--tls-verify=false',
      reference,
    ]);
    expect(JSON.parse(text)).toMatchObject({
      Architecture: 'arm64',
      Os: 'linux',
      Created: '2026-03-02T14:05:00Z',
      Labels: { 'org.opencontainers.image.version': '1.1.0' },
      RepoTags: ['1', '1.0', '1.0.0', '1.1', '1.1.0', 'latest'],
    });
  });
});

describe.skipIf(!hasPodman)('podman', () => {
  const podman = (...args: string[]): Promise<string> => {
    const store = ['--root', `${dir}/podman`, '--runroot', `${dir}/podman-run`];
    return runOrThrow('podman', ['--storage-driver', 'vfs', ...store, ...args]);
  };

  it('unpacks every layer: what a later layer deletes is gone, what it replaces is new', async () => {
    for (const name of ['hello:latest', 'web:latest', 'legacy:2025.11', 'wasteful:latest']) {
      await podman('pull', '--tls-verify=false', `${host}/samples/${name}`);
    }
    const mounted = (await podman('image', 'mount', `${host}/samples/wasteful:latest`)).trim();
    const files = await runOrThrow('find', [mounted, '-type', 'f', '-printf', '%P %s\n']);
    expect(files).toContain('app/bundle.bin 524288');
    expect(files).not.toContain('var/');
    // The program of the machine that the test runs on, if there is one for it.
    if (!['x64', 'arm64', 'arm'].includes(process.arch)) return;
    const hello = (await podman('image', 'mount', `${host}/samples/hello:latest`)).trim();
    expect(await runOrThrow(`${hello}/hello`, [])).toMatch(/^Hello from Tagboat's sample image/u);
  });
});
