import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  comparePlatforms,
  formatPlatform,
  isUnknownPlatform,
  normalizePlatform,
  parsePlatform,
  platformsEqual,
  type Platform,
} from '#oci/platform';

const platform = (text: string): Platform => {
  const [os = '', architecture = '', variant] = text.split('/');
  return { os, architecture, ...(variant === undefined ? {} : { variant }) };
};

describe('parsePlatform', () => {
  it('reads every field of image-spec image-index.md', () => {
    const json = {
      architecture: 'amd64',
      os: 'windows',
      'os.version': '10.0.14393.1066',
      'os.features': ['win32k'],
      variant: 'v2',
      features: ['sse4'],
    };
    expect(parsePlatform({ ...json, future: 1 })).toEqual(json);
  });

  it.each([
    [{}, 'unknown/unknown'],
    [{ architecture: '', os: '' }, 'unknown/unknown'],
    [{ architecture: 'arm64', os: null, variant: null, 'os.version': '' }, 'unknown/arm64'],
    [{ os: 'linux', variant: '' }, 'linux/unknown'],
  ])('trap 17: never prints "undefined" for %j', (json, text) => {
    expect(formatPlatform(parsePlatform(json))).toBe(text);
  });

  it.each<[unknown, string]>([
    ['linux/amd64', 'platform is not an object'],
    [null, 'platform is not an object'],
    [{ os: 1 }, 'platform.os is not text'],
    [{ architecture: ['amd64'] }, 'platform.architecture is not text'],
    [{ variant: 7 }, 'platform.variant is not text'],
    [{ 'os.features': 'win32k' }, 'platform.os.features is not a list'],
    [{ 'os.features': [1] }, 'platform.os.features holds something that is not text'],
  ])('refuses %j', (json, message) => {
    expect(() => parsePlatform(json)).toThrow(message);
    expect(() => parsePlatform(json)).toThrow(
      expect.objectContaining({ code: 'platform-invalid' }),
    );
  });
});

describe('normalizePlatform', () => {
  it.each([
    ['linux/arm64/v8', 'linux/arm64'],
    ['linux/arm64/8', 'linux/arm64'],
    ['linux/arm64/v8.0', 'linux/arm64'],
    ['linux/arm64/v9.0', 'linux/arm64/v9'],
    ['linux/arm64/v8.2', 'linux/arm64/v8.2'],
    ['linux/aarch64', 'linux/arm64'],
    ['linux/aarch64/v8', 'linux/arm64'],
    ['linux/x86_64', 'linux/amd64'],
    ['linux/x86-64', 'linux/amd64'],
    ['linux/amd64/v1', 'linux/amd64'],
    ['linux/amd64/v3', 'linux/amd64/v3'],
    ['linux/i386', 'linux/386'],
    ['linux/arm', 'linux/arm/v7'],
    ['linux/arm/7', 'linux/arm/v7'],
    ['linux/arm/6', 'linux/arm/v6'],
    ['linux/arm/5', 'linux/arm/v5'],
    ['linux/armhf', 'linux/arm/v7'],
    ['linux/armel', 'linux/arm/v6'],
    ['macos/arm64', 'darwin/arm64'],
    ['Linux/AMD64', 'linux/amd64'],
    ['linux/riscv64', 'linux/riscv64'],
    ['wasip1/wasm', 'wasip1/wasm'],
    ['unknown/unknown', 'unknown/unknown'],
  ])('trap 17: %s is %s (containerd/platforms database.go)', (from, to) => {
    expect(normalizePlatform(platform(from))).toEqual(platform(to));
    expect(formatPlatform(platform(from))).toBe(to);
    expect(platformsEqual(platform(from), platform(to))).toBe(true);
  });

  it('keeps the other fields', () => {
    const windows: Platform = {
      ...platform('windows/x86_64'),
      'os.version': '10.0',
      'os.features': ['a'],
    };
    expect(normalizePlatform(windows)).toEqual({ ...windows, architecture: 'amd64' });
  });

  it('trap 17: tells variants apart', () => {
    expect(platformsEqual(platform('linux/arm/v5'), platform('linux/arm/v7'))).toBe(false);
    expect(platformsEqual(platform('linux/amd64'), platform('linux/amd64/v2'))).toBe(false);
  });
});

describe('formatPlatform', () => {
  it('puts the version of the OS in parentheses', () => {
    const windows: Platform = { ...platform('windows/amd64'), 'os.version': '10.0.17763.1' };
    expect(formatPlatform(windows)).toBe('windows/amd64 (10.0.17763.1)');
  });
});

describe('platformsEqual', () => {
  it('compares OS versions, and OS features as a set', () => {
    const base: Platform = { ...platform('windows/amd64'), 'os.version': '10.0' };
    expect(platformsEqual(base, { ...base, 'os.version': '10.1' })).toBe(false);
    expect(
      platformsEqual(
        { ...base, 'os.features': ['a', 'b'] },
        { ...base, 'os.features': ['b', 'a'] },
      ),
    ).toBe(true);
    expect(platformsEqual(base, { ...base, 'os.features': ['a'] })).toBe(false);
  });
});

describe('isUnknownPlatform', () => {
  it('trap 16: is true for the placeholder only', () => {
    expect(isUnknownPlatform(platform('unknown/unknown'))).toBe(true);
    expect(isUnknownPlatform(platform('linux/unknown'))).toBe(false);
    expect(isUnknownPlatform(platform('linux/amd64'))).toBe(false);
  });
});

describe('comparePlatforms', () => {
  it('puts the common platforms first and the unknown last', () => {
    const sorted = [
      'unknown/unknown',
      'windows/amd64',
      'linux/s390x',
      'linux/arm/v7',
      'linux/arm64/v8',
      'freebsd/amd64',
      'linux/amd64/v3',
      'linux/386',
      'linux/arm/v5',
      'linux/amd64',
      'darwin/arm64',
    ]
      .map(platform)
      .sort(comparePlatforms)
      .map(formatPlatform);
    expect(sorted).toEqual([
      'linux/amd64',
      'linux/amd64/v3',
      'linux/arm64',
      'linux/arm/v5',
      'linux/arm/v7',
      'linux/386',
      'linux/s390x',
      'windows/amd64',
      'darwin/arm64',
      'freebsd/amd64',
      'unknown/unknown',
    ]);
  });

  const anyPlatform = fc
    .record({
      os: fc.constantFrom('linux', 'windows', 'macos', 'plan9', 'unknown'),
      architecture: fc.constantFrom(
        'amd64',
        'x86_64',
        'arm64',
        'aarch64',
        'arm',
        'armhf',
        's390x',
        'unknown',
      ),
      variant: fc.constantFrom('', 'v5', '7', 'v8'),
      version: fc.constantFrom('', '10.0'),
    })
    .map(({ os, architecture, variant, version }) =>
      parsePlatform({ os, architecture, variant, 'os.version': version }),
    );

  it('is a total order in which equal platforms are those that print alike', () => {
    fc.assert(
      fc.property(anyPlatform, anyPlatform, anyPlatform, (a, b, c) => {
        expect(Math.sign(comparePlatforms(a, b)) + Math.sign(comparePlatforms(b, a))).toBe(0);
        expect(comparePlatforms(a, b) === 0).toBe(formatPlatform(a) === formatPlatform(b));
        const [first = a, , last = a] = [a, b, c].sort(comparePlatforms);
        expect(comparePlatforms(first, last)).toBeLessThanOrEqual(0);
        expect(normalizePlatform(normalizePlatform(a))).toEqual(normalizePlatform(a));
      }),
    );
  });
});
