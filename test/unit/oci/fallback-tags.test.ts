import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDigest } from '#oci/digest';
import { classifyTag, fallbackTagFor, parseCosignTag, parseFallbackTag } from '#oci/fallback-tags';
import { tryParseTag } from '#oci/tag';

const HEX = 'ab12'.repeat(16);

describe('fallbackTagFor', () => {
  it.each([
    [`sha256:${HEX}`, `sha256-${HEX}`],
    // distribution-spec, Referrers Tag Schema: the two examples beside sha256
    [`sha512:${HEX}${'00'.repeat(32)}`, `sha512-${HEX}`],
    [
      'test+algorithm+using+algorithm+separators+and+lots+of+characters+to+excercise+overall+truncation:alsoSome=InTheEncodedSectionToShowHyphenReplacementAndLotsAndLotsOfCharactersToExcerciseEncodedTruncation',
      'test-algorithm-using-algorithm-s-alsoSome-InTheEncodedSectionToShowHyphenReplacementAndLotsAndLot',
    ],
  ])('trap 43: %s', (digest, tag) => {
    expect(fallbackTagFor(parseDigest(digest))).toBe(tag);
  });

  it('trap 43: is a valid tag for every digest, and names its sha256 digest', () => {
    const opaque = fc.stringMatching(
      /^[a-z0-9]{1,40}([+._-][a-z0-9]{1,9}){0,3}:[a-zA-Z0-9=_-]{1,150}$/,
    );
    const hex = fc.stringMatching(/^[a-f0-9]{64}$/);
    fc.assert(
      fc.property(opaque, hex, (text, encoded) => {
        fc.pre(!/^sha(256|512):/.test(text));
        expect(tryParseTag(fallbackTagFor(parseDigest(text)))).toBeDefined();
        const digest = parseDigest(`sha256:${encoded}`);
        expect(parseFallbackTag(fallbackTagFor(digest))?.digest).toBe(digest);
      }),
    );
  });
});

describe('parseFallbackTag', () => {
  it('trap 43: gives a digest for sha256 and only its beginning for sha512', () => {
    expect(parseFallbackTag(`sha256-${HEX}`)).toEqual({
      algorithm: 'sha256',
      encodedPrefix: HEX,
      digest: `sha256:${HEX}`,
    });
    expect(parseFallbackTag(`sha512-${HEX}`)).toEqual({ algorithm: 'sha512', encodedPrefix: HEX });
  });
});

describe('parseCosignTag', () => {
  it.each([
    ['sig', 'signature'],
    ['att', 'attestation'],
    ['sbom', 'sbom'],
  ])('trap 44: .%s is a(n) %s', (suffix, kind) => {
    expect(parseCosignTag(`sha256-${HEX}.${suffix}`)).toEqual({ digest: `sha256:${HEX}`, kind });
  });
});

describe('classifyTag', () => {
  it.each([
    ['latest', 'plain'],
    ['sha-4f2c1d3', 'plain'],
    [HEX, 'plain'],
    [`sha256-${HEX}`, 'referrers-fallback'],
    [`sha512-${HEX}`, 'referrers-fallback'],
    [`sha256-${HEX}.sig`, 'cosign'],
    [`sha256-${HEX}.att`, 'cosign'],
    [`sha256-${HEX}.sbom`, 'cosign'],
    [`sha256-${HEX}.signature`, 'plain'],
    [`sha256-${HEX.slice(1)}`, 'plain'],
    [`sha256-${HEX.toUpperCase()}`, 'plain'],
    [`sha384-${HEX}`, 'plain'],
    [`x-sha256-${HEX}`, 'plain'],
    [`sha256-${HEX}-dev`, 'plain'],
  ])('traps 43 and 44: %s is %s', (tag, expected) => {
    expect(classifyTag(tag)).toBe(expected);
    expect(parseFallbackTag(tag) !== undefined).toBe(expected === 'referrers-fallback');
    expect(parseCosignTag(tag) !== undefined).toBe(expected === 'cosign');
  });
});
