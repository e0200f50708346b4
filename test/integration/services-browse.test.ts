import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ImageView } from '#contract/image';
import { splitNames, type TagDetails } from '#contract/tag';
import { startDockerRegistry, type DockerRegistry } from '#test/docker-registry';
import { gallery } from '#test/gallery';
import { hostileText, longRepository, longTag } from '#test/hostile-text';
import { realPart } from '#test/real-parts';
import { seedContent } from '#test/seed';
import { openServices, type OpenedServices } from '#test/open-services';
import { addRegistry, failureOf, read } from '#test/services-steps';

const isMissing = realPart('docker-registry') === undefined;
const contents = gallery();

describe.skipIf(isMissing)('what docker-registry holds, as the window sees it', () => {
  let storageDir: string;
  let registry: DockerRegistry;
  let services: OpenedServices;
  let registryId: string;

  beforeAll(async () => {
    storageDir = await mkdtemp(path.join(tmpdir(), 'tagboat-gallery-'));
    for (const [repository, content] of Object.entries(contents)) {
      seedContent(storageDir, repository, content);
    }
    registry = await startDockerRegistry({ storageDir });
    services = await openServices();
    registryId = (await addRegistry(services, registry.host)).id;
  });
  afterAll(async () => {
    await services.close();
    await registry.stop();
    await rm(storageDir, { recursive: true, force: true });
  });

  const inspect = async (repository: string, reference: string): Promise<ImageView> =>
    (await read(services, 'image:inspect', { registryId, repository, reference })).end;

  const detailsOf = async (repository: string, ...tags: string[]): Promise<TagDetails[]> => {
    const { pages } = await read(services, 'tag:details', { registryId, repository, tags });
    expect(pages.flatMap(({ failures }) => failures)).toEqual([]);
    const all = pages.flatMap(({ details }) => details);
    return tags.map((tag) => all.find((details) => details.tag === tag)).filter((one) => !!one);
  };

  const digestOf = (repository: string, tag: string): string =>
    contents[repository]?.tags.get(tag) ?? `${tag} is not there`;

  it('lists every repository, the longest too', async () => {
    const { pages, end } = await read(services, 'repository:list', { registryId });
    expect(pages.flatMap(({ repositories }) => repositories)).toEqual(Object.keys(contents).sort());
    expect(longRepository).toHaveLength(255);
    expect(end).toEqual({ catalog: 'open', invalidCount: 0 });
    const [row] = await detailsOf(longRepository, '1.0');
    expect(row).toMatchObject({ shape: 'image', platforms: ['linux/amd64'] });
  });

  it('trap 19: tells tags from what hangs on a digest', async () => {
    const { pages, end } = await read(services, 'tag:list', { registryId, repository: 'shop/api' });
    const tags = pages.flatMap((page) => splitNames(page.names));
    expect(tags.toSorted()).toEqual(['1.8', '1.8.1', '1.8.2', 'latest']);
    const index = digestOf('shop/api', '1.8.2');
    expect(pages.flatMap((page) => page.attachedTags)).toEqual(
      expect.arrayContaining([
        { tag: index.replace(':', '-'), digest: index, kind: 'referrers' },
        { tag: `${index.replace(':', '-')}.sig`, digest: index, kind: 'signature' },
      ]),
    );
    expect(end).toEqual({ total: 4 });
  });

  it('traps 16, 17: folds attestations away and names platforms', async () => {
    const [index, single] = await detailsOf('shop/api', '1.8.2', '1.8.1');
    expect(index).toMatchObject({
      digest: digestOf('shop/api', '1.8.2'),
      shape: 'index',
      platforms: ['linux/amd64', 'linux/arm64', 'linux/arm/v7'],
      hasAttestations: true,
      created: { at: '2026-01-02T03:04:05.000Z', source: 'config' },
    });
    expect(index?.platforms).toContain(index?.sizeOf);
    expect(single).toMatchObject({ shape: 'image', hasAttestations: false });
    const layerBytes = (await inspect('shop/api', '1.8.1')).layers.map((layer) => layer.sizeBytes);
    expect(single?.sizeBytes).toBeGreaterThan(layerBytes.reduce((sum, size) => sum + size));
  });

  it('trap 16: opens an index, a child and the attestation of a child', async () => {
    const index = await inspect('shop/api', '1.8.2');
    expect(index.entries.map(({ role }) => role)).toEqual([
      'image',
      'image',
      'image',
      'attestation',
      'attestation',
      'attestation',
    ]);
    const [amd64, arm64] = index.entries;
    expect(index.raw).toBe(
      contents['shop/api']?.manifests.get(index.digest)?.bytes.toString('utf8'),
    );
    const child = await inspect('shop/api', arm64?.digest ?? '');
    expect(child.config).toMatchObject({ platform: 'linux/arm64', entrypoint: ['/app/program'] });
    expect(child.history.map(({ instruction, layerIndex }) => [instruction, layerIndex])).toEqual([
      ['COPY', 0],
      ['ENV', undefined],
      ['RUN', 1],
    ]);
    const attestation = index.entries.find(({ attests }) => attests === amd64?.digest);
    const { layers } = await inspect('shop/api', attestation?.digest ?? '');
    expect(layers.map(({ predicateType }) => predicateType)).toEqual([
      'https://slsa.dev/provenance/v1',
      'https://spdx.dev/Document',
    ]);
    const preview = await read(services, 'image:blob', {
      registryId,
      repository: 'shop/api',
      digest: layers[1]?.digest ?? '',
    });
    expect(preview.end).toMatchObject({ truncated: false, isBinary: false });
    expect(JSON.parse(preview.end.text)).toMatchObject({
      predicateType: 'https://spdx.dev/Document',
    });
  });

  it('traps 43, 44: finds an SBOM and a signature without a referrers API', async () => {
    const { end } = await read(services, 'image:referrers', {
      registryId,
      repository: 'shop/api',
      reference: 'latest',
    });
    expect(end.apiSupported).toBe(false);
    expect(end).not.toHaveProperty('problem');
    expect(end.referrers.map(({ foundBy }) => foundBy)).toEqual(['fallback-tag', 'cosign-tag']);
    expect(end.referrers[1]?.tag).toMatch(/^sha256-[0-9a-f]{64}\.sig$/u);
    const sbom = await inspect('shop/api', end.referrers[0]?.digest ?? '');
    expect(sbom).toMatchObject({
      artifact: { kind: 'sbom' },
      subject: { digest: digestOf('shop/api', 'latest') },
      layers: [{ title: 'sbom.spdx.json' }],
    });
  });

  it("reads Docker's own formats", async () => {
    const [single, list] = await detailsOf('legacy/app', 'single', 'list');
    expect(single).toMatchObject({ shape: 'image', platforms: ['linux/amd64'] });
    expect(list).toMatchObject({ shape: 'index', platforms: ['linux/amd64', 'linux/arm64'] });
    const { config } = await inspect('legacy/app', 'single');
    expect(config?.labels).toEqual([{ key: 'family', value: 'docker' }]);
  });

  it('trap 18: shows rows of nested, sparse, hollow and empty indexes', async () => {
    const names = ['nested', 'sparse', 'hollow', 'empty'];
    const rows = await detailsOf('odd/indexes', ...names);
    expect(rows.map(({ shape, platforms }) => [shape, ...platforms])).toEqual([
      ['index'],
      ['index', 'linux/arm64', 'linux/amd64'],
      ['index', 'linux/arm64'],
      ['index'],
    ]);
    const nested = await inspect('odd/indexes', 'nested');
    expect(nested.entries).toMatchObject([{ role: 'index' }]);
    expect((await inspect('odd/indexes', nested.entries[0]?.digest ?? '')).entries).toMatchObject([
      { role: 'image', platform: 'linux/amd64' },
    ]);
    const reference = (await inspect('odd/indexes', 'hollow')).entries[0]?.digest ?? '';
    const request = { registryId, repository: 'odd/indexes', reference };
    expect((await failureOf(services, 'image:inspect', request)).code).toBe('not-found');
  });

  it('traps 36, 37: names zstd, plain and foreign layers', async () => {
    const compressionOf = async (tag: string) =>
      (await inspect('odd/images', tag)).layers.map(({ compression }) => compression);
    expect(await compressionOf('zstd')).toEqual(['zstd', 'zstd']);
    expect(await compressionOf('plain-tar')).toEqual(['none', 'none']);
    const { layers } = await inspect('odd/images', 'foreign');
    expect(layers.map(({ isForeign }) => isForeign)).toEqual([false, false, true]);
  });

  it('trap 38: shows a history that does not line up, unlinked', async () => {
    const linkedOf = async (tag: string) => (await inspect('odd/images', tag)).historyLinked;
    expect(await linkedOf('mismatched')).toBe(false);
    expect(await linkedOf('zstd')).toBe(true);
    const { history, layers } = await inspect('odd/images', 'no-history');
    expect([history.length, layers.length]).toEqual([0, 2]);
  });

  it('traps 17, 39: takes an epoch date for none, and the annotation instead', async () => {
    const rows = await detailsOf('odd/images', 'epoch', 'no-date', 'annotated-date');
    expect(rows.map(({ created }) => created)).toEqual([
      undefined,
      undefined,
      { at: '2026-03-04T05:06:07.000Z', source: 'annotation' },
    ]);
  });

  it('hands on hostile text as it is, for the window to show as text', async () => {
    const { config, annotations, history } = await inspect('odd/hostile', 'hostile');
    const labels = Object.fromEntries((config?.labels ?? []).map(({ key, value }) => [key, value]));
    for (const [name, text] of Object.entries(hostileText)) {
      expect(labels[`hostile.${name}`]).toBe(text);
    }
    expect(annotations.map(({ key }) => key)).toContain(hostileText.bidi);
    expect(history.map(({ text }) => text).join('\n')).toContain('<script>');
    const [row] = await detailsOf('odd/hostile', longTag);
    expect(row).toMatchObject({ tag: longTag, shape: 'image' });
  });

  it('trap 42: says what is no image', async () => {
    const [chart, weather] = await detailsOf('charts/shop', '0.4.1', 'weather');
    expect(chart).toMatchObject({ artifact: { kind: 'helm-chart' }, platforms: [] });
    expect(weather).toMatchObject({
      artifact: { kind: 'artifact', mediaType: 'application/vnd.example.weather.v3' },
    });
  });

  it('names rows that fail, without holding up the others', async () => {
    const tags = ['1.8.2', 'not-there'];
    const { pages } = await read(services, 'tag:details', {
      registryId,
      repository: 'shop/api',
      tags,
    });
    expect(pages.flatMap(({ details }) => details).map(({ tag }) => tag)).toEqual(['1.8.2']);
    expect(pages.flatMap(({ failures }) => failures)).toMatchObject([
      { tag: 'not-there', error: { code: 'not-found' } },
    ]);
  });

  it('refuses names that no repository, tag or digest can have', async () => {
    const of = (repository: string, reference: string) =>
      failureOf(services, 'image:inspect', { registryId, repository, reference });
    for (const error of [
      await of('Team/App', '1.0'),
      await of('team/app', 'sha256:short'),
      await of('team/app', '.hidden'),
      await of('../etc', 'passwd'),
    ]) {
      expect(['content-invalid', 'input-invalid']).toContain(error.code);
    }
  });
});
