import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { addSampleImages, type SampleProgress } from '#core/sample-images/index';
import { createSamples } from '#core/sample-images/add-sample-images';
import { writeProgram } from '#core/sample-images/program';
import { parseManifest } from '#oci/manifest';
import { collect, digest, openClient, repo, tag } from '#test/registry-calls';
import { pushImage, startLocalRegistry, type StartedLocalRegistry } from '#test/local-registry';

const run = promisify(execFile);

let started: StartedLocalRegistry;
beforeEach(async () => {
  started = await startLocalRegistry();
});
afterEach(() => started.stop());

const manifestPushes = (): string[] => {
  const pushed: string[] = [];
  started.registry.events.subscribe((event) => {
    if (event.action === 'push') pushed.push(`${event.repository} ${event.digest}`);
  });
  return pushed;
};

const tagsOf = async (name: string): Promise<string[]> =>
  (await collect(openClient(started.origin).tags(repo(name)))).flatMap((page) => page.tags);

describe('the samples', () => {
  it('have the same digests on every machine and in every build', () => {
    const tags = createSamples().map((sample) => [sample.name, Object.fromEntries(sample.tags())]);
    expect(Object.fromEntries(tags)).toMatchInlineSnapshot(`
      {
        "samples/hello": {
          "1": "sha256:11b58f16fec42b42e83b1ca2ce55e12e77f3fef457b9e002bfb4bf79d899dc5c",
          "1.0": "sha256:2dfbbacde6f4f22ef98280b34362999711a864428dcc4bb3824bdd04493420b8",
          "1.0.0": "sha256:2dfbbacde6f4f22ef98280b34362999711a864428dcc4bb3824bdd04493420b8",
          "1.1": "sha256:11b58f16fec42b42e83b1ca2ce55e12e77f3fef457b9e002bfb4bf79d899dc5c",
          "1.1.0": "sha256:11b58f16fec42b42e83b1ca2ce55e12e77f3fef457b9e002bfb4bf79d899dc5c",
          "latest": "sha256:11b58f16fec42b42e83b1ca2ce55e12e77f3fef457b9e002bfb4bf79d899dc5c",
        },
        "samples/legacy": {
          "2025.11": "sha256:820051ac8e735dbb3f18976c05f4275a8587fd41903e9cf46502b3d22ad0fd70",
        },
        "samples/wasteful": {
          "0.9.0": "sha256:34a0c0b7717b20f8050b707d350fe7dc4d8525ff9f62a356f625998d760ae0ac",
          "latest": "sha256:34a0c0b7717b20f8050b707d350fe7dc4d8525ff9f62a356f625998d760ae0ac",
        },
        "samples/web": {
          "2.3.0": "sha256:8f606e45395408a561a88c750ec28b8f0779f41160164bfa70ef0f0854cfb562",
          "latest": "sha256:8f606e45395408a561a88c750ec28b8f0779f41160164bfa70ef0f0854cfb562",
        },
      }
    `);
  });

  it('say the truth in every manifest: sizes, digests, diff ids', () => {
    for (const { blobs, manifests } of createSamples()) {
      const known = new Map<string, Buffer>(blobs);
      for (const { digest, bytes } of manifests) known.set(digest, bytes);
      for (const { bytes, mediaType } of manifests) {
        const manifest = parseManifest(JSON.parse(bytes.toString()), mediaType);
        if (manifest.kind === 'schema1') throw new Error('no sample is schema 1');
        const named =
          manifest.kind === 'index' ? manifest.manifests : [manifest.config, ...manifest.layers];
        for (const { digest, size } of named) {
          expect(known.get(digest)?.byteLength, digest).toBe(size);
        }
        if (manifest.kind === 'index' || !manifest.config.mediaType.includes('image')) continue;
        const config = JSON.parse(known.get(manifest.config.digest)?.toString() ?? '') as {
          os: string;
          rootfs: { diff_ids: string[] };
        };
        if (config.os === 'unknown') continue;
        const diffIds = manifest.layers.map((layer) => {
          const tar = gunzipSync(known.get(layer.digest) ?? '');
          return `sha256:${createHash('sha256').update(tar).digest('hex')}`;
        });
        expect(config.rootfs.diff_ids).toEqual(diffIds);
      }
    }
  });

  it('have layers that tar can read, with the files that the history tells of', async () => {
    const dir = await mkdtemp(path.join(tmpdir(), 'tagboat-samples-'));
    try {
      const listings: string[] = [];
      for (const { blobs } of createSamples()) {
        for (const bytes of blobs.values()) {
          if (bytes[0] !== 0x1f) continue;
          await writeFile(path.join(dir, 'layer'), bytes);
          listings.push((await run('tar', ['-tzvf', path.join(dir, 'layer')])).stdout);
        }
      }
      const all = listings.join('');
      expect(all).toMatch(/^-rwxr-xr-x root\/root +\d+ 2026-03-0\d \d\d:05 hello$/mu);
      expect(all).toMatch(/old -> legacy$/mu);
      expect(all).toMatch(/var\/cache\/\.wh\.build$/mu);
    } finally {
      await rm(dir, { recursive: true, force: true });
    }
  });

  it.skipIf(process.platform !== 'linux' || process.arch !== 'x64')(
    'have a program that runs',
    async () => {
      const dir = await mkdtemp(path.join(tmpdir(), 'tagboat-samples-'));
      try {
        const file = path.join(dir, 'hello');
        await writeFile(file, writeProgram('amd64', 'It runs.\n'), { mode: 0o755 });
        expect(await run(file)).toEqual({ stdout: 'It runs.\n', stderr: '' });
      } finally {
        await rm(dir, { recursive: true, force: true });
      }
    },
  );
});

describe('addSampleImages', () => {
  it('fills an empty registry, and pushes nothing the second time', async () => {
    const client = openClient(started.origin);
    const steps: SampleProgress[] = [];
    const added = await addSampleImages(client, { progress: (step) => steps.push(step) });
    expect(added).toEqual({
      repositories: ['samples/hello', 'samples/web', 'samples/legacy', 'samples/wasteful'],
      skipped: [],
    });
    expect(await tagsOf('samples/hello')).toEqual(['1', '1.0', '1.0.0', '1.1', '1.1.0', 'latest']);
    expect(steps.at(-1)?.completed).toBe(steps.at(-1)?.total);
    expect(steps.map(({ completed }) => completed)).toEqual(
      steps.map(({ completed }) => completed).toSorted((left, right) => left - right),
    );
    const { problems } = await started.registry.check({ isDeep: true });
    expect(problems).toEqual([]);

    const pushed = manifestPushes();
    expect((await addSampleImages(client)).repositories).toHaveLength(4);
    expect(pushed).toEqual([]);
  });

  it('gives the SBOM as a referrer of the newest index', async () => {
    const client = openClient(started.origin);
    await addSampleImages(client);
    const newest = await client.getManifest(repo('samples/hello'), tag('latest'));
    const { referrers } = await client.referrers(repo('samples/hello'), newest.digest);
    expect(referrers.map(({ descriptor }) => descriptor.artifactType)).toEqual([
      'application/spdx+json',
    ]);
    const [sbom] = referrers;
    const manifest = await client.getManifest(
      repo('samples/hello'),
      sbom?.descriptor.digest ?? digest(''),
    );
    if (manifest.manifest.kind !== 'image') throw new Error('an artifact is an image manifest');
    const layer = manifest.manifest.layers[0]?.digest ?? digest('');
    const document = JSON.parse(
      Buffer.from(
        await client.getBlob(repo('samples/hello'), layer, { maxBytes: 100_000 }),
      ).toString(),
    ) as { spdxVersion: string; packages: { name: string; versionInfo: string }[] };
    expect(document.spdxVersion).toBe('SPDX-2.3');
    expect(document.packages).toContainEqual(
      expect.objectContaining({ name: 'sample-hello', versionInfo: '1.1.0-r0' }),
    );
  });

  it('leaves a repository with other content as it is and says why', async () => {
    await pushImage(started.origin, 'samples/hello', 'mine');
    const own = await pushImage(started.origin, 'samples/web', 'latest');
    const added = await addSampleImages(openClient(started.origin));
    expect(added.repositories).toEqual(['samples/legacy', 'samples/wasteful']);
    const why = new Map(added.skipped.map((skipped) => [skipped.repository, skipped.why]));
    expect([...why.keys()]).toEqual(['samples/hello', 'samples/web']);
    expect(why.get('samples/hello')).toContain('a tag of its own, mine');
    expect(why.get('samples/web')).toContain('latest leads to another image');
    expect(await tagsOf('samples/hello')).toEqual(['mine']);
    const client = openClient(started.origin);
    expect((await client.getManifest(repo('samples/web'), tag('latest'))).digest).toBe(own.digest);
  });

  it('completes a sample that was cut off, and stops when it is told to', async () => {
    const client = openClient(started.origin);
    const stopping = new AbortController();
    const cut = addSampleImages(client, {
      signal: stopping.signal,
      progress: ({ step }) => {
        if (step.includes('samples/web')) stopping.abort();
      },
    });
    await expect(cut).rejects.toMatchObject({ code: 'cancelled' });
    await expect(tagsOf('samples/web')).rejects.toMatchObject({ code: 'not-found' });
    await client.deleteManifest(repo('samples/hello'), tag('1.0'));
    expect((await addSampleImages(client)).skipped).toEqual([]);
    expect(await tagsOf('samples/hello')).toContain('1.0');
    expect(await tagsOf('samples/web')).toEqual(['2.3.0', 'latest']);
  });
});
