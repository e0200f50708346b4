import { describe, expect, it } from 'vitest';
import { mergeCapabilities, unknownCapabilities } from '#core/cleanup/capabilities';
import { readFault } from '#core/cleanup/faults';
import { orderBy } from '#core/cleanup/order';
import { makePlaceholder } from '#core/cleanup/placeholder';
import { matchesPattern } from '#core/cleanup/policy';
import { editList } from '#core/cleanup/run-puts';
import {
  formatComesBack,
  formatLostPart,
  formatPlanAction,
  formatReason,
  formatStep,
} from '#core/cleanup/words';
import type { PlanStep, Reason } from '#core/cleanup/plan';
import { parseManifest } from '#oci/manifest';
import { hashOf, indexJson, ModelError, toDescriptor } from '#test/model-registry';
import { tag, tags } from './samples';

const a = hashOf('a');
const b = hashOf('b');
const c = hashOf('c');

describe('a protected pattern', () => {
  it.each([
    ['latest', 'latest', true],
    ['latest', 'late', false],
    ['latest', 'atest', false],
    ['v1.2', 'v*', true],
    ['dev1', 'v*', false],
    ['1.2.3', '?.?.?', true],
    ['1.22.3', '?.?.?', false],
    ['release-1-final', 'release-*-final', true],
    ['release-1-final-2', 'release-*-final', false],
    ['a.b', 'a?b', true],
    ['x', '.', false],
    ['anything', '*', true],
    ['abc', 'a**c', true],
    ['aXbXc', 'a*b*c', true],
    ['', '', true],
  ])('%s and %s: %s (whole tags, not a regular expression)', (name, pattern, expected) => {
    expect(matchesPattern(name, pattern)).toBe(expected);
  });

  it('ends for a pattern that would keep a regular expression busy for ever', () => {
    expect(matchesPattern('a'.repeat(128), `${'*a'.repeat(60)}b`)).toBe(false);
  });
});

describe('a placeholder', () => {
  const oci = 'application/vnd.oci.image.index.v1+json';
  const docker = 'application/vnd.docker.distribution.manifest.list.v2+json';

  it.each([oci, docker])(
    'trap 1: has a digest that no other tag or run shares (for %s)',
    (type) => {
      const digests = [
        makePlaceholder('run 1', tag('a'), type),
        makePlaceholder('run 1', tag('b'), type),
        makePlaceholder('run 2', tag('a'), type),
      ].map(({ digest }) => digest);
      expect(new Set(digests).size).toBe(3);
      expect(makePlaceholder('run 1', tag('a'), type).digest).toBe(digests[0]);
    },
  );

  it.each([oci, docker])('is a whole manifest of one family, with its blobs (for %s)', (type) => {
    const { bytes, mediaType, digest, blobs } = makePlaceholder('run', tag('a'), type);
    expect(hashOf(bytes)).toBe(digest);
    expect(mediaType.includes('docker')).toBe(type.includes('docker'));
    const manifest = parseManifest(JSON.parse(Buffer.from(bytes).toString('utf8')), mediaType);
    if (manifest.kind !== 'image') throw new Error('it is no image');
    const needed = new Set([manifest.config, ...manifest.layers].map((each) => each.digest));
    expect(new Set(blobs.map((blob) => hashOf(blob)))).toEqual(needed);
  });
});

describe('what is known of a registry', () => {
  const documented = { answer: 'yes', how: 'documented' } as const;
  const probed = { answer: 'no', how: 'probed' } as const;
  const seen = { answer: 'yes', how: 'seen' } as const;
  const silent = {
    answer: 'unknown',
    how: 'probed',
    detail: 'The registry answered 500.',
  } as const;
  const never = unknownCapabilities.push;

  it.each([
    [documented, probed, probed],
    [probed, documented, probed],
    [probed, seen, seen],
    [seen, probed, seen],
    [documented, silent, documented],
    [silent, documented, documented],
    [never, silent, silent],
    [silent, never, silent],
  ])('what is closer to the registry counts: %j and %j', (left, right, expected) => {
    const merged = mergeCapabilities({ ...unknownCapabilities, push: left }, { push: right });
    expect(merged).toEqual({ ...unknownCapabilities, push: expected });
  });
});

describe('a list of referrers', () => {
  const listOf = (json: object) => ({
    mediaType: 'application/vnd.oci.image.index.v1+json',
    bytes: Buffer.from(JSON.stringify(json)),
  });
  const digestsOf = (content: { bytes: Uint8Array } | undefined): unknown[] => {
    const json = JSON.parse(Buffer.from(content?.bytes ?? []).toString('utf8')) as {
      manifests: { digest: string }[];
    };
    return json.manifests.map(({ digest }) => digest);
  };

  it('trap 43: loses and gains entries, and everything else in it stays', () => {
    const annotations = { 'com.example.kept': 'yes' };
    const old = listOf({ ...indexJson([a, b]), annotations, unknownField: [1] });
    const next = editList(old, [a], [toDescriptor(c)]);
    expect(digestsOf(next)).toEqual([b, c]);
    const json: unknown = JSON.parse(Buffer.from(next?.bytes ?? []).toString('utf8'));
    expect(json).toMatchObject({ annotations, unknownField: [1] });
  });

  it('trap 43: stays as an empty index when its last entry goes', () => {
    expect(digestsOf(editList(listOf(indexJson([a])), [a], []))).toEqual([]);
  });

  it('is made where there was none, and has an entry once', () => {
    expect(digestsOf(editList(undefined, [], [toDescriptor(a)]))).toEqual([a]);
    expect(digestsOf(editList(listOf(indexJson([a])), [b], [toDescriptor(a)]))).toEqual([a]);
  });

  it('is the very same when nothing changes, and is not touched when it is no list', () => {
    const old = listOf(indexJson([a]));
    expect(editList(old, [b], [])).toBe(old);
    expect(editList(listOf({ schemaVersion: 2, layers: [] }), [a], [])).toBeUndefined();
  });
});

describe('an order', () => {
  it('puts each before what comes after it, in a chain of any length', () => {
    const chain = Array.from({ length: 50_000 }, (_, at) => hashOf(`link ${at}`));
    const after = new Map(chain.map((digest, at) => [digest, chain.slice(at + 1, at + 2)]));
    expect(orderBy(new Map([...after].reverse()))).toEqual(chain);
  });

  it('ends where names make a circle', () => {
    const circle = new Map([
      [a, [b]],
      [b, [a, c]],
      [c, []],
    ]);
    expect(orderBy(circle)).toEqual([a, b, c]);
  });
});

describe('a fault', () => {
  it.each([
    [
      new ModelError('rate-limited', 429, 1_000),
      { kind: 'busy', status: 429, retryAfterMs: 1_000 },
    ],
    [new ModelError('registry-failed', 503), { kind: 'busy' }],
    [new ModelError('denied', 403), { kind: 'forbidden' }],
    [new ModelError('unsupported', 405), { kind: 'unsupported' }],
    [new ModelError('request-refused', 400), { kind: 'refused' }],
    [new ModelError('not-found', 404), { kind: 'not-found' }],
    [new DOMException('stop', 'AbortError'), { kind: 'cancelled' }],
    [new Error('anything'), { kind: 'other', message: 'anything' }],
    ['text', { kind: 'other', message: 'text' }],
  ])('%s', (error, expected) => {
    expect(readFault(error)).toMatchObject(expected);
  });
});

describe('words', () => {
  const many = tags('a', 'b', 'c', 'd', 'e');

  it.each<[Reason, RegExp]>([
    [{ code: 'tagged', tags: many }, /^Still tagged a, b, c and 2 more\.$/u],
    [
      { code: 'needed-by-index', digest: a, tags: tags('1.0') },
      /^Part of the index .* \(tagged 1\.0\), which stays\.$/u,
    ],
    [{ code: 'needed-by-referrer', digest: a, tags: [] }, /refers to it and stays\.$/u],
    [
      { code: 'not-known', what: 'tag 1.0', why: 'The registry answered 500.' },
      /could not be read, and may need it: The registry/u,
    ],
  ])('say why: %j', (reason, expected) => {
    expect(formatReason(reason)).toMatch(expected);
  });

  it.each<[PlanStep, string]>([
    [{ kind: 'put-tag', tag: tag('n'), digest: a, mediaType: '', requests: 3 }, 'as n'],
    [
      { kind: 'put-tag', tag: tag('n'), digest: a, before: b, mediaType: '', requests: 3 },
      'Move n from',
    ],
    [{ kind: 'put-manifest', digest: a, mediaType: '', requests: 3 }, 'back'],
    [
      { kind: 'untag', tag: tag('n'), digest: a, method: 'placeholder', siblings: [], requests: 4 },
      'placeholder',
    ],
    [
      {
        kind: 'untag',
        tag: tag('n'),
        digest: a,
        method: 'delete-by-tag',
        siblings: [],
        requests: 3,
      },
      'Remove the tag n',
    ],
    [
      { kind: 'delete-manifest', digest: a, tags: many, referrers: [], requests: 5 },
      'with a, b, c and 2 more',
    ],
    [
      { kind: 'update-list', tag: tag('l'), remove: [], add: [], requests: 4 },
      'list of referrers l',
    ],
    [{ kind: 'remove-repository', requests: 2 }, 'Delete the repository'],
  ])('say what a step does: %j', (step, expected) => {
    expect(formatStep(step)).toContain(expected);
  });

  it('say on the button what will happen, with the right number', () => {
    const none = { added: 0, moved: 0, untagged: 0, deletedImages: 0, deletedManifests: 0 };
    const say = (summary: Partial<typeof none>): string =>
      formatPlanAction({ summary: { ...none, ...summary }, steps: [] });
    expect(say({ untagged: 2, deletedImages: 1 })).toBe('Untag 2 tags, delete 1 image');
    expect(say({ added: 1, moved: 3, deletedImages: 2 })).toBe(
      'Add 1 tag, move 3 tags, delete 2 images',
    );
    expect(say({})).toBe('');
  });

  it.each(['at-once', 'after-garbage-collection', 'unknown'] as const)(
    'say when the space comes back: %s (trap 13)',
    (comesBack) => {
      const text = formatComesBack({ uniqueBytes: 1, isLowerBound: false, comesBack });
      expect(text).toMatch(/space/u);
    },
  );

  it('say why something cannot come back', () => {
    const part = { digest: a, tags: [] };
    const reasons = [
      formatLostPart({ ...part, reason: { code: 'blobs-gone', blobs: [b, c] } }),
      formatLostPart({ ...part, reason: { code: 'child-gone', child: b } }),
      formatLostPart({ ...part, reason: { code: 'not-in-journal' } }),
    ];
    expect(new Set(reasons).size).toBe(3);
    for (const text of reasons) expect(text).toContain('cannot come back: ');
    expect(reasons[0]).toContain('2 blobs');
  });
});
