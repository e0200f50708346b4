import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  digestAlgorithm,
  digestEncoded,
  isVerifiable,
  parseDigest,
  shortDigest,
  tryParseDigest,
} from '#oci/digest';
import { OciError } from '#oci/error';

const HEX_64 = '6c3c624b58dbbcd3c0dd82b4c53f04194d1247c6eebdaab7c610cf7d66709b3b';
const HEX_128 = HEX_64 + HEX_64;

describe('tryParseDigest', () => {
  it.each([
    ['sha256 (image-spec descriptor.md)', `sha256:${HEX_64}`],
    ['sha512', `sha512:${HEX_128}`],
    [
      'an algorithm with components',
      'multihash+base58:QmRZxt2b1FVZPNqd8hsiykDL3TdBDeTSPX9Kv46HmX4Gx8',
    ],
    ['an encoded part with padding', 'sha256+b64u:LCa0a2j_xo_5m0U8HTBBNBNCLXBkg7-g-YpeiGJm564='],
    ['an algorithm this program cannot check', `blake3:${HEX_64}`],
  ])('accepts %s', (_, text) => {
    expect(tryParseDigest(text)).toBe(text);
  });

  it.each([
    ['nothing', ''],
    ['no algorithm', `:${HEX_64}`],
    ['no encoded part', 'sha256:'],
    ['no colon', HEX_64],
    ['sha256 one digit short', `sha256:${HEX_64.slice(1)}`],
    ['sha256 one digit long', `sha256:${HEX_64}0`],
    ['sha256 in upper case', `sha256:${HEX_64.toUpperCase()}`],
    ['sha256 with a letter beyond f', `sha256:g${HEX_64.slice(1)}`],
    ['sha512 with the length of sha256', `sha512:${HEX_64}`],
    ['an upper-case algorithm', `SHA256:${HEX_64}`],
    ['an algorithm that ends in a separator', `sha256+:${HEX_64}`],
    ['two separators in a row', `a++b:${HEX_64}`],
    ['a line feed at the end', `sha256:${HEX_64}\n`],
    ['a space at the start', ` sha256:${HEX_64}`],
    ['a path in the encoded part', 'opaque:../../etc/passwd'],
    ['an opaque digest longer than a file name', `opaque:${'a'.repeat(255)}`],
  ])('refuses %s', (_, text) => {
    expect(tryParseDigest(text)).toBeUndefined();
  });

  it('takes apart whatever fits the grammar, and puts it together again', () => {
    const algorithm = fc.stringMatching(/^[a-z0-9]{1,8}([+._-][a-z0-9]{1,8}){0,2}$/);
    const encoded = fc.stringMatching(/^[a-zA-Z0-9=_-]{1,100}$/);
    fc.assert(
      fc.property(algorithm, encoded, (left, right) => {
        fc.pre(left !== 'sha256' && left !== 'sha512');
        const digest = parseDigest(`${left}:${right}`);
        expect(digestAlgorithm(digest)).toBe(left);
        expect(digestEncoded(digest)).toBe(right);
        expect(isVerifiable(digest)).toBe(false);
      }),
    );
  });
});

describe('parseDigest', () => {
  it('names what was given and what a digest looks like', () => {
    const attempt = (): unknown => parseDigest('latest');
    expect(attempt).toThrow(OciError);
    expect(attempt).toThrow(
      '"latest" is not a digest. A digest looks like sha256: followed by 64 hexadecimal digits in lower case.',
    );
  });

  it('has the code digest-invalid', () => {
    expect(() => parseDigest('')).toThrow(expect.objectContaining({ code: 'digest-invalid' }));
  });
});

describe('parts of a digest', () => {
  it('knows the algorithms that content can be checked with', () => {
    expect(isVerifiable(parseDigest(`sha256:${HEX_64}`))).toBe(true);
    expect(isVerifiable(parseDigest(`sha512:${HEX_128}`))).toBe(true);
  });

  it('shortens the encoded part', () => {
    expect(shortDigest(parseDigest(`sha256:${HEX_64}`))).toBe('6c3c624b58db');
    expect(shortDigest(parseDigest(`sha256:${HEX_64}`), 7)).toBe('6c3c624');
    expect(shortDigest(parseDigest('opaque:ab'))).toBe('ab');
  });
});
