import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ociIndexType, startLocalRegistry, type StartedLocalRegistry } from '#test/local-registry';
import { realPart } from '#test/real-parts';
import { makeTemporaryDir, run, runOrThrow } from '#test/registry-command';

const isRoot = process.getuid?.() === 0;
const has = (...parts: Parameters<typeof realPart>[0][]): boolean =>
  parts.every((part) => realPart(part) !== undefined);
const hasSkopeo = has('skopeo', 'umoci');
const hasBuildah = has('buildah') && isRoot;
const hasPodman = has('podman') && isRoot;

let started: StartedLocalRegistry;
let dir: string;
let target: string;

const plain = ['--src-tls-verify=false', '--dest-tls-verify=false'];
const skopeoCopy = (...args: string[]): Promise<string> =>
  runOrThrow('skopeo', ['copy', ...plain, ...args]);
const digestAt = async (reference: string): Promise<string> => {
  const [name = '', tag = ''] = reference.split(':');
  const response = await fetch(`${started.origin}/v2/${name}/manifests/${tag}`, { method: 'HEAD' });
  return response.headers.get('docker-content-digest') ?? `status ${response.status}`;
};

beforeAll(async () => {
  started = await startLocalRegistry();
  dir = await makeTemporaryDir('tools');
  target = `docker://${started.host}:${started.port}`;
  if (hasSkopeo) await makeLayout(path.join(dir, 'layout'));
});
afterAll(async () => {
  await started.stop();
  await rm(dir, { recursive: true, force: true });
});

/** An OCI layout with one image of two layers, tagged v1. */
async function makeLayout(layout: string): Promise<void> {
  const umoci = (...args: string[]): Promise<string> => runOrThrow('umoci', args);
  await umoci('init', '--layout', layout);
  await umoci('new', '--image', `${layout}:v1`);
  for (const name of ['one', 'two']) {
    const content = path.join(dir, name);
    await mkdir(content);
    await writeFile(path.join(content, `${name}.txt`), randomBytes(200_000));
    await umoci('insert', '--rootless', '--image', `${layout}:v1`, content, `/${name}`);
  }
}

describe.skipIf(!hasSkopeo)('skopeo', () => {
  it('copies an OCI layout in and out without changing a digest', async () => {
    await skopeoCopy(`oci:${dir}/layout:v1`, `${target}/skopeo/app:v1`);
    await skopeoCopy(`${target}/skopeo/app:v1`, `oci:${dir}/back:v1`);
    const index = JSON.parse(await readFile(`${dir}/back/index.json`, 'utf8')) as {
      manifests: { digest: string }[];
    };
    expect(index.manifests[0]?.digest).toBe(await digestAt('skopeo/app:v1'));
  });

  it.each([
    ['docker-archive', (file: string) => `docker-archive:${file}:skopeo/app:v1`, 'v2s2'],
    ['oci-archive', (file: string) => `oci-archive:${file}:v1`, 'oci'],
    ['dir', (file: string) => `dir:${file}`, 'oci'],
  ])('copies from a %s', async (kind, place, format) => {
    const source = place(path.join(dir, kind));
    await skopeoCopy('--format', format, `oci:${dir}/layout:v1`, source);
    await skopeoCopy(source, `${target}/skopeo/${kind}:v1`);
    const inspected = await runOrThrow('skopeo', [
      'inspect',
      '--tls-verify=false',
      `${target}/skopeo/${kind}:v1`,
    ]);
    expect((JSON.parse(inspected) as { Layers: string[] }).Layers).toHaveLength(2);
  });

  it('copies between repositories by mounting, and deletes', async () => {
    const events: string[] = [];
    const stop = started.registry.events.subscribe((event) => events.push(event.action));
    await skopeoCopy(`${target}/skopeo/app:v1`, `${target}/skopeo/mounted:v1`);
    stop();
    expect(events).toContain('mount');
    expect(await digestAt('skopeo/mounted:v1')).toBe(await digestAt('skopeo/app:v1'));
    await runOrThrow('skopeo', ['delete', '--tls-verify=false', `${target}/skopeo/mounted:v1`]);
    expect(await digestAt('skopeo/mounted:v1')).toBe('status 404');
  });

  it('lists tags', async () => {
    await skopeoCopy(`${target}/skopeo/app:v1`, `${target}/skopeo/app:v2`);
    const listed = await runOrThrow('skopeo', [
      'list-tags',
      '--tls-verify=false',
      `${target}/skopeo/app`,
    ]);
    expect(JSON.parse(listed)).toMatchObject({ Tags: ['v1', 'v2'] });
  });

  it('syncs a whole repository out', async () => {
    await runOrThrow('skopeo', [
      'sync',
      '--src-tls-verify=false',
      '--src',
      'docker',
      '--dest',
      'dir',
      `${started.host}:${started.port}/skopeo/app`,
      path.join(dir, 'synced'),
    ]);
    const { code } = await run('skopeo', ['inspect', `dir:${dir}/synced/app:v2`]);
    expect(code).toBe(0);
  });
});

describe.skipIf(!hasBuildah)('buildah', () => {
  const buildah = (...args: string[]): Promise<string> =>
    runOrThrow('buildah', [
      '--storage-driver',
      'vfs',
      '--root',
      `${dir}/buildah`,
      '--runroot',
      `${dir}/buildah-run`,
      ...args,
    ]);

  it('builds, pushes an image and a multi-platform index, and pulls again', async () => {
    const reference = `${started.host}:${started.port}/buildah/app`;
    await writeFile(`${dir}/Containerfile`, 'FROM scratch\nCOPY one /one\nLABEL made.by=buildah\n');
    for (const architecture of ['amd64', 'arm64']) {
      await buildah(
        'bud',
        '--isolation',
        'chroot',
        '--arch',
        architecture,
        '--manifest',
        'multi',
        '-f',
        `${dir}/Containerfile`,
        dir,
      );
    }
    await buildah(
      'manifest',
      'push',
      '--tls-verify=false',
      '--all',
      'multi',
      `docker://${reference}:multi`,
    );
    const index = await fetch(`${started.origin}/v2/buildah/app/manifests/multi`);
    expect(index.headers.get('content-type')).toBe(ociIndexType);
    expect(((await index.json()) as { manifests: object[] }).manifests).toHaveLength(2);
    await buildah('rmi', '--all', '--force');
    const pulled = await buildah('pull', '--tls-verify=false', `docker://${reference}:multi`);
    expect(pulled.trim()).toMatch(/^[0-9a-f]{64}$/u);
  });
});

describe.skipIf(!hasPodman)('podman', () => {
  const podman = (...args: string[]): Promise<string> =>
    runOrThrow('podman', [
      '--storage-driver',
      'vfs',
      '--root',
      `${dir}/podman`,
      '--runroot',
      `${dir}/podman-run`,
      ...args,
    ]);

  it('loads an archive, pushes it, and pulls the same image again', async () => {
    const reference = `${started.host}:${started.port}/podman/app:dev`;
    const loaded = await podman('load', '-i', path.join(dir, 'docker-archive'));
    const image = loaded.trim().split('Loaded image: ')[1] ?? '';
    const id = (await podman('inspect', '--format', '{{.Id}}', image)).trim();
    await podman('tag', image, reference);
    await podman('push', '--tls-verify=false', reference);
    await podman('rmi', '--all', '--force');
    expect((await podman('pull', '--tls-verify=false', reference)).trim()).toBe(id);
    const search = await podman(
      'search',
      '--tls-verify=false',
      '--list-tags',
      reference.replace(':dev', ''),
    );
    expect(search).toContain('dev');
  });
});
