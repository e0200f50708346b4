import { describe, expect, it } from 'vitest';
import type { TagDetails } from '#contract/tag';
import { parseFilter } from '#lib/filter';
import { emptyTagBook, enterDetails } from '#lib/tag-details';
import { filterTags, groupTags, orderTags } from '../../../src/renderer/src/features/tags/rows';

const details = (tag: string, over: Partial<TagDetails> = {}): TagDetails => ({
  tag,
  digest: `sha256:${tag}`,
  mediaType: 'm',
  shape: 'image',
  artifact: { kind: 'image', label: 'Image', mediaType: 'm' },
  platforms: ['linux/amd64'],
  hasAttestations: false,
  ...over,
});

const error = { code: 'not-found', message: 'Not there.', detail: {} } as const;
const at = (day: string) => ({ at: `${day}T00:00:00Z`, source: 'config' }) as const;

const book = enterDetails(emptyTagBook, {
  details: [
    details('3', { sizeBytes: 10, created: at('2026-01-03'), digest: 'sha256:same' }),
    details('2', { sizeBytes: 30, created: at('1970-01-01') }),
    details('1', { sizeBytes: 20, created: at('2026-01-01'), digest: 'sha256:same' }),
  ],
  failures: [{ tag: 'bad', error }],
});
const tags = ['3', '2', '1', 'unread', 'bad'];

const filter = (text: string, signed: readonly string[] = []) =>
  filterTags(
    { tags, lowerCase: tags, book, signedDigests: new Set(signed) },
    parseFilter(text),
    Date.UTC(2026, 1, 1),
  );

describe('filterTags', () => {
  it('gives all of them without a filter, without copying', () => {
    expect(filter('').tags).toBe(tags);
  });

  it('tells apart what matches, what is not read yet and what failed', () => {
    expect(filter('size:>15B')).toEqual({ tags: ['2', '1'], unread: ['unread'], failedCount: 1 });
  });

  it('does not wait for details that a name rules out', () => {
    expect(filter('size:>15B tag:1')).toEqual({ tags: ['1'], unread: [], failedCount: 0 });
  });

  it('knows signed digests', () => {
    expect(filter('signed:yes', ['sha256:same']).tags).toEqual(['3', '1']);
    expect(filter('signed:no', ['sha256:same']).tags).toEqual(['2']);
  });
});

describe('orderTags', () => {
  it('keeps the version order or turns it round', () => {
    expect(orderTags(tags, { column: 'tag', descending: true }, book)).toBe(tags);
    expect(orderTags(tags, { column: 'tag', descending: false }, book)).toEqual(tags.toReversed());
  });

  it.each([
    [true, ['2', '1', '3', 'unread', 'bad']],
    [false, ['3', '1', '2', 'unread', 'bad']],
  ])('by size, descending %s: what is not known stands last', (descending, expected) => {
    expect(orderTags(tags, { column: 'size', descending }, book)).toEqual(expected);
  });

  it.each([
    [true, ['3', '1', '2', 'unread', 'bad']],
    [false, ['1', '3', '2', 'unread', 'bad']],
  ])('trap 39: by date, descending %s, 1970 is no date', (descending, expected) => {
    expect(orderTags(tags, { column: 'created', descending }, book)).toEqual(expected);
  });
});

describe('groupTags', () => {
  it('makes one row a digest, and keeps rows whose digest is not known', () => {
    const { leads, groups } = groupTags(tags, book);
    expect(leads).toEqual(['3', '2', 'unread', 'bad']);
    expect(groups?.get('3')).toEqual(['3', '1']);
    expect(groups?.get('unread')).toEqual(['unread']);
  });
});
