import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parseTag } from '#oci/tag';
import { createContentSet, writeOciLayout } from '#test/content-set';
import { fill, findMissing } from '#test/content-stores';
import { addImage, addIndex, threePlatforms } from '#test/image-content';
import { realPart } from '#test/real-parts';
import {
  copyContent,
  createDockerArchive,
  openDockerArchive,
  createMemoryStore,
  createOciArchive,
  openOciArchive,
  createOciLayout,
  openOciLayout,
} from '#core/content/index';

const run = promisify(execFile);
const skopeo = realPart('skopeo');
const podman = realPart('podman');
const umoci = realPart('umoci');
const items = [{ reference: parseTag('1.0'), tags: [parseTag('1.0')] }];

async function freshFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'tagboat-archives-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

function threeImages() {
  const content = createContentSet();
  const images = threePlatforms.map((platform) => addImage(content, { platform }));
  const index = addIndex(content, images, { tags: ['1.0'] });
  return { content, index };
}

const copyAll = ['--insecure-policy', 'copy', '--all', '--preserve-digests', '--quiet'];

async function rawDigest(reference: string): Promise<unknown> {
  const { stdout } = await run('skopeo', ['inspect', '--raw', reference]);
  return JSON.parse(stdout);
}

describe.skipIf(skopeo === undefined)('archives between here and skopeo', () => {
  it('writes OCI archives and layouts that skopeo reads, byte for byte', async () => {
    const folder = await freshFolder();
    const { content } = threeImages();
    const source = createMemoryStore();
    await fill(source, content);
    const file = path.join(folder, 'image.tar');
    for (const [kind, target, place] of [
      ['oci-archive', await createOciArchive(file), file],
      ['oci', await createOciLayout(path.join(folder, 'layout')), path.join(folder, 'layout')],
    ] as const) {
      await copyContent({ source, target, items });
      await target.close();
      const back = path.join(folder, `back-${kind}`);
      await run('skopeo', [...copyAll, `${kind}:${place}:1.0`, `oci:${back}:1.0`]);
      const read = await openOciLayout(back);
      expect(await findMissing(read, content)).toEqual([]);
      await read.close();
    }
  });

  it('reads OCI archives that skopeo writes', async () => {
    const folder = await freshFolder();
    const { content } = threeImages();
    const layout = path.join(folder, 'layout');
    await writeOciLayout(layout, content);
    const file = path.join(folder, 'image.tar');
    await run('skopeo', [...copyAll, `oci:${layout}:1.0`, `oci-archive:${file}:1.0`]);
    const archive = await openOciArchive(file);
    expect(await findMissing(archive, content)).toEqual([]);
    await archive.close();
  });

  it('reads docker archives that skopeo writes, and writes those that it reads', async () => {
    const folder = await freshFolder();
    const { content } = threeImages();
    const layout = path.join(folder, 'layout');
    await writeOciLayout(layout, content);
    const file = path.join(folder, 'docker.tar');
    const save = ['--insecure-policy', '--override-arch', 'amd64', 'copy', '--quiet'];
    await run('skopeo', [...save, `oci:${layout}:1.0`, `docker-archive:${file}:team/app:1.0`]);
    const source = await openDockerArchive(file);
    expect(source.images.map(({ references }) => references)).toEqual([['docker.io/team/app:1.0']]);
    const written = path.join(folder, 'written.tar');
    const target = await createDockerArchive(written, { repository: 'team/app' });
    await copyContent({ source, target, items });
    await Promise.all([source.close(), target.close()]);
    const config = (await rawDigest(`docker-archive:${written}:team/app:1.0`)) as {
      config: { digest: string };
    };
    // The id of an image is the digest of its config, which nothing may change.
    const child = [...content.manifests.values()][0]?.bytes.toString('utf8') ?? '{}';
    expect(config.config.digest).toBe(
      (JSON.parse(child) as { config: { digest: string } }).config.digest,
    );
  });
});

describe.skipIf(umoci === undefined)('layouts and umoci', () => {
  it('writes layouts whose tags umoci lists', async () => {
    const folder = path.join(await freshFolder(), 'layout');
    const { content } = threeImages();
    const source = createMemoryStore();
    await fill(source, content);
    const target = await createOciLayout(folder);
    await copyContent({ source, target, items });
    await target.close();
    const { stdout } = await run('umoci', ['ls', '--layout', folder]);
    expect(stdout.trim()).toBe('1.0');
  });
});

describe.skipIf(podman === undefined)('docker archives and podman', () => {
  it('writes archives that podman loads, and reads what podman saves', async () => {
    const folder = await freshFolder();
    const at = ['--root', path.join(folder, 'root'), '--runroot', path.join(folder, 'run')];
    const call = (...args: string[]) => run('podman', [...at, '--storage-driver', 'vfs', ...args]);
    const { content } = threeImages();
    const source = createMemoryStore();
    await fill(source, content);
    const file = path.join(folder, 'written.tar');
    const target = await createDockerArchive(file, { repository: 'localhost/team/app' });
    await copyContent({ source, target, items });
    await target.close();
    const { stdout } = await call('load', '--input', file);
    expect(stdout).toContain('localhost/team/app:1.0');

    for (const format of ['docker-archive', 'oci-archive']) {
      const saved = path.join(folder, `${format}.tar`);
      await call('save', '--format', format, '--output', saved, 'localhost/team/app:1.0');
      const again =
        format === 'docker-archive' ? await openDockerArchive(saved) : await openOciArchive(saved);
      const memory = createMemoryStore();
      await copyContent({ source: again, target: memory, items });
      const { manifest } = await memory.getManifest(parseTag('1.0'));
      expect(manifest.kind === 'image' && manifest.layers).toHaveLength(2);
      await again.close();
    }
  });
});
