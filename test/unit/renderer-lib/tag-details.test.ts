import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TagDetails } from '#contract/tag';
import {
  emptyTagBook,
  enterDetails,
  forgetFailures,
  keepTags,
  makeStale,
  siblingTags,
  type TagBook,
  unreadTags,
} from '#lib/tag-details';

const details = (tag: string, digest: string): TagDetails => ({
  tag,
  digest,
  mediaType: 'application/vnd.oci.image.manifest.v1+json',
  shape: 'image',
  artifact: { kind: 'image', label: 'Image', mediaType: 'x' },
  platforms: ['linux/amd64'],
  hasAttestations: false,
});

const read = (book: TagBook, ...rows: readonly (readonly [string, string])[]): TagBook =>
  enterDetails(book, { details: rows.map(([tag, digest]) => details(tag, digest)), failures: [] });

const error = { code: 'not-found', message: 'There is no such manifest.', detail: {} } as const;

describe('the book of tag details', () => {
  it('knows which tags share a digest', () => {
    const book = read(emptyTagBook, ['1.8.2', 'a'], ['latest', 'a'], ['1.8.1', 'b']);
    expect(siblingTags(book, '1.8.2')).toEqual(['latest']);
    expect(siblingTags(book, '1.8.1')).toEqual([]);
    expect(siblingTags(book, 'never read')).toEqual([]);
  });

  it('trap 15: moves a tag that was overwritten to its new digest', () => {
    const before = read(emptyTagBook, ['1.8.2', 'a'], ['latest', 'a']);
    const after = read(before, ['latest', 'b']);
    expect(siblingTags(after, '1.8.2')).toEqual([]);
    expect(after.byDigest.get('b')).toEqual(['latest']);
    expect(siblingTags(before, '1.8.2')).toEqual(['latest']);
  });

  it('keeps a failure until the tag is read or asked again', () => {
    const failed = enterDetails(emptyTagBook, { details: [], failures: [{ tag: '1', error }] });
    expect(unreadTags(failed, ['1', '2'])).toEqual(['2']);
    expect(unreadTags(forgetFailures(failed, ['1']), ['1', '2'])).toEqual(['1', '2']);
    expect(read(failed, ['1', 'a']).failures.size).toBe(0);
  });

  it('takes a cancelled tag for unread, not for failed', () => {
    const cancelled = { ...error, code: 'cancelled' } as const;
    const book = enterDetails(emptyTagBook, {
      details: [],
      failures: [{ tag: '1', error: cancelled }],
    });
    expect(unreadTags(book, ['1'])).toEqual(['1']);
  });

  it('after a refresh shows what it had and asks for all of it again', () => {
    const stale = makeStale(read(emptyTagBook, ['1', 'a'], ['2', 'b']));
    expect(stale.byTag.get('1')?.digest).toBe('a');
    expect(unreadTags(stale, ['1', '2'])).toEqual(['1', '2']);
    expect(unreadTags(read(stale, ['1', 'c']), ['1', '2'])).toEqual(['2']);
  });

  it('forgets tags that the registry no longer lists', () => {
    const book = keepTags(read(emptyTagBook, ['1', 'a'], ['2', 'a']), ['2']);
    expect(book.byTag.has('1')).toBe(false);
    expect(book.byDigest.get('a')).toEqual(['2']);
  });

  it('always has each tag under exactly the digest it was last read with', () => {
    const row = fc.tuple(fc.constantFrom('1', '2', '3', '4'), fc.constantFrom('a', 'b', 'c'));
    fc.assert(
      fc.property(fc.array(fc.array(row, { maxLength: 4 }), { maxLength: 5 }), (batches) => {
        const book = batches.reduce((b, rows) => read(b, ...rows), emptyTagBook);
        const pairs = [...book.byDigest].flatMap(([digest, tags]) =>
          tags.map((tag) => `${tag} ${digest}`),
        );
        const expected = [...book.byTag].map(([tag, { digest }]) => `${tag} ${digest}`);
        expect(pairs.toSorted()).toEqual(expected.toSorted());
      }),
    );
  });
});
