import { describe, expect, it } from 'vitest';
import { parseDescriptor } from '#oci/descriptor';

const DIGEST = `sha256:${'5b'.repeat(32)}`;
const BASE = {
  mediaType: 'application/vnd.oci.image.manifest.v1+json',
  digest: DIGEST,
  size: 7682,
};

describe('parseDescriptor', () => {
  it('reads the required fields (image-spec descriptor.md, Examples)', () => {
    expect(parseDescriptor(BASE)).toEqual(BASE);
  });

  it('reads every optional field and drops unknown ones', () => {
    const full = {
      ...BASE,
      size: 2,
      urls: ['https://example.com/example-manifest'],
      annotations: { a: '1' },
      data: 'e30=',
      artifactType: 'application/vnd.example.sbom.v1',
      platform: { architecture: 'arm64', os: 'linux', variant: 'v8' },
    };
    expect(parseDescriptor({ ...full, future: { nested: true } })).toEqual(full);
  });

  it('takes null for absent', () => {
    const nulls = { urls: null, annotations: null, data: null, artifactType: null, platform: null };
    expect(parseDescriptor({ ...BASE, ...nulls })).toEqual(BASE);
  });

  it('drops null annotations and keeps the others, even one named __proto__', () => {
    const json: unknown = JSON.parse(
      `{"mediaType":"a/b","digest":"${DIGEST}","size":1,"annotations":{"a":null,"b":"2","__proto__":"x"}}`,
    );
    expect(Object.entries(parseDescriptor(json).annotations ?? {})).toEqual([
      ['b', '2'],
      ['__proto__', 'x'],
    ]);
  });

  it('takes the largest size that a number holds exactly', () => {
    expect(parseDescriptor({ ...BASE, size: Number.MAX_SAFE_INTEGER }).size).toBe(2 ** 53 - 1);
    expect(Object.is(parseDescriptor({ ...BASE, size: -0 }).size, 0)).toBe(true);
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['no media type', { mediaType: undefined }, 'mediaType is missing'],
    ['an empty media type', { mediaType: '' }, 'mediaType is missing'],
    ['no digest', { digest: null }, 'digest is missing'],
    ['a digest that is none', { digest: 'sha256:abc' }, 'digest is not a digest'],
    ['no size', { size: undefined }, 'size is not a whole number of bytes'],
    ['a negative size', { size: -1 }, 'size is not a whole number of bytes'],
    ['half a byte', { size: 1.5 }, 'size is not a whole number of bytes'],
    ['a size as text', { size: '7682' }, 'size is not a whole number of bytes'],
    ['a size beyond 2^53', { size: 2 ** 53 }, 'size is not a whole number of bytes'],
    ['an endless size', { size: Infinity }, 'size is not a whole number of bytes'],
    ['urls as text', { urls: 'https://example.com' }, 'urls is not a list'],
    ['urls of numbers', { urls: [1] }, 'urls holds something that is not text'],
    ['annotations as a list', { annotations: ['a'] }, 'annotations is not an object'],
    [
      'annotations of numbers',
      { annotations: { a: 1 } },
      'annotations holds a value that is not text',
    ],
    ['an artifact type that is a number', { artifactType: 1 }, 'artifactType is not text'],
    ['data that is no base64', { data: 'e30', size: 2 }, 'data is not base64'],
    ['data with padding in the middle', { data: 'e3=0', size: 2 }, 'data is not base64'],
    ['data of another length', { data: 'e30=', size: 3 }, 'data does not have the length'],
  ])('refuses %s', (_, change, message) => {
    const attempt = (): unknown => parseDescriptor({ ...BASE, ...change }, 'layers[3]');
    expect(attempt).toThrow(`A descriptor is not valid: layers[3].${message}`);
    expect(attempt).toThrow(expect.objectContaining({ code: 'descriptor-invalid' }));
  });

  it.each([undefined, null, 'text', 7, [], [BASE]])('refuses %j', (json) => {
    expect(() => parseDescriptor(json)).toThrow('A descriptor is not valid: it is not an object.');
  });

  it('reads megabytes of embedded content', () => {
    const bytes = 6 * 1024 * 1024;
    const data = 'A'.repeat((bytes / 3) * 4);
    expect(parseDescriptor({ ...BASE, data, size: bytes }).data).toHaveLength(data.length);
    expect(() => parseDescriptor({ ...BASE, data: `${data}!!!!`, size: bytes + 3 })).toThrow(
      'is not base64',
    );
  });
});
