import { describe, expect, it } from 'vitest';
import {
  isEncryptedLayer,
  isForeignLayer,
  isImageConfigType,
  isImageLayerType,
  isImageManifestType,
  isIndexType,
  isSchema1Type,
  layerCompression,
  MANIFEST_ACCEPT,
  MEDIA_TYPES,
  parseMediaType,
  tryParseMediaType,
} from '#oci/media-type';

describe('MANIFEST_ACCEPT', () => {
  it('trap 34: names indexes and manifests of both families, schema 1 last', () => {
    expect(MANIFEST_ACCEPT).toEqual([
      'application/vnd.oci.image.index.v1+json',
      'application/vnd.oci.image.manifest.v1+json',
      'application/vnd.docker.distribution.manifest.list.v2+json',
      'application/vnd.docker.distribution.manifest.v2+json',
      'application/vnd.docker.distribution.manifest.v1+prettyjws',
      'application/vnd.docker.distribution.manifest.v1+json',
    ]);
  });

  it('holds only types that are recognised', () => {
    for (const type of MANIFEST_ACCEPT) {
      const answers = [isIndexType(type), isImageManifestType(type), isSchema1Type(type)];
      expect(answers.filter(Boolean)).toHaveLength(1);
    }
  });
});

describe('parseMediaType', () => {
  it.each([
    ['application/json', 'application/json'],
    ['application/json; charset=utf-8', 'application/json'],
    ['Application/JSON ;charset=utf-8', 'application/json'],
    [' text/html ', 'text/html'],
    [MEDIA_TYPES.ociIndex, MEDIA_TYPES.ociIndex],
    [
      'application/vnd.docker.distribution.manifest.v1+prettyjws; charset=utf-8',
      MEDIA_TYPES.dockerSchema1Signed,
    ],
  ])('reads %j', (text, expected) => {
    expect(parseMediaType(text)).toBe(expected);
  });

  it.each([
    '',
    ';',
    'json',
    'application/',
    '/json',
    'a/b/c',
    'application/json text/html',
    'a\n/b',
    `a/${'b'.repeat(128)}`,
  ])('refuses %j', (text) => {
    expect(tryParseMediaType(text)).toBeUndefined();
    expect(() => parseMediaType(text)).toThrow(
      expect.objectContaining({ code: 'media-type-invalid' }),
    );
  });

  it('takes an absent header for absent', () => {
    expect(tryParseMediaType(undefined)).toBeUndefined();
    expect(tryParseMediaType(null)).toBeUndefined();
  });
});

describe('layers', () => {
  it.each([
    [MEDIA_TYPES.ociLayer, 'none'],
    [MEDIA_TYPES.ociLayerGzip, 'gzip'],
    [MEDIA_TYPES.ociLayerZstd, 'zstd'],
    [MEDIA_TYPES.dockerLayer, 'none'],
    [MEDIA_TYPES.dockerLayerGzip, 'gzip'],
    [MEDIA_TYPES.dockerLayerZstd, 'zstd'],
    [MEDIA_TYPES.ociForeignLayer, 'none'],
    [MEDIA_TYPES.ociForeignLayerZstd, 'zstd'],
    [MEDIA_TYPES.dockerForeignLayerGzip, 'gzip'],
    [`${MEDIA_TYPES.ociLayer}+encrypted`, 'encrypted'],
    [`${MEDIA_TYPES.ociLayerGzip}+encrypted`, 'encrypted'],
    [`${MEDIA_TYPES.ociForeignLayerZstd}+encrypted`, 'encrypted'],
    ['application/vnd.cncf.helm.chart.content.v1.tar+gzip', 'gzip'],
    ['application/x-tar', 'none'],
    ['application/gzip', 'gzip'],
    ['application/zstd', 'zstd'],
    ['application/wasm', 'unknown'],
    ['application/vnd.in-toto+json', 'unknown'],
    ['application/notgzip', 'unknown'],
  ])('trap 36: compression of %s is %s', (mediaType, expected) => {
    expect(layerCompression(mediaType)).toBe(expected);
  });

  it.each([
    [MEDIA_TYPES.ociForeignLayer, true],
    [MEDIA_TYPES.ociForeignLayerGzip, true],
    [MEDIA_TYPES.dockerForeignLayer, true],
    [MEDIA_TYPES.dockerForeignLayerGzip, true],
    [`${MEDIA_TYPES.ociForeignLayerGzip}+encrypted`, true],
    [MEDIA_TYPES.ociLayerGzip, false],
    [MEDIA_TYPES.dockerLayerGzip, false],
  ])('trap 37: %s is foreign: %s', (mediaType, expected) => {
    expect(isForeignLayer(mediaType)).toBe(expected);
  });

  it('knows encrypted layers', () => {
    expect(isEncryptedLayer(`${MEDIA_TYPES.ociLayer}+encrypted`)).toBe(true);
    expect(isEncryptedLayer(MEDIA_TYPES.ociLayer)).toBe(false);
  });

  it('knows the layers and configs of images', () => {
    expect(isImageLayerType(MEDIA_TYPES.ociLayerZstd)).toBe(true);
    expect(isImageLayerType(MEDIA_TYPES.dockerForeignLayer)).toBe(true);
    expect(isImageLayerType('application/wasm')).toBe(false);
    expect(isImageConfigType(MEDIA_TYPES.dockerConfig)).toBe(true);
    expect(isImageConfigType(MEDIA_TYPES.ociEmpty)).toBe(false);
  });
});
