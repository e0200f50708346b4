import {
  addArtifact,
  addAttestation,
  addChart,
  addCosignSignature,
  addSbom,
} from './artifact-content';
import { createContentSet, type ContentSet, type Descriptor } from './content-set';
import { hostileText, longRepository, longTag } from './hostile-text';
import { addImage, addIndex, mediaTypes, threePlatforms } from './image-content';

const absent = (mediaType: string, fill: string, extra: Partial<Descriptor> = {}): Descriptor => ({
  mediaType,
  digest: `sha256:${fill.repeat(64)}`,
  size: 4096,
  ...extra,
});

const make = (fill: (content: ContentSet) => void): ContentSet => {
  const content = createContentSet();
  fill(content);
  return content;
};

/** An index of three platforms, each with BuildKit's attestations; an SBOM and a signature of the index. */
export const shopApi = (): ContentSet =>
  make((content) => {
    const children = threePlatforms.map((platform) => addImage(content, { platform }));
    const attestations = children.map((child) => addAttestation(content, child));
    const index = addIndex(content, [...children, ...attestations], {
      tags: ['1.8.2', '1.8', 'latest'],
      annotations: { 'org.opencontainers.image.source': 'https://example.com/shop/api' },
    });
    addSbom(content, index);
    addCosignSignature(content, index);
    addImage(content, {
      tags: ['1.8.1'],
      created: '2026-01-01T00:00:00Z',
      labels: { tier: 'api' },
    });
  });

/** Docker's own formats: a schema 2 image, and a manifest list of two. */
export const dockerFormats = (): ContentSet =>
  make((content) => {
    addImage(content, { family: 'docker', tags: ['single'], labels: { family: 'docker' } });
    const children = threePlatforms
      .slice(0, 2)
      .map((platform) => addImage(content, { family: 'docker', platform }));
    addIndex(content, children, { family: 'docker', tags: ['list'] });
  });

/** An index of indexes, an index whose child is not there, and an index without children. */
export const oddIndexes = (): ContentSet =>
  make((content) => {
    const image = addImage(content);
    const { digest, mediaType, size } = addIndex(content, [image]);
    addIndex(content, [{ mediaType, digest, size }], { tags: ['nested'] });
    const gone = absent(mediaTypes.oci.manifest, 'a', {
      platform: { os: 'linux', architecture: 'arm64' },
    });
    addIndex(content, [gone, image], { tags: ['sparse'] });
    addIndex(content, [gone], { tags: ['hollow'] });
    addIndex(content, [], { tags: ['empty'] });
  });

/** Layers that are not gzip, not there, or do not line up with the history; dates that are none. */
export const oddImages = (): ContentSet =>
  make((content) => {
    addImage(content, { compression: 'zstd', tags: ['zstd'] });
    addImage(content, { compression: 'tar', tags: ['plain-tar'] });
    const foreign = absent('application/vnd.docker.image.rootfs.foreign.diff.tar.gzip', 'f', {
      urls: ['https://layers.example/windows'],
    });
    addImage(content, {
      family: 'docker',
      platform: { os: 'windows', architecture: 'amd64' },
      moreLayers: [foreign],
      tags: ['foreign'],
    });
    addImage(content, { tags: ['mismatched'], history: [{ created_by: 'COPY only /one' }] });
    addImage(content, { tags: ['no-history'], history: null });
    addImage(content, { tags: ['epoch'], created: '1970-01-01T00:00:00Z' });
    addImage(content, { tags: ['no-date'], created: null });
    addImage(content, {
      tags: ['annotated-date'],
      created: '1980-01-01T00:00:01Z',
      annotations: { 'org.opencontainers.image.created': '2026-03-04T05:06:07Z' },
    });
  });

/** Labels, annotations, history and tags that are markup, control characters, right-to-left marks, or very long. */
export const hostileImages = (): ContentSet =>
  make((content) => {
    const record = Object.fromEntries(
      Object.entries(hostileText).map(([name, text]) => [`hostile.${name}`, text]),
    );
    addImage(content, {
      tags: ['hostile'],
      labels: { ...record, [hostileText.markup]: 'a key of markup' },
      annotations: { ...record, [hostileText.bidi]: 'a key of bidi marks' },
      run: { Entrypoint: [hostileText.shell], Env: [`EVIL=${hostileText.markup}`] },
      history: [{ created_by: hostileText.markup }, { created_by: hostileText.control }],
    });
    addImage(content, { tags: [longTag], labels: { long: 'tag' } });
  });

/** What no engine can run: a chart, an artifact of an unknown type. */
export const charts = (): ContentSet =>
  make((content) => {
    addChart(content, 'shop', '0.4.1');
    addArtifact(content, {
      artifactType: 'application/vnd.example.weather.v3',
      content: '{"sky":"clear"}',
      title: 'weather.json',
      tags: ['weather'],
    });
  });

/** Repositories that between them show everything a registry may hold. Some of it no registry would accept by push. */
export const gallery = (): Readonly<Record<string, ContentSet>> => ({
  'charts/shop': charts(),
  'legacy/app': dockerFormats(),
  'odd/hostile': hostileImages(),
  'odd/images': oddImages(),
  'odd/indexes': oddIndexes(),
  'shop/api': shopApi(),
  [longRepository]: make((content) => addImage(content, { tags: ['1.0'] })),
});
