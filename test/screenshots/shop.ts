import { createHash } from 'node:crypto';
import { addAttestation, addChart, addCosignSignature, addSbom } from '#test/artifact-content';
import { createContentSet, type ContentSet, type Descriptor } from '#test/content-set';
import { addImage, addIndex, mediaTypes, threePlatforms } from '#test/image-content';

const MB = 1_000_000;

const steps = [
  { created_by: '/bin/sh -c #(nop) ADD file:9f2c11d06a in / ', megabytes: 29.1 },
  { created_by: 'ENV NODE_ENV=production' },
  {
    created_by: 'RUN /bin/sh -c apt-get install -y ca-certificates tzdata # buildkit',
    megabytes: 8.4,
  },
  { created_by: 'WORKDIR /app' },
  { created_by: 'COPY node_modules /app/node_modules # buildkit', megabytes: 31.6 },
  { created_by: 'COPY dist /app/dist # buildkit', megabytes: 6.2 },
  { created_by: 'RUN /bin/sh -c npm prune --omit=dev # buildkit', megabytes: 8.7 },
  { created_by: 'USER 10001' },
  { created_by: 'EXPOSE map[8080/tcp:{}]' },
  { created_by: 'CMD ["node" "dist/server.js"]' },
];

/** A descriptor of a layer that only has to be shown: its blob is nowhere. */
const layerOf = (name: string, megabytes: number): Descriptor => ({
  mediaType: mediaTypes.oci.gzip,
  digest: `sha256:${createHash('sha256').update(name).digest('hex')}`,
  size: Math.round(megabytes * MB),
});

type Release = { tags: string[]; daysAgo: number; single?: true; extra?: number };

const releases: readonly Release[] = [
  { tags: ['1.8.2', '1.8', '1', 'latest'], daysAgo: 2 },
  { tags: ['1.8.2-debug'], daysAgo: 2, single: true, extra: 46.8 },
  { tags: ['1.8.1'], daysAgo: 9 },
  { tags: ['1.8.0', '1.8.0-rc.3'], daysAgo: 21 },
  { tags: ['1.8.0-rc.2'], daysAgo: 28, single: true },
  { tags: ['1.8.0-rc.1'], daysAgo: 36, single: true },
  { tags: ['1.7.9', '1.7'], daysAgo: 63 },
  { tags: ['1.7.8'], daysAgo: 66 },
  { tags: ['pr-4127', 'sha-9f2c11d'], daysAgo: 91, single: true },
  { tags: ['pr-4119'], daysAgo: 94, single: true },
  { tags: ['pr-4102'], daysAgo: 98, single: true },
  { tags: ['nightly-2026-08-14'], daysAgo: 102 },
  { tags: ['nightly-2026-08-13'], daysAgo: 103 },
  { tags: ['1.6.14', '1.6'], daysAgo: 330, single: true },
];

/** A repository as a team has it: releases for three platforms, candidates, nightlies, a chart. */
export function shopContent(now: Date): ContentSet {
  const content = createContentSet();
  for (const release of releases) addRelease(content, release, now);
  addChart(content, 'shop', 'chart-0.4.1');
  return content;
}

function addRelease(content: ContentSet, release: Release, now: Date): void {
  const { tags, daysAgo, single, extra = 0 } = release;
  const created = new Date(now.getTime() - daysAgo * 86_400_000).toISOString();
  const imageOf = (platform: Descriptor['platform'], own: readonly string[]) => {
    const name = `${tags[0]}/${platform?.architecture}`;
    const layers = steps.flatMap(({ created_by, megabytes }, index) =>
      megabytes === undefined
        ? []
        : [
            layerOf(
              index === 0 ? 'base' : `${name}/${created_by}`,
              megabytes + (index === 4 ? extra : 0),
            ),
          ],
    );
    return addImage(content, {
      ...(platform && { platform }),
      created,
      layers: [],
      moreLayers: layers,
      history: steps.map(({ created_by, megabytes }) => ({
        created,
        created_by,
        ...(megabytes === undefined && { empty_layer: true as const }),
      })),
      labels: {
        'org.opencontainers.image.source': 'https://example.com/shop/api',
        'org.opencontainers.image.version': tags[0] ?? '',
      },
      run: {
        Cmd: ['node', 'dist/server.js'],
        User: '10001',
        WorkingDir: '/app',
        ExposedPorts: { '8080/tcp': {} },
      },
      tags: own,
    });
  };
  if (single) {
    imageOf(threePlatforms[0], tags);
    return;
  }
  const children = threePlatforms.map((platform) => imageOf(platform, []));
  const first = children[0];
  const attestations = first ? [addAttestation(content, first)] : [];
  const index = addIndex(content, [...children, ...attestations], { tags });
  if (tags.includes('latest')) {
    addSbom(content, index);
    addCosignSignature(content, index);
  }
}
