import type { TagDetails, TagPage } from '#contract/tag';

/** A stand-in for sha256: 64 hex digits that depend on the text, and on nothing else. */
export const fakeDigest = (text: string): string => {
  let hex = '';
  for (let round = 0; hex.length < 64; round += 1) {
    let hash = 0x811c9dc5 ^ round;
    for (const char of text) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193) >>> 0;
    hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d) >>> 0;
    hex += hash.toString(16).padStart(8, '0');
  }
  return `sha256:${hex.slice(0, 64)}`;
};

const shopTags: readonly string[] = [
  '1.8.2',
  'latest',
  '1.8',
  '1',
  '1.8.2-debug',
  '1.8.1',
  '1.8.0',
  '1.8.0-rc.3',
  '1.8.0-rc.2',
  '1.8.0-rc.1',
  '1.7.9',
  '1.7',
  '1.7.8',
  'pr-4127',
  'pr-4119',
  'pr-4102',
  'sha-9f2c11d',
  'nightly-2026-08-14',
  'nightly-2026-08-13',
  '1.6.14',
  '1.6',
  'chart-0.4.1',
  'broken',
  `long-${'x'.repeat(123)}`,
];

/** Which tags sit on the same digest. */
const sameImage: Readonly<Record<string, string>> = {
  latest: '1.8.2',
  '1.8': '1.8.2',
  '1': '1.8.2',
  '1.8.0-rc.3': '1.8.0',
  '1.7': '1.7.9',
  'sha-9f2c11d': 'pr-4102',
  '1.6': '1.6.14',
};

/** 10,000 tags over 2,000 images, as in a busy CI repository. */
export const manyTags: readonly string[] = Array.from(
  { length: 10_000 },
  (_, at) => `build-${String(at).padStart(5, '0')}`,
);

export const tagsOf = (repository: string): readonly string[] => {
  if (repository === 'team/app') return manyTags;
  if (repository === 'shop/api') return shopTags;
  if (repository === 'charts/shop') return [];
  return ['latest', '1.0.0', '1.0.1'];
};

export const attachedTagsOf = (repository: string): TagPage['attachedTags'] =>
  repository === 'shop/api'
    ? [
        {
          tag: `${fakeDigest('1.8.2').replace(':', '-')}.sig`,
          digest: fakeDigest('1.8.2'),
          kind: 'signature',
        },
      ]
    : [];

const imageOf = (tag: string): string => {
  const build = /^build-(\d+)$/u.exec(tag)?.[1];
  if (build !== undefined) return `build-image-${Math.floor(Number(build) / 5)}`;
  return sameImage[tag] ?? tag;
};

export const fakeDigestOf = (tag: string): string => fakeDigest(imageOf(tag));

const chart = (tag: string): TagDetails => ({
  tag,
  digest: fakeDigestOf(tag),
  mediaType: 'application/vnd.oci.image.manifest.v1+json',
  shape: 'image',
  artifact: {
    kind: 'helm-chart',
    label: 'Helm chart',
    mediaType: 'application/vnd.cncf.helm.config.v1+json',
  },
  platforms: [],
  sizeBytes: 14_221,
  hasAttestations: false,
});

/** Details of one row, always the same for the same tag. */
export const fakeDetails = (tag: string): TagDetails => {
  if (tag.startsWith('chart-')) return chart(tag);
  const digest = fakeDigestOf(tag);
  const seed = Number.parseInt(digest.slice(7, 13), 16);
  const isIndex = seed % 3 !== 0;
  return {
    tag,
    digest,
    mediaType: isIndex
      ? 'application/vnd.oci.image.index.v1+json'
      : 'application/vnd.oci.image.manifest.v1+json',
    shape: isIndex ? 'index' : 'image',
    artifact: {
      kind: 'image',
      label: 'Image',
      mediaType: 'application/vnd.oci.image.config.v1+json',
    },
    platforms: isIndex ? ['linux/amd64', 'linux/arm64', 'linux/arm/v7'] : ['linux/amd64'],
    sizeBytes: 60_000_000 + (seed % 60_000_000),
    ...(isIndex ? { sizeOf: 'linux/amd64' } : {}),
    created:
      seed % 11 === 0
        ? { at: '1970-01-01T00:00:00Z', source: 'config' }
        : {
            at: new Date(Date.UTC(2026, 7, 20) - (seed % 400) * 86_400_000).toISOString(),
            source: 'config',
          },
    hasAttestations: seed % 4 === 0,
  };
};
