import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { digestOfToken, layOutJson, tokeniseJsonLine } from '#lib/json-lines';

describe('layOutJson', () => {
  it('keeps the values of any JSON', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 5 }), (text) => {
        fc.pre(/^\s*[[{]/u.test(text));
        expect(JSON.parse(layOutJson(text).join('\n'))).toEqual(JSON.parse(text));
      }),
    );
  });

  it('lays out what is already laid out the same way', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 })), (value) => {
        const pretty = JSON.stringify(value, null, 2);
        expect(layOutJson(pretty).join('\n')).toBe(pretty);
      }),
    );
  });

  it('changes no number, escape or repeated key', () => {
    const text = '{"size":12345678901234567890,"a":1.0,"a":"\\u0041\\"\\\\"}';
    expect(layOutJson(text)).toEqual([
      '{',
      '  "size": 12345678901234567890,',
      '  "a": 1.0,',
      '  "a": "\\u0041\\"\\\\"',
      '}',
    ]);
  });

  it('shows text that is cut off inside a string', () => {
    expect(layOutJson('{"a":["b","c')).toEqual(['{', '  "a": [', '    "b",', '    "c']);
  });

  it('keeps text that is no JSON in its own lines', () => {
    expect(layOutJson('SPDX-2.3\r\nName: x\n')).toEqual(['SPDX-2.3', 'Name: x', '']);
  });

  it('loses and adds no character but blanks, whatever it is given', () => {
    const part = fc.constantFrom('{', '}', '[', ']', ',', ':', '"', '\\', 'a', '1', ' ', '\n', 'ü');
    fc.assert(
      fc.property(fc.array(part, { maxLength: 40 }), (parts) => {
        const text = `[${parts.join('')}`;
        const bare = (s: string): string => s.replaceAll(/\s/gu, '');
        expect(bare(layOutJson(text).join('\n'))).toBe(bare(text));
      }),
    );
  });

  it('survives deep nesting and a million brackets', () => {
    const lines = layOutJson('['.repeat(100_000));
    expect(lines).toHaveLength(100_001);
    expect(lines.at(-1)?.length).toBeLessThanOrEqual(64);
  });
});

describe('tokeniseJsonLine', () => {
  it('names keys, strings, numbers and words', () => {
    expect(tokeniseJsonLine('  "size": -12.5e3, "ok": true').map(({ kind }) => kind)).toEqual([
      'blank',
      'key',
      'punctuation',
      'blank',
      'number',
      'punctuation',
      'blank',
      'key',
      'punctuation',
      'blank',
      'word',
    ]);
  });

  it('gives the line back when joined', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary-ascii' }), (line) => {
        expect(
          tokeniseJsonLine(line)
            .map(({ text }) => text)
            .join(''),
        ).toBe(line);
      }),
    );
  });

  it('finds a digest only where it is the whole string', () => {
    const digest = `sha256:${'ab'.repeat(32)}`;
    const digests = (line: string) => tokeniseJsonLine(line).map(digestOfToken).filter(Boolean);
    expect(digests(`"digest": "${digest}",`)).toEqual([digest]);
    expect(digests(`"digest": "${digest}0"`)).toEqual([]);
    expect(digests(`"note": "see ${digest}"`)).toEqual([]);
    expect(digests(`"digest": "sha512:${'ab'.repeat(64)}"`)).toHaveLength(1);
  });
});
