import type {
  BlobPreview,
  DescriptorView,
  HistoryRow,
  ImageView,
  IndexEntry,
  LayerView,
  ReferrersReport,
} from '#contract/image';
import { hostileText } from './fake-rows';
import { fakeDigest } from './fake-tags';

const layerType = 'application/vnd.oci.image.layer.v1.tar+gzip';

const descriptor = (name: string, mediaType: string, sizeBytes: number): DescriptorView => ({
  mediaType,
  digest: fakeDigest(name),
  sizeBytes,
  annotations: [],
});

const layer = (name: string, sizeBytes: number): LayerView => ({
  ...descriptor(name, layerType, sizeBytes),
  compression: 'gzip',
  isForeign: false,
});

const layers: readonly LayerView[] = [
  layer('base', 29_130_881),
  layer('apt', 8_402_119),
  layer('modules', 31_600_442),
  layer('dist', 6_204_713),
  layer('prune', 8_714_002),
];

const row = (instruction: string, text: string, layerIndex?: number): HistoryRow => ({
  instruction,
  text,
  createdAt: '2026-08-18T09:30:00Z',
  isEmptyLayer: layerIndex === undefined,
  ...(layerIndex === undefined ? {} : { layerIndex }),
});

const history: readonly HistoryRow[] = [
  row('ADD', 'rootfs.tar.xz /', 0),
  row('RUN', 'apt-get install -y --no-install-recommends ca-certificates tzdata', 1),
  row('COPY', 'node_modules /app/node_modules', 2),
  row('COPY', 'dist /app/dist', 3),
  row('RUN', 'npm prune --omit=dev', 4),
  row('ENV', 'NODE_ENV=production'),
  row('LABEL', hostileText),
  row('USER', '10001'),
  row('CMD', '["node","dist/server.js"]'),
];

const shared = {
  artifact: {
    kind: 'image',
    label: 'Image',
    mediaType: 'application/vnd.oci.image.config.v1+json',
  },
  manifestBytes: 1834,
  rawTruncated: false,
  annotations: [
    { key: 'org.opencontainers.image.source', value: 'https://git.corp.example/shop/api' },
    { key: 'org.opencontainers.image.title', value: hostileText },
  ],
  created: { at: '2026-08-18T09:30:00Z', source: 'config' },
} as const;

/** One platform's image. `reference` is a tag or a digest. */
export const fakeImage = (repository: string, reference: string): ImageView => ({
  ...shared,
  repository,
  digest: reference.startsWith('sha256:') ? reference : fakeDigest(reference),
  mediaType: 'application/vnd.oci.image.manifest.v1+json',
  shape: 'image',
  raw: JSON.stringify(
    {
      schemaVersion: 2,
      config: { digest: fakeDigest('config') },
      layers: layers.map(({ digest }) => ({ digest })),
    },
    null,
    2,
  ),
  totalBytes: layers.reduce((sum, { sizeBytes }) => sum + sizeBytes, 7023),
  base: { name: 'docker.io/library/debian:12-slim', digest: fakeDigest('debian') },
  entries: [],
  configDescriptor: descriptor('config', 'application/vnd.oci.image.config.v1+json', 7023),
  config: {
    digest: fakeDigest('config'),
    sizeBytes: 7023,
    platform: 'linux/amd64',
    user: '10001',
    workingDir: '/app',
    entrypoint: [],
    cmd: ['node', 'dist/server.js'],
    env: [
      { key: 'PATH', value: '/usr/local/bin:/usr/bin:/bin' },
      { key: 'NODE_ENV', value: 'production' },
    ],
    exposedPorts: ['8080/tcp'],
    volumes: [],
    labels: [{ key: 'maintainer', value: hostileText }],
    shell: [],
  },
  layers,
  history,
  historyLinked: true,
});

const entry = (platform: string): IndexEntry => ({
  ...descriptor(platform, 'application/vnd.oci.image.manifest.v1+json', 1834),
  platform,
  role: 'image',
});

/** An index of three platforms, each with BuildKit's attestation. */
export const fakeIndex = (repository: string, reference: string): ImageView => {
  const images = ['linux/amd64', 'linux/arm64', 'linux/arm/v7'].map(entry);
  const attestations = images.map((image): IndexEntry => ({
    ...descriptor(`attests ${image.digest}`, image.mediaType, 840),
    role: 'attestation',
    attests: image.digest,
  }));
  return {
    ...shared,
    repository,
    digest: reference.startsWith('sha256:') ? reference : fakeDigest(reference),
    mediaType: 'application/vnd.oci.image.index.v1+json',
    shape: 'index',
    raw: JSON.stringify(
      { schemaVersion: 2, manifests: images.map(({ digest }) => ({ digest })) },
      null,
      2,
    ),
    entries: [...images, ...attestations],
    layers: [],
    history: [],
    historyLinked: true,
  };
};

export const fakeReferrers: ReferrersReport = {
  referrers: [
    {
      ...descriptor('signature', 'application/vnd.oci.image.manifest.v1+json', 558),
      artifactType: 'application/vnd.dev.cosign.artifact.sig.v1+json',
      artifact: {
        kind: 'signature',
        label: 'Signature',
        mediaType: 'application/vnd.dev.cosign.artifact.sig.v1+json',
      },
      foundBy: 'cosign-tag',
      tag: `${fakeDigest('1.8.2').replace(':', '-')}.sig`,
    },
    {
      ...descriptor('sbom', 'application/vnd.oci.image.manifest.v1+json', 771),
      artifactType: 'application/spdx+json',
      artifact: { kind: 'sbom', label: 'SBOM', mediaType: 'application/spdx+json' },
      foundBy: 'referrers-api',
    },
  ],
  apiSupported: true,
};

export const fakeBlob = (digest: string): BlobPreview => ({
  digest,
  sizeBytes: 7023,
  text: JSON.stringify({ architecture: 'amd64', os: 'linux', note: hostileText }, null, 2),
  truncated: false,
  isBinary: false,
});
