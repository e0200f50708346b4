import { describe, expect, it } from 'vitest';
import { ANNOTATION_KEYS, wellKnownAnnotations } from '#oci/annotations';

describe('ANNOTATION_KEYS', () => {
  it('are those of image-spec annotations.md', () => {
    expect(
      Object.values(ANNOTATION_KEYS).map((key) => key.replace('org.opencontainers.image.', '')),
    ).toEqual([
      'created',
      'authors',
      'url',
      'documentation',
      'source',
      'version',
      'revision',
      'vendor',
      'licenses',
      'ref.name',
      'title',
      'description',
      'base.digest',
      'base.name',
    ]);
  });
});

describe('wellKnownAnnotations', () => {
  it('prefers annotations to labels and says where each value stood', () => {
    const annotations = { 'org.opencontainers.image.version': '2.0', 'com.example.other': 'x' };
    const labels = {
      'org.opencontainers.image.version': '1.0',
      'org.opencontainers.image.source': 'https://example.com/src',
    };
    expect(wellKnownAnnotations(annotations, labels)).toEqual({
      version: { value: '2.0', origin: 'annotation', key: 'org.opencontainers.image.version' },
      source: {
        value: 'https://example.com/src',
        origin: 'label',
        key: 'org.opencontainers.image.source',
      },
    });
  });

  it.each([
    ['created', 'build-date'],
    ['url', 'url'],
    ['documentation', 'usage'],
    ['source', 'vcs-url'],
    ['version', 'version'],
    ['revision', 'vcs-ref'],
    ['vendor', 'vendor'],
    ['title', 'name'],
    ['description', 'description'],
  ] as const)('reads %s from org.label-schema.%s when the newer key is absent', (name, old) => {
    const key = `org.label-schema.${old}`;
    expect(wellKnownAnnotations(undefined, { [key]: 'old' })).toEqual({
      [name]: { value: 'old', origin: 'label', key },
    });
    const newer = { [key]: 'old', [ANNOTATION_KEYS[name]]: 'new' };
    expect(wellKnownAnnotations(undefined, newer)[name]?.value).toBe('new');
  });

  it('takes an empty value for absent', () => {
    const annotations = { 'org.opencontainers.image.title': '' };
    const labels = { 'org.opencontainers.image.title': 'api' };
    expect(wellKnownAnnotations(annotations, labels).title?.origin).toBe('label');
    expect(wellKnownAnnotations()).toEqual({});
  });
});
