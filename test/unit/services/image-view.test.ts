import { describe, expect, it } from 'vitest';
import { parseRepositoryName } from '#oci/repository-name';
import { parseTag } from '#oci/tag';
import { readImageView } from '#core/services/image-view';
import { addImage, createFakeContent, type FakeContent } from './fake-client';

const repository = parseRepositoryName('team/app');
const read = (content: FakeContent) => readImageView(content.client, repository, parseTag('1'), {});

describe('readImageView', () => {
  it('puts the history beside the layers, with steps that made none', async () => {
    const content = createFakeContent();
    addImage(
      content,
      {
        layerSizes: [10, 20],
        config: {
          history: [
            { created_by: '/bin/sh -c #(nop) ADD file:1 in / ' },
            { created_by: 'ENV A=1', empty_layer: true },
            {
              created_by: 'RUN /bin/sh -c apt-get update # buildkit',
              comment: 'buildkit.dockerfile.v0',
            },
          ],
        },
      },
      '1',
    );
    const view = await read(content);
    expect(view.historyLinked).toBe(true);
    expect(
      view.history.map(({ instruction, layerIndex, isEmptyLayer }) => [
        instruction,
        layerIndex,
        isEmptyLayer,
      ]),
    ).toEqual([
      ['ADD', 0, false],
      ['ENV', undefined, true],
      ['RUN', 1, false],
    ]);
  });

  it('trap 38: shows history and layers unlinked when their counts differ', async () => {
    const content = createFakeContent();
    addImage(content, { layerSizes: [10, 20], config: { history: [{ created_by: 'one' }] } }, '1');
    const view = await read(content);
    expect(view.historyLinked).toBe(false);
    expect(view.layers).toHaveLength(2);
    expect(view.history).toHaveLength(1);
    expect(view.history[0]).not.toHaveProperty('layerIndex');
  });

  it('shows the image though its config cannot be read, and says why', async () => {
    const content = createFakeContent();
    const { digest } = content.add(
      {
        schemaVersion: 2,
        mediaType: 'application/vnd.oci.image.manifest.v1+json',
        config: {
          mediaType: 'application/vnd.oci.image.config.v1+json',
          digest: `sha256:${'b'.repeat(64)}`,
          size: 5,
        },
        layers: [],
      },
      '1',
    );
    const view = await read(content);
    expect(view.digest).toBe(digest);
    expect(view.configProblem).toBe('Nothing there.');
    expect(view).not.toHaveProperty('config');
  });

  it('gives every part of the config, nulls left out', async () => {
    const content = createFakeContent();
    addImage(
      content,
      {
        config: {
          author: null,
          config: {
            User: '10001',
            Env: ['PATH=/bin', 'EMPTY=', 'ODD'],
            Entrypoint: ['/app'],
            Cmd: null,
            ExposedPorts: { '80/tcp': {} },
            Labels: { a: 'b' },
            Healthcheck: { Test: ['CMD', 'true'] },
          },
        },
      },
      '1',
    );
    const { config } = await read(content);
    expect(config).toMatchObject({
      user: '10001',
      entrypoint: ['/app'],
      cmd: [],
      env: [
        { key: 'PATH', value: '/bin' },
        { key: 'EMPTY', value: '' },
        { key: 'ODD', value: '' },
      ],
      exposedPorts: ['80/tcp'],
      labels: [{ key: 'a', value: 'b' }],
      healthcheck: 'CMD true',
      platform: 'linux/amd64',
    });
    expect(config).not.toHaveProperty('author');
  });

  it('trap 16: tells an attestation from an image, and which image it speaks about', async () => {
    const content = createFakeContent();
    const image = addImage(content, {});
    content.add(
      {
        schemaVersion: 2,
        mediaType: 'application/vnd.oci.image.index.v1+json',
        manifests: [
          {
            mediaType: image.mediaType,
            digest: image.digest,
            size: image.size,
            platform: { os: 'linux', architecture: 'amd64' },
          },
          {
            mediaType: image.mediaType,
            digest: `sha256:${'c'.repeat(64)}`,
            size: 9,
            platform: { os: 'unknown', architecture: 'unknown' },
            annotations: {
              'vnd.docker.reference.type': 'attestation-manifest',
              'vnd.docker.reference.digest': image.digest,
            },
          },
        ],
      },
      '1',
    );
    const { entries } = await read(content);
    expect(entries.map(({ role, platform, attests }) => ({ role, platform, attests }))).toEqual([
      { role: 'image', platform: 'linux/amd64', attests: undefined },
      { role: 'attestation', platform: undefined, attests: image.digest },
    ]);
  });

  it('cuts an enormous manifest for display, and says so', async () => {
    const content = createFakeContent();
    addImage(content, { manifest: { annotations: { long: 'x'.repeat(1_200_000) } } }, '1');
    const view = await read(content);
    expect(view.rawTruncated).toBe(true);
    expect(view.raw).toHaveLength(1024 * 1024);
  });
});
