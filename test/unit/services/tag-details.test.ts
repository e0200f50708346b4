import { describe, expect, it } from 'vitest';
import { parseRepositoryName } from '#oci/repository-name';
import { parseTag } from '#oci/tag';
import { readTagDetails } from '#core/services/tag-details';
import { addImage, createFakeContent, type FakeContent } from './fake-client';

const repository = parseRepositoryName('team/app');
const read = (content: FakeContent, tag = '1') =>
  readTagDetails(content.client, repository, parseTag(tag), {});

const hostArchitecture = process.arch === 'x64' ? 'amd64' : process.arch;
const index = (manifests: readonly object[], rest: object = {}) => ({
  schemaVersion: 2,
  mediaType: 'application/vnd.oci.image.index.v1+json',
  manifests,
  ...rest,
});

describe('readTagDetails', () => {
  it('trap 41: the size is that of layers and config, not of the manifest', async () => {
    const content = createFakeContent();
    const { digest, configSize } = addImage(content, { layerSizes: [1000, 234] }, '1');
    expect(await read(content)).toMatchObject({
      digest,
      shape: 'image',
      platforms: ['linux/amd64'],
      sizeBytes: 1234 + configSize,
    });
  });

  it('reads one manifest and one config for an image', async () => {
    const content = createFakeContent();
    addImage(content, {}, '1');
    await read(content);
    expect(content.asked).toHaveLength(2);
  });

  it('reads an index and one child: this computer’s platform where there is one', async () => {
    const content = createFakeContent();
    const other = addImage(content, { layerSizes: [10] });
    const own = addImage(content, {
      layerSizes: [20],
      config: { architecture: hostArchitecture, created: '2026-03-04T05:06:07Z' },
    });
    content.add(
      index([
        { ...other, configSize: undefined, platform: { os: 'linux', architecture: 's390x' } },
        {
          ...own,
          configSize: undefined,
          platform: { os: 'linux', architecture: hostArchitecture },
        },
      ]),
      '1',
    );
    const details = await read(content);
    expect(details).toMatchObject({
      shape: 'index',
      platforms: ['linux/s390x', `linux/${hostArchitecture}`],
      sizeBytes: 20 + own.configSize,
      sizeOf: `linux/${hostArchitecture}`,
      created: { at: '2026-03-04T05:06:07.000Z', source: 'config' },
      hasAttestations: false,
    });
    expect(content.asked).toHaveLength(3);
  });

  it('trap 16: an attestation is no platform, and is never picked as the image', async () => {
    const content = createFakeContent();
    const image = addImage(content, { layerSizes: [50], config: { architecture: 'riscv64' } });
    const attestation = addImage(content, { layerSizes: [7] });
    content.add(
      index([
        {
          mediaType: attestation.mediaType,
          digest: attestation.digest,
          size: attestation.size,
          platform: { os: 'unknown', architecture: 'unknown' },
          annotations: {
            'vnd.docker.reference.type': 'attestation-manifest',
            'vnd.docker.reference.digest': image.digest,
          },
        },
        {
          mediaType: image.mediaType,
          digest: image.digest,
          size: image.size,
          platform: { os: 'linux', architecture: 'riscv64' },
        },
      ]),
      '1',
    );
    expect(await read(content)).toMatchObject({
      platforms: ['linux/riscv64'],
      sizeBytes: 50 + image.configSize,
      hasAttestations: true,
    });
  });

  it('trap 17: arm64/v8 is arm64, and a missing variant is not "undefined"', async () => {
    const content = createFakeContent();
    const image = addImage(content, { config: { architecture: 'arm64', variant: 'v8' } }, '1');
    expect((await read(content)).platforms).toEqual(['linux/arm64']);
    content.add(
      index([
        {
          mediaType: image.mediaType,
          digest: image.digest,
          size: image.size,
          platform: { os: 'linux', architecture: 'arm64', variant: 'v8' },
        },
      ]),
      '2',
    );
    expect((await read(content, '2')).platforms).toEqual(['linux/arm64']);
  });

  it.each(['1970-01-01T00:00:00Z', '1980-01-01T00:00:01Z', '0001-01-01T00:00:00Z'])(
    'trap 39: %s is no build date; the annotation is, with its source',
    async (created) => {
      const content = createFakeContent();
      addImage(content, { config: { created } }, '1');
      expect(await read(content)).not.toHaveProperty('created');
      addImage(
        content,
        {
          config: { created },
          manifest: { annotations: { 'org.opencontainers.image.created': '2026-01-02T03:04:05Z' } },
        },
        '2',
      );
      expect((await read(content, '2')).created).toEqual({
        at: '2026-01-02T03:04:05.000Z',
        source: 'annotation',
      });
    },
  );

  it('trap 18: a sparse index shows its platforms though its child is not there', async () => {
    const content = createFakeContent();
    content.add(
      index([
        {
          mediaType: 'application/vnd.oci.image.manifest.v1+json',
          digest: `sha256:${'a'.repeat(64)}`,
          size: 10,
          platform: { os: 'linux', architecture: hostArchitecture },
        },
      ]),
      '1',
    );
    await expect(read(content)).resolves.toMatchObject({
      platforms: [`linux/${hostArchitecture}`],
      shape: 'index',
    });
  });

  it('trap 18: a nested index is named as an index and not measured', async () => {
    const content = createFakeContent();
    const inner = content.add(index([]));
    content.add(index([{ mediaType: 'application/vnd.oci.image.index.v1+json', ...inner }]), '1');
    const details = await read(content);
    expect(details).toMatchObject({ shape: 'index', platforms: [] });
    expect(details).not.toHaveProperty('sizeBytes');
  });

  it('an empty index has no platforms and no size', async () => {
    const content = createFakeContent();
    content.add(index([]), '1');
    expect(await read(content)).toMatchObject({ shape: 'index', platforms: [] });
  });

  it('trap 42: a chart is a chart, and its config is not read as an image’s', async () => {
    const content = createFakeContent();
    const config = content.add({ name: 'shop', version: '1.0.0' });
    content.add(
      {
        schemaVersion: 2,
        mediaType: 'application/vnd.oci.image.manifest.v1+json',
        config: { mediaType: 'application/vnd.cncf.helm.config.v1+json', ...config },
        layers: [],
      },
      '1',
    );
    const details = await read(content);
    expect(details.artifact).toMatchObject({ kind: 'helm-chart' });
    expect(details.platforms).toEqual([]);
    expect(content.asked).toEqual(['manifest 1']);
  });
});
