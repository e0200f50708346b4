import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  attestationSubject,
  imageArtifactType,
  isAttestationDescriptor,
  parseManifest,
  type ImageIndex,
  type ImageManifest,
} from '#oci/manifest';
import { MEDIA_TYPES } from '#oci/media-type';
import { outcomeOf } from './outcome';

const digest = (byte: string): string => `sha256:${byte.repeat(32)}`;
const CONFIG = { mediaType: MEDIA_TYPES.ociConfig, digest: digest('b5'), size: 7023 };
const LAYER = { mediaType: MEDIA_TYPES.ociLayerGzip, digest: digest('98'), size: 32_654 };
const CHILD = {
  mediaType: MEDIA_TYPES.ociManifest,
  digest: digest('e6'),
  size: 7143,
  platform: { architecture: 'ppc64le', os: 'linux' },
};
/** BuildKit docs/attestations/attestation-storage.md, Examples */
const ATTESTATION = {
  mediaType: MEDIA_TYPES.ociManifest,
  digest: digest('02'),
  size: 1058,
  annotations: {
    'vnd.docker.reference.digest': digest('e6'),
    'vnd.docker.reference.type': 'attestation-manifest',
  },
  platform: { architecture: 'unknown', os: 'unknown' },
};

const IMAGE = {
  schemaVersion: 2,
  mediaType: MEDIA_TYPES.ociManifest,
  config: CONFIG,
  layers: [LAYER],
  subject: { mediaType: MEDIA_TYPES.ociManifest, digest: digest('5b'), size: 7682 },
  annotations: { 'com.example.key1': 'value1' },
};
const INDEX = {
  schemaVersion: 2,
  mediaType: MEDIA_TYPES.ociIndex,
  manifests: [CHILD, ATTESTATION],
  annotations: { 'com.example.key1': 'value1' },
};
/** The shape of distribution docs/content/spec/manifest-v2-1.md */
const SCHEMA1 = {
  name: 'hello-world',
  tag: 'latest',
  architecture: 'amd64',
  fsLayers: [{ blobSum: digest('5f') }, { blobSum: digest('5f') }],
  history: [{ v1Compatibility: '{}' }],
  schemaVersion: 1,
  signatures: [{ protected: 'e30' }],
};

const without = (json: object, ...keys: string[]): object =>
  Object.fromEntries(Object.entries(json).filter(([key]) => !keys.includes(key)));

describe('parseManifest', () => {
  it('reads an image manifest (image-spec manifest.md, Example)', () => {
    expect(parseManifest(IMAGE, MEDIA_TYPES.ociManifest)).toEqual({ kind: 'image', ...IMAGE });
  });

  it('reads an index (image-spec image-index.md, Example)', () => {
    expect(parseManifest(INDEX, `${MEDIA_TYPES.ociIndex}; charset=utf-8`)).toEqual({
      kind: 'index',
      ...INDEX,
    });
  });

  it.each([
    ['image', { ...IMAGE, mediaType: MEDIA_TYPES.dockerManifest }],
    ['index', { ...INDEX, mediaType: MEDIA_TYPES.dockerIndex }],
  ])('reads the Docker form of an %s', (kind, json) => {
    expect(parseManifest(json, json.mediaType)).toMatchObject({ kind, mediaType: json.mediaType });
  });

  it('trap 35: recognises schema 1 and reads no more than its names', () => {
    expect(parseManifest(SCHEMA1, MEDIA_TYPES.dockerSchema1Signed)).toEqual({
      kind: 'schema1',
      schemaVersion: 1,
      mediaType: MEDIA_TYPES.dockerSchema1Signed,
      name: 'hello-world',
      tag: 'latest',
      architecture: 'amd64',
      fsLayers: SCHEMA1.fsLayers,
    });
    expect(parseManifest(SCHEMA1)).toMatchObject({ mediaType: MEDIA_TYPES.dockerSchema1Signed });
    const unsigned = { ...without(SCHEMA1, 'signatures'), name: '', tag: '' };
    expect(parseManifest(unsigned)).toEqual({
      kind: 'schema1',
      schemaVersion: 1,
      mediaType: MEDIA_TYPES.dockerSchema1,
      architecture: 'amd64',
      fsLayers: SCHEMA1.fsLayers,
    });
    expect(parseManifest({ schemaVersion: 1 })).toMatchObject({ kind: 'schema1', fsLayers: [] });
  });

  it('trap 18: keeps nested indexes, unknown types and an empty list', () => {
    const nested = { mediaType: MEDIA_TYPES.ociIndex, digest: digest('aa'), size: 1 };
    const foreign = { mediaType: 'application/vnd.future+json', digest: digest('ab'), size: 1 };
    const index = parseManifest({ ...INDEX, manifests: [nested, foreign] });
    expect(index).toMatchObject({ manifests: [nested, foreign] });
    expect(parseManifest({ ...INDEX, manifests: [] })).toMatchObject({ manifests: [] });
    expect(parseManifest({ ...INDEX, manifests: null })).toMatchObject({ manifests: [] });
  });

  it('takes null for absent and drops unknown fields', () => {
    const json = { ...IMAGE, layers: null, subject: null, annotations: null, artifactType: null };
    expect(parseManifest({ ...json, extra: 1 })).toEqual({
      kind: 'image',
      schemaVersion: 2,
      mediaType: MEDIA_TYPES.ociManifest,
      config: CONFIG,
      layers: [],
    });
  });
});

describe('the kind of a manifest', () => {
  it.each([
    ['manifests', without(INDEX, 'mediaType'), 'index', MEDIA_TYPES.ociIndex],
    [
      'an empty list of manifests',
      { schemaVersion: 2, manifests: [] },
      'index',
      MEDIA_TYPES.ociIndex,
    ],
    ['config and layers', without(IMAGE, 'mediaType'), 'image', MEDIA_TYPES.ociManifest],
    ['fsLayers', SCHEMA1, 'schema1', MEDIA_TYPES.dockerSchema1Signed],
  ])('follows from %s when nothing declares it', (_, json, kind, mediaType) => {
    expect(parseManifest(json)).toMatchObject({ kind, mediaType });
    expect(parseManifest(json, 'application/json')).toMatchObject({ kind, mediaType });
    expect(parseManifest(json, 'no media type')).toMatchObject({ kind, mediaType });
  });

  it('follows from the Content-Type when the body declares none', () => {
    const json = without(IMAGE, 'mediaType');
    expect(parseManifest(json, MEDIA_TYPES.dockerManifest)).toMatchObject({
      kind: 'image',
      mediaType: MEDIA_TYPES.dockerManifest,
    });
  });

  it.each([
    ['another manifest type', MEDIA_TYPES.ociIndex],
    ['the Docker type', MEDIA_TYPES.dockerManifest],
    ['HTML', 'text/html'],
  ])('fails when the body says one type and the Content-Type says %s', (_, contentType) => {
    const attempt = (): unknown => parseManifest(IMAGE, contentType);
    expect(attempt).toThrow(
      `says "${MEDIA_TYPES.ociManifest}", the registry says "${contentType}"`,
    );
    expect(attempt).toThrow(expect.objectContaining({ code: 'manifest-invalid' }));
  });

  it.each<[string, unknown, string | undefined, string]>([
    [
      'index and image at once',
      { ...INDEX, ...without(IMAGE, 'mediaType') },
      undefined,
      'an index and an image at once',
    ],
    [
      'an index with layers',
      { ...without(INDEX, 'manifests'), manifests: [], layers: [LAYER] },
      undefined,
      'does not fit the content',
    ],
    [
      'an index with a config',
      { schemaVersion: 2, config: CONFIG },
      MEDIA_TYPES.ociIndex,
      'does not fit the content',
    ],
    [
      'an image with manifests',
      { schemaVersion: 2, manifests: [CHILD] },
      MEDIA_TYPES.ociManifest,
      'does not fit the content',
    ],
    ['an empty object', {}, undefined, 'it is neither an image nor an index'],
    ['an error body', { errors: [] }, undefined, 'it is neither an image nor an index'],
    ['an empty object of a declared type', {}, MEDIA_TYPES.ociManifest, 'schemaVersion is not 2'],
    [
      'schema 2 sent as schema 1',
      { ...IMAGE, mediaType: null },
      MEDIA_TYPES.dockerSchema1,
      'schemaVersion is not 1',
    ],
    ['schema version 3', { ...IMAGE, schemaVersion: 3 }, undefined, 'schemaVersion is not 2'],
    [
      'schema version as text',
      { ...IMAGE, schemaVersion: '2' },
      undefined,
      'schemaVersion is not 2',
    ],
    ['no layers', without(IMAGE, 'layers'), undefined, 'layers is missing'],
    ['no manifests', without(INDEX, 'manifests'), undefined, 'manifests is missing'],
    ['layers as an object', { ...IMAGE, layers: {} }, undefined, 'layers is not a list'],
    ['a media type as a number', { ...IMAGE, mediaType: 2 }, undefined, 'mediaType is not text'],
    [
      'a media type that is none',
      { ...IMAGE, mediaType: 'json' },
      undefined,
      'mediaType is not a media type',
    ],
    [
      'a schema 1 layer without digest',
      { ...SCHEMA1, fsLayers: [{}] },
      undefined,
      'fsLayers[0].blobSum is not a digest',
    ],
    ['text', 'manifest', undefined, 'it is not an object'],
    ['nothing', null, undefined, 'it is not an object'],
    ['a list', [], undefined, 'it is not an object'],
  ])('refuses %s', (_, json, contentType, message) => {
    const attempt = (): unknown => parseManifest(json, contentType);
    expect(attempt).toThrow(message);
    expect(attempt).toThrow(/^The manifest is not valid: .*\.$/);
    expect(attempt).toThrow(expect.objectContaining({ code: 'manifest-invalid' }));
  });

  it('names the entry that is wrong', () => {
    const broken = { ...CHILD, size: -5 };
    expect(() => parseManifest({ ...INDEX, manifests: [CHILD, broken] })).toThrow(
      'A descriptor is not valid: manifests[1].size is not a whole number of bytes',
    );
    expect(() => parseManifest({ ...IMAGE, config: null })).toThrow(
      'A descriptor is not valid: config is not an object.',
    );
    expect(() => parseManifest({ ...INDEX, manifests: [{ ...CHILD, platform: 'linux' }] })).toThrow(
      'A platform is not valid: manifests[0].platform is not an object.',
    );
  });

  it.each([MEDIA_TYPES.ociArtifactManifest, 'application/vnd.example.thing.v1+json'])(
    'says that it does not read %s',
    (mediaType) => {
      const attempt = (): unknown => parseManifest({ schemaVersion: 2, mediaType });
      expect(attempt).toThrow(
        `The manifest is of the type "${mediaType}", which Tagboat does not read.`,
      );
      expect(attempt).toThrow(expect.objectContaining({ code: 'manifest-unsupported' }));
    },
  );
});

describe('hostile input', () => {
  it('never fails with anything but a plain error', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.string(), (json, type) => {
        expect(['read', 'plain']).toContain(outcomeOf(() => parseManifest(json, type)));
      }),
    );
  });

  it('never fails with anything but a plain error when one field is replaced', () => {
    const key = fc.constantFrom(
      'schemaVersion',
      'mediaType',
      'config',
      'layers',
      'manifests',
      'subject',
      'annotations',
      'artifactType',
    );
    const base = fc.constantFrom<object>(IMAGE, INDEX, SCHEMA1);
    fc.assert(
      fc.property(base, key, fc.jsonValue(), (json, name, value) => {
        const outcome = outcomeOf(() => parseManifest({ ...json, [name]: value }));
        expect(['read', 'plain']).toContain(outcome);
      }),
      { numRuns: 500 },
    );
  });
});

describe('BuildKit attestations', () => {
  const index = parseManifest(INDEX) as ImageIndex;

  it('trap 16: tells an attestation from an image by its annotation', () => {
    expect(index.manifests.map(isAttestationDescriptor)).toEqual([false, true]);
  });

  it('trap 16: names the image that the attestation speaks about', () => {
    expect(index.manifests.map(attestationSubject)).toEqual([undefined, digest('e6')]);
  });

  it.each<[string, Record<string, string>]>([
    ['another reference type', { 'vnd.docker.reference.type': 'other' }],
    ['an unreadable digest', { 'vnd.docker.reference.digest': 'sha256:short' }],
  ])('trap 16: gives no subject for %s', (_, change) => {
    const annotations = { ...ATTESTATION.annotations, ...change };
    const changed = parseManifest({ ...INDEX, manifests: [{ ...ATTESTATION, annotations }] });
    expect((changed as ImageIndex).manifests.map(attestationSubject)).toEqual([undefined]);
  });

  it('trap 16: an unknown platform alone makes no attestation', () => {
    const bare = without(ATTESTATION, 'annotations');
    const changed = parseManifest({ ...INDEX, manifests: [bare] }) as ImageIndex;
    expect(changed.manifests.map(isAttestationDescriptor)).toEqual([false]);
  });
});

describe('imageArtifactType', () => {
  it('trap 42: is the artifactType, else the media type of the config', () => {
    const image = parseManifest(IMAGE) as ImageManifest;
    expect(imageArtifactType(image)).toBe(MEDIA_TYPES.ociConfig);
    const typed = parseManifest({ ...IMAGE, artifactType: 'application/spdx+json' });
    expect(imageArtifactType(typed as ImageManifest)).toBe('application/spdx+json');
  });
});
