import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quoteText, visibleText } from '#oci/text';

describe('visibleText', () => {
  it.each([
    ['a right-to-left override', 'safe\u202egnp.exe', 'safe\\u202egnp.exe'],
    ['an isolate', '\u2066x\u2069', '\\u2066x\\u2069'],
    ['the Arabic letter mark', '\u061c', '\\u061c'],
    ['a zero-width space', 'a\u200bb', 'a\\u200bb'],
    ['a byte order mark', '\ufeffa', '\\ufeffa'],
    ['a soft hyphen', 'a\u00adb', 'a\\u00adb'],
    ['a combining grapheme joiner', 'a\u034fb', 'a\\u034fb'],
    ['a Hangul filler', '\u3164', '\\u3164'],
    ['a tag character', 'a\u{e0041}', 'a\\u{e0041}'],
    ['an escape sequence of a terminal', '\u001b[31mred', '\\u001b[31mred'],
    ['a null', '\u0000', '\\u0000'],
    ['a C1 control', '\u0085', '\\u0085'],
    ['line feed, return and tab', 'a\n\r\tb', 'a\\n\\r\\tb'],
    ['a line separator', 'a\u2028b', 'a\\u2028b'],
    ['half a surrogate pair', 'a\ud800b', 'a\\ud800b'],
  ])('shows %s', (_, text, expected) => {
    expect(visibleText(text)).toBe(expected);
  });

  it.each([
    'team/shop/api',
    '<script>alert(1)</script>',
    'C:\\u0000',
    'Größe 10 µm',
    'שלום עולם',
    'مرحبا \u0600',
    '東京 🚢 ❤\ufe0f',
    '',
  ])('leaves %j alone', (text) => {
    expect(visibleText(text)).toBe(text);
  });

  it('keeps line feeds and tabs on request, and nothing else', () => {
    expect(visibleText('a\n\tb\r\u202e', { keepLineBreaks: true })).toBe('a\n\tb\\r\\u202e');
  });

  it('leaves nothing hidden behind, and does nothing twice', () => {
    const text = fc.string({
      unit: fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)),
    });
    fc.assert(
      fc.property(text, (value) => {
        const shown = visibleText(value);
        expect(shown).not.toMatch(/[\p{Cc}\p{Bidi_Control}\p{Cs}\u200b-\u200d\u2060\ufeff]/u);
        expect(visibleText(shown)).toBe(shown);
      }),
    );
  });
});

describe('quoteText', () => {
  it('makes text visible, cuts it and puts it in quotation marks', () => {
    expect(quoteText('a\u202eb')).toBe('"a\\u202eb"');
    expect(quoteText('x'.repeat(500))).toBe(`"${'x'.repeat(80)}…"`);
  });
});
