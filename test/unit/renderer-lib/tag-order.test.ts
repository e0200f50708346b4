import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sortTagsByVersion } from '#oci/tag';
import { mergeTags } from '#lib/tag-order';

const tag = fc.stringMatching(
  /^(v?\d{1,2}(\.\d{1,2}){0,2}(-rc\.\d)?|pr-\d{1,3}|latest|[a-z]{1,3})$/u,
);

describe('mergeTags', () => {
  it('gives the order that sorting everything at once gives, whatever the pages', () => {
    fc.assert(
      fc.property(fc.array(fc.array(tag, { maxLength: 12 }), { maxLength: 6 }), (pages) => {
        let merged: readonly string[] = [];
        for (const page of pages) merged = mergeTags(merged, sortTagsByVersion(page));
        expect(merged).toEqual(sortTagsByVersion([...new Set(pages.flat())]));
      }),
    );
  });

  it('leaves the list it is given as it was', () => {
    const sorted = Object.freeze(['2.0', '1.0']);
    expect(mergeTags(sorted, ['1.5'])).toEqual(['2.0', '1.5', '1.0']);
    expect(sorted).toEqual(['2.0', '1.0']);
  });

  it('puts a release above its candidates and numbers in their order', () => {
    expect(mergeTags(['1.10.0', '1.9.0'], ['1.10.0-rc.10', '1.10.0-rc.2', 'latest'])).toEqual([
      '1.10.0',
      '1.10.0-rc.10',
      '1.10.0-rc.2',
      '1.9.0',
      'latest',
    ]);
  });
});
