import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clipDigest, shortDigest } from '#lib/digest-text';
import {
  fitChips,
  matchesPlatform,
  normalisePlatformText,
  shortPlatform,
} from '#lib/platform-label';
import { referenceText, toReference } from '#lib/references';

describe('clipDigest', () => {
  it('keeps the algorithm and both ends', () => {
    expect(clipDigest(`sha256:${'a'.repeat(60)}b41e`)).toBe('sha256:aaaaaaaaaaaa…b41e');
  });

  it('leaves a short one whole and makes hidden characters visible', () => {
    expect(clipDigest('md5:abc')).toBe('md5:abc');
    expect(clipDigest('x\u202Ey')).toBe('x\\u202ey');
  });

  it('has a shorter form for lists', () => {
    expect(shortDigest(`sha256:${'a'.repeat(60)}b41e`)).toBe('aaaaaaaaaaaa');
  });
});

describe('platform words', () => {
  it('trap 17: aliases and the silent v8 variant are one platform', () => {
    expect(normalisePlatformText('Linux/aarch64')).toBe('linux/arm64');
    expect(normalisePlatformText('arm64/v8')).toBe('arm64');
    expect(normalisePlatformText('constructor')).toBe('constructor');
  });

  it('matches whole parts, with or without an OS version', () => {
    expect(matchesPlatform('windows/amd64 (10.0.17763.1)', 'amd64')).toBe(true);
    expect(matchesPlatform('linux/arm64', 'arm')).toBe(false);
  });

  it('leaves Linux unsaid and names other systems', () => {
    expect(shortPlatform('linux/arm/v7')).toBe('arm/v7');
    expect(shortPlatform('windows/amd64')).toBe('windows/amd64');
  });
});

describe('fitChips', () => {
  it('shows all that fit and counts the rest', () => {
    expect(fitChips(['amd64', 'arm64'], 200)).toEqual({
      shown: ['amd64', 'arm64'],
      hiddenCount: 0,
    });
    expect(fitChips(['amd64', 'arm64', 'arm/v7'], 132).shown).toEqual(['amd64', 'arm64']);
  });

  it('always shows the first, and never loses one', () => {
    const labels = fc.array(fc.string({ maxLength: 40 }), { maxLength: 12 });
    fc.assert(
      fc.property(labels, fc.integer({ min: 0, max: 600 }), (names, widthPx) => {
        const { shown, hiddenCount } = fitChips(names, widthPx);
        expect(shown).toEqual(names.slice(0, shown.length));
        expect(shown.length + hiddenCount).toBe(names.length);
        expect(shown.length > 0 || names.length === 0).toBe(true);
      }),
    );
  });
});

describe('references', () => {
  it('names a tag and a digest', () => {
    const digest = `sha256:${'a'.repeat(64)}`;
    expect(referenceText('r.example:5000', 'team/app', '1.0')).toBe('r.example:5000/team/app:1.0');
    expect(referenceText('r.example', 'team/app', digest)).toBe(`r.example/team/app@${digest}`);
  });

  it("gives a prefix of the registry's address to the repository", () => {
    expect(toReference('r.example/proxy', 'team/app', '1.0')).toMatchObject({
      registryHost: 'r.example',
      repository: 'proxy/team/app',
    });
  });

  it('makes no reference of names that break the grammar', () => {
    expect(toReference('r.example', 'Team/App', '1.0')).toBeUndefined();
    expect(toReference('r.example', 'team/app', '$(reboot)')).toBeUndefined();
    expect(toReference('r.example', 'team/app', 'sha256:xyz')).toBeUndefined();
  });
});
