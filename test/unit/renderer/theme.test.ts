import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const css = readFileSync(
  new URL('../../../src/renderer/src/app/tokens.css', import.meta.url),
  'utf8',
);

const tokensOf = (scheme: 'dark' | 'light'): ReadonlyMap<string, string> => {
  const block = new RegExp(`color-scheme='${scheme}'\\] \\{([^}]*)\\}`, 'u').exec(css)?.[1] ?? '';
  return new Map(
    [...block.matchAll(/--tb-([a-z-]+): (#[0-9a-f]{3,6});/gu)].map(([, name = '', value = '']) => [
      name,
      value,
    ]),
  );
};

/** Relative luminance (WCAG 2.2). */
const luminance = (hex: string): number => {
  const long = hex.length === 4 ? hex.slice(1).replaceAll(/./gu, '$&$&') : hex.slice(1);
  const [red = 0, green = 0, blue = 0] = [0, 2, 4].map((at) => {
    const channel = Number.parseInt(long.slice(at, at + 2), 16) / 255;
    return channel <= 0.040_45 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
};

const contrast = (a: string, b: string): number => {
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].toSorted((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
};

const surfaces = ['bg', 'sunken', 'raised', 'selected', 'checked', 'hover', 'input', 'card'];
const texts = ['text', 'strong', 'muted'];

describe.each(['dark', 'light'] as const)('%s scheme', (scheme) => {
  const tokens = tokensOf(scheme);
  const token = (name: string): string => {
    const value = tokens.get(name);
    if (value === undefined) throw new Error(`tokens.css has no --tb-${name} for ${scheme}`);
    return value;
  };

  it.each(surfaces.flatMap((surface) => texts.map((text) => [text, surface])))(
    '%s on %s reaches AA',
    (text, surface) => {
      expect(contrast(token(text), token(surface))).toBeGreaterThanOrEqual(4.5);
    },
  );

  it.each([
    ['accent', 'bg'],
    ['accent', 'sunken'],
    ['accent', 'selected'],
    ['on-accent', 'accent'],
    ['on-accent', 'accent-hover'],
    ['danger', 'bg'],
    ['danger', 'raised'],
    ['warning', 'bg'],
    ['warning', 'sunken'],
    ['accent', 'card'],
    ['warning', 'card'],
    ['danger', 'card'],
    ['text', 'danger-soft'],
    ['muted', 'danger-soft'],
    ['text', 'warning-soft'],
  ])('%s on %s reaches AA', (text, surface) => {
    expect(contrast(token(text), token(surface))).toBeGreaterThanOrEqual(4.5);
  });

  it('writes white on the red that destroys', () => {
    expect(contrast('#fff', token('danger-fill'))).toBeGreaterThanOrEqual(4.5);
  });

  it.each(['teal', 'blue', 'violet', 'rose', 'amber', 'shared'])(
    'the %s of the chart is seen on its card (3:1)',
    (color) => {
      expect(contrast(token(`chart-${color}`), token('card'))).toBeGreaterThanOrEqual(3);
    },
  );

  it.each(['accent', 'faint', 'danger', 'warning'])('%s is seen as a sign (3:1)', (name) => {
    for (const surface of ['bg', 'sunken']) {
      expect(contrast(token(name), token(surface))).toBeGreaterThanOrEqual(3);
    }
  });
});
