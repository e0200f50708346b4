import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parseTag } from '#oci/tag';
import { addChart } from '#test/artifact-content';
import { describeContentStore } from '#test/content-store-suite';
import { createContentSet } from '#test/content-set';
import { fill, findMissing, readBlob } from '#test/content-stores';
import { addImage } from '#test/image-content';
import { sha256Of } from '#test/scripted-registry';
import { tarOf, type TarEntry } from '#test/tar';
import { zstdFrameOf } from '#test/zstd';
import { type DockerArchiveOptions } from '#core/content/stores/docker-archive';
import { type ContentSource, createDockerArchive, openDockerArchive } from '#core/content/index';

async function freshFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'tagboat-content-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

describeContentStore('a docker archive', async () => {
  const file = path.join(await freshFolder(), 'image.tar');
  const store = await createDockerArchive(file, { repository: 'team/app' });
  onTestFinished(() => store.close());
  return { store, reopen: () => openDockerArchive(file) };
});

const layers = ['base', 'program'].map((text) => tarOf([{ name: `app/${text}`, content: text }]));
const config = JSON.stringify({
  architecture: 'amd64',
  os: 'linux',
  config: { Entrypoint: ['/app/program'] },
  rootfs: { type: 'layers', diff_ids: layers.map((layer) => sha256Of(layer)) },
});
const hexOf = (digest: string): string => digest.slice('sha256:'.length);
const configHex = hexOf(sha256Of(config));

/** docker save before version 25: a folder a layer, a link where a layer comes twice. */
function classic(change: { layers?: readonly Buffer[]; drop?: string } = {}): Buffer {
  const bytes = change.layers ?? layers;
  const ids = ['1'.repeat(64), '2'.repeat(64)];
  const entries: TarEntry[] = [
    ...ids.flatMap((id, at) => [
      { name: `${id}/`, content: '' },
      { name: `${id}/VERSION`, content: '1.0' },
      { name: `${id}/json`, content: '{}' },
      { name: `${id}/layer.tar`, content: bytes[at] ?? '' },
    ]),
    { name: `${'3'.repeat(64)}/layer.tar`, linkTo: `../${ids[1]}/layer.tar` },
    { name: `${configHex}.json`, content: config },
    { name: 'repositories', content: '{"app":{"1.0":"x"}}' },
    {
      name: 'manifest.json',
      content: JSON.stringify([
        {
          Config: `${configHex}.json`,
          RepoTags: ['app:1.0', 'app:latest'],
          Layers: [`${ids[0]}/layer.tar`, `${'3'.repeat(64)}/layer.tar`],
        },
        { Config: `${configHex}.json`, RepoTags: null, Layers: ids.map((id) => `${id}/layer.tar`) },
      ]),
    },
  ];
  return tarOf(entries.filter(({ name }) => name !== change.drop));
}

/** docker save from version 25 on: an OCI layout beside manifest.json, layers as plain tars. */
function hybrid(
  pack: (layer: Buffer) => Buffer,
  mediaType: string,
): { tar: Buffer; digest: string } {
  const content = createContentSet();
  const blobs = layers.map((layer) => content.addBlob(mediaType, pack(layer)));
  const configBlob = content.addBlob('application/vnd.oci.image.config.v1+json', config);
  const image = content.addManifest({
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: configBlob,
    layers: blobs,
  });
  const files = [
    ...content.blobs,
    ...[...content.manifests].map(([d, m]) => [d, m.bytes] as const),
  ];
  const annotations = {
    'io.containerd.image.name': 'docker.io/library/app:1.0',
    'org.opencontainers.image.ref.name': '1.0',
  };
  const entries: TarEntry[] = [
    ...files.map(([digest, bytes]) => ({ name: `blobs/sha256/${hexOf(digest)}`, content: bytes })),
    { name: 'oci-layout', content: '{"imageLayoutVersion":"1.0.0"}' },
    {
      name: 'index.json',
      content: JSON.stringify({ schemaVersion: 2, manifests: [{ ...image, annotations }] }),
    },
    {
      name: 'manifest.json',
      content: JSON.stringify([
        {
          Config: `blobs/sha256/${configHex}`,
          RepoTags: ['app:1.0'],
          Layers: blobs.map(({ digest }) => `blobs/sha256/${hexOf(digest)}`),
        },
      ]),
    },
  ];
  return { tar: tarOf(entries), digest: image.digest };
}

async function opened(bytes: Buffer, options: DockerArchiveOptions = {}) {
  const folder = await freshFolder();
  const file = path.join(folder, 'image.tar');
  await writeFile(file, bytes);
  const store = await openDockerArchive(file, options);
  onTestFinished(() => store.close());
  return store;
}

/** The layers of tag 1.0, unpacked, and their media types. */
async function layersOf(store: ContentSource) {
  const { manifest } = await store.getManifest(parseTag('1.0'));
  if (manifest.kind !== 'image') throw new Error('an image was expected');
  const read = await Promise.all(
    manifest.layers.map(async ({ digest, size }) => {
      const bytes = await readBlob(store, digest, size);
      expect(sha256Of(bytes)).toBe(digest);
      return bytes[0] === 0x1f ? gunzipSync(bytes) : bytes;
    }),
  );
  const configBytes = await readBlob(store, manifest.config.digest, manifest.config.size);
  expect(configBytes.toString()).toBe(config);
  return { read, types: manifest.layers.map(({ mediaType }) => mediaType) };
}

const gzipType = 'application/vnd.oci.image.layer.v1.tar+gzip';
const tarType = 'application/vnd.oci.image.layer.v1.tar';
const zstdType = 'application/vnd.oci.image.layer.v1.tar+zstd';

describe('docker archives of other tools', () => {
  it('reads the oldest form, and packs its layers once and reproducibly', async () => {
    const [first, second] = [await opened(classic()), await opened(classic())];
    expect([...(await first.listTags())]).toEqual(['1.0', 'latest']);
    expect(first.images.map(({ references }) => references)).toEqual([
      ['app:1.0', 'app:latest'],
      [],
    ]);
    const { read, types } = await layersOf(first);
    expect(types).toEqual([gzipType, gzipType]);
    expect(read.map((layer) => sha256Of(layer))).toEqual(layers.map((layer) => sha256Of(layer)));
    expect((await second.resolve(parseTag('1.0')))?.digest).toBe(
      (await first.resolve(parseTag('1.0')))?.digest,
    );
  });

  it('keeps plain layers when told to', async () => {
    const { read, types } = await layersOf(await opened(classic(), { layers: 'keep' }));
    expect(types).toEqual([tarType, tarType]);
    expect(read.every((layer, at) => layer.equals(layers[at] ?? Buffer.alloc(0)))).toBe(true);
  });

  it('reads the whole file compressed, and leaves nothing behind', async () => {
    const temporaryFolder = path.join(await freshFolder(), 'unpacked');
    await mkdir(temporaryFolder);
    const store = await opened(gzipSync(classic()), { temporaryFolder });
    expect((await layersOf(store)).read).toHaveLength(2);
    expect((await readdir(temporaryFolder)).length).toBeGreaterThan(0);
    await store.close();
    expect(await readdir(temporaryFolder)).toEqual([]);
  });

  it("reads Docker 25's form: packs its plain layers, or keeps its own manifest", async () => {
    const { tar, digest } = hybrid((layer) => layer, tarType);
    expect((await layersOf(await opened(tar))).types).toEqual([gzipType, gzipType]);
    const kept = await opened(tar, { layers: 'keep' });
    expect((await kept.resolve(parseTag('1.0')))?.digest).toBe(digest);
    expect((await layersOf(kept)).types).toEqual([tarType, tarType]);
  });

  it.each([
    ['gzip', (layer: Buffer) => gzipSync(layer), gzipType],
    ['zstd', zstdFrameOf, zstdType],
  ])("keeps containerd's manifest when layers are %s already (trap 36)", async (_, pack, type) => {
    const { tar, digest } = hybrid(pack, type);
    const store = await opened(tar);
    expect((await store.resolve(parseTag('1.0')))?.digest).toBe(digest);
    expect((await store.getManifest(parseTag('1.0'))).digest).toBe(digest);
  });

  it('takes only the images of one repository when told to', async () => {
    const store = await opened(classic(), { repository: 'other' });
    expect(await store.listTags()).toEqual([]);
    expect(store.images).toHaveLength(2);
  });
});

describe('docker archives that are not sound', () => {
  it.each([
    [
      'names a missing layer',
      classic({ drop: `${'1'.repeat(64)}/layer.tar` }),
      /names "1+\/layer/u,
    ],
    ['names a missing config', classic({ drop: `${configHex}.json` }), /which is not in it/u],
    ['has no manifest.json', classic({ drop: 'manifest.json' }), /no manifest\.json/u],
    [
      'names a path that leads out',
      tarOf([{ name: 'manifest.json', content: '[{"Config":"../../etc/passwd","Layers":[]}]' }]),
      /etc\/passwd/u,
    ],
    [
      'counts other layers than its config',
      tarOf([
        { name: 'c.json', content: config },
        { name: 'manifest.json', content: '[{"Config":"c.json","Layers":[]}]' },
      ]),
      /counts 2 layers/u,
    ],
    ['holds no JSON', tarOf([{ name: 'manifest.json', content: '[' }]), /cannot be read/u],
  ])('are refused: one that %s', async (_, bytes, message) => {
    await expect(opened(bytes)).rejects.toMatchObject({ code: 'archive-invalid', message });
  });

  it('are refused when a layer is another than the config says', async () => {
    const temporaryFolder = await freshFolder();
    const bytes = classic({ layers: [layers[1] ?? Buffer.alloc(0), layers[0] ?? Buffer.alloc(0)] });
    await expect(opened(bytes, { temporaryFolder })).rejects.toMatchObject({
      code: 'digest-mismatch',
    });
    expect(await readdir(temporaryFolder)).toEqual([]);
  });
});

describe('writing a docker archive', () => {
  it('refuses what is no image, and leaves no file', async () => {
    const folder = await freshFolder();
    const store = await createDockerArchive(path.join(folder, 'a.tar'), { repository: 'chart' });
    const content = createContentSet();
    addChart(content, 'app', '1.0');
    await fill(store, content);
    await expect(store.finish()).rejects.toMatchObject({ code: 'unsupported' });
    await store.close();
    expect(await readdir(folder)).toEqual([]);
  });

  it('names every tag of an image once, by its familiar name', async () => {
    const file = path.join(await freshFolder(), 'a.tar');
    const store = await createDockerArchive(file, { repository: 'team/app' });
    const content = createContentSet();
    addImage(content, { tags: ['1.0', 'latest'] });
    await fill(store, content);
    await store.finish();
    await store.close();
    const again = await openDockerArchive(file);
    onTestFinished(() => again.close());
    expect(await findMissing(again, content)).toEqual([]);
  });
});
