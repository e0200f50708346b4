import { describe, expect, it } from 'vitest';
import type { PlanRow } from '#contract/change';
import { fakePlanFor } from '#test/fake-plans';
import { fakeDigest, fakeDigestOf, tagsOf } from '#test/fake-tags';
import { type PlanLine, planLines } from '../../../src/renderer/src/features/changes/plan-lines';

const place = { registryId: 'harbor', repository: 'shop/api' };
const digest = fakeDigest('index');
const short = digest.slice(7, 19);

const linesOf = (tags: readonly string[], kind: 'untag' | 'delete-tag' = 'delete-tag') =>
  planLines(
    fakePlanFor(
      place,
      tags.map((tag) => ({ kind, tag })),
    ).rows,
  );

const brief = ({ name, action, tone, depth }: PlanLine): string =>
  `${'  '.repeat(depth)}${name}: ${action} [${tone}]`;

const image = (over: Partial<PlanRow> & { readonly digest?: string }): PlanRow => ({
  target: { kind: 'image', digest: over.digest ?? digest },
  role: 'asked',
  verdict: 'delete',
  why: 'Asked for.',
  label: 'Image',
  ...over,
});

describe('the lines of a plan', () => {
  it('make one of a tag and the image that goes with it', () => {
    const [line, ...rest] = linesOf(['1.8.0-rc.2']).filter(({ depth }) => depth === 0);
    expect(rest).toEqual([]);
    expect(line).toMatchObject({
      name: '1.8.0-rc.2',
      action: 'untag, delete image',
      tone: 'delete',
      digest: fakeDigestOf('1.8.0-rc.2'),
    });
    expect(line?.why).toBe(`Only tag on ${fakeDigestOf('1.8.0-rc.2').slice(7, 19)}.`);
  });

  it('show in full the tags that stay on an image, below the one that goes, and why the image stays', () => {
    expect(linesOf(['latest']).map(brief)).toEqual([
      'latest: untag [untag]',
      '  1.8.2: kept [keep]',
      '  1.8: kept [keep]',
      '  1: kept [keep]',
    ]);
    expect(linesOf(['latest'])[0]?.why).toBe('Image stays. Still tagged 1.8.2, 1.8, 1.');
  });

  it('say of several tags on one image that all of them go, and count its bytes once', () => {
    const lines = linesOf(['1.8.2', '1.8', '1', 'latest']).filter(({ depth }) => depth === 0);
    expect(lines.map(brief)).toEqual([
      '1.8.2: untag, delete image [delete]',
      '1.8: untag [delete]',
      '1: untag [delete]',
      'latest: untag [delete]',
    ]);
    expect(lines[0]?.why).toMatch(/^All 4 tags on/u);
    expect(lines.slice(1).map(({ why }) => why)).toEqual(
      Array.from({ length: 3 }, () => 'Its image goes, together with 1.8.2.'),
    );
    expect(lines.filter(({ ownBytes }) => ownBytes !== undefined)).toHaveLength(1);
  });

  it('make one of a signature and its own tag, with the long name clipped', () => {
    const line = linesOf(['1.8.2', '1.8', '1', 'latest']).find(({ isPart }) => isPart);
    const hex = fakeDigest('1.8.2').slice(7);
    expect(line).toMatchObject({
      depth: 1,
      name: `sha256-${hex.slice(0, 12)}….sig`,
      fullName: `sha256-${hex}.sig`,
      action: 'untag, delete',
      label: 'Signature',
    });
  });

  it('put children below their index, and what refers to a child below that', () => {
    const child = fakeDigest('child');
    const rows: readonly PlanRow[] = [
      image({}),
      image({
        digest: child,
        role: 'child',
        why: `Part of the index ${short}, and of nothing else.`,
        of: digest,
      }),
      image({
        digest: fakeDigest('sbom'),
        role: 'referrer',
        label: 'SBOM',
        why: `Refers to ${child.slice(7, 19)}.`,
        of: child,
      }),
    ];
    expect(planLines(rows).map(({ name, depth, label }) => [name, depth, label])).toEqual([
      [short, 0, 'Image'],
      [child.slice(7, 19), 1, 'Platform'],
      [fakeDigest('sbom').slice(7, 19), 2, 'SBOM'],
    ]);
    expect(planLines(rows)[0]).toMatchObject({
      action: 'delete image',
      along: '1 platform and 1 SBOM',
    });
  });

  it('leave no row out: what names no image of the plan stands for itself', () => {
    const lines = planLines([
      image({
        digest: fakeDigest('stray'),
        role: 'referrer',
        verdict: 'dangling',
        why: 'Refers to something else.',
      }),
    ]);
    expect(lines.map(brief)).toEqual([
      `${fakeDigest('stray').slice(7, 19)}: kept, its subject goes [untag]`,
    ]);
  });

  it('survive two images that refer to each other', () => {
    const other = fakeDigest('other');
    const lines = planLines([
      image({ role: 'referrer', why: 'Refers to the other.', of: other }),
      image({ digest: other, role: 'referrer', why: 'Refers to the one.', of: digest }),
    ]);
    expect(lines).toHaveLength(2);
  });

  it('say what is refused and what is as asked already', () => {
    const lines = planLines([
      {
        target: { kind: 'tag', tag: 'gone' },
        role: 'asked',
        verdict: 'keep',
        why: 'It is not there.',
      },
      {
        target: { kind: 'tag', tag: 'taken', digest },
        role: 'asked',
        verdict: 'refused',
        why: 'That tag points elsewhere already. Move it instead.',
      },
    ]);
    expect(lines.map(brief)).toEqual(['gone: no change [plain]', 'taken: not done [untag]']);
  });

  it('hold every tag and every image of a plan over the whole repository exactly once', () => {
    const { rows } = fakePlanFor(place, [{ kind: 'delete-repository' }]);
    const lines = planLines(rows);
    const keys = lines.map(({ key }) => key);
    expect(new Set(keys).size).toBe(keys.length);
    for (const tag of tagsOf('shop/api')) expect(keys).toContain(`tag ${tag}`);
    const images = rows.filter(({ role }) => role === 'child');
    expect(lines.filter(({ isPart, kind }) => isPart && kind === 'image')).toHaveLength(
      images.length,
    );
  });

  it('add up what goes along for the folded table', () => {
    const all = linesOf(['pr-4127']);
    const parts = all.filter(({ isPart }) => isPart);
    const sum = all.reduce((bytes, { ownBytes = 0 }) => bytes + ownBytes, 0);
    expect(parts.length).toBeGreaterThan(0);
    expect(all[0]?.along).toBe('3 platforms');
    expect(all[0]?.totalBytes).toBe(sum);
  });

  it('show nothing that hides or reorders text', () => {
    const [line] = planLines([
      {
        target: { kind: 'tag', tag: 'a\u202Eb' },
        role: 'asked',
        verdict: 'untag',
        why: 'x\u0007y',
      },
    ]);
    expect(line).toMatchObject({ name: 'a\\u202eb', why: 'x\\u0007y' });
  });
});
