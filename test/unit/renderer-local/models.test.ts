import { array, assert, integer, property, record } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fakeLocalView, fakeSpace } from '#test/fake-local-rows';
import { formatDuration, localProgressWords, localStateWords, usedWords } from '#lib/local-words';
import {
  firstForm,
  readForm,
} from '../../../src/renderer/src/features/local-registry/dialogs/graduate-form';
import {
  parseLimit,
  parsePort,
  parseWebhook,
  splitLimit,
} from '../../../src/renderer/src/features/local-registry/dialogs/parse-value';
import { userProblems } from '../../../src/renderer/src/features/local-registry/dialogs/UserForm';
import {
  biggest,
  growthPoints,
  spaceParts,
} from '../../../src/renderer/src/features/local-registry/page/space-model';

const bytes = integer({ min: 0, max: 1e12 });

describe('where the space goes', () => {
  it('adds up: shared bytes are counted once, and no part is negative', () => {
    assert(
      property(
        array(record({ uniqueBytes: bytes, sharedBytes: bytes }), { maxLength: 12 }),
        bytes,
        bytes,
        bytes,
        (repositories, pool, unreachableBytes, uploadBytes) => {
          const unique = repositories.reduce((all, one) => all + one.uniqueBytes, 0);
          const totalBytes = unique + pool + unreachableBytes + uploadBytes;
          const parts = spaceParts({
            ...fakeSpace,
            repositories: repositories.map((one, at) => ({ ...one, name: `r${at}`, tagCount: 1 })),
            unreachableBytes,
            uploadBytes,
            totalBytes,
          });
          expect(parts.every((part) => part.bytes > 0)).toBe(true);
          expect(parts.reduce((all, part) => all + part.bytes, 0)).toBe(totalBytes);
        },
      ),
    );
  });

  it('takes the biggest by what they alone use', () => {
    expect(biggest(fakeSpace).map(({ name }) => name)).toEqual([
      'shop/api',
      'ml/train',
      'shop/web',
      'ml/serve',
    ]);
  });

  it('draws growth from the first sample to the last, and nothing from one', () => {
    const [first, second] = fakeSpace.growth;
    if (first === undefined || second === undefined) throw new Error('The fake has no growth.');
    expect(growthPoints([first])).toEqual([]);
    const points = growthPoints([first, second, { at: 'never', totalBytes: 1 }]);
    expect(points.map(({ x }) => x)).toEqual([0, 1]);
    expect(points.every(({ y }) => y > 0 && y < 1)).toBe(true);
  });
});

describe('what is typed', () => {
  it.each(['0', '65536', '-1', 'abc', '', '5055.5', '1e3'])('takes no %s for a port', (text) => {
    expect(parsePort(text)).toHaveProperty('problem');
  });

  it('takes ports, but not the one where AirPlay sits', () => {
    expect(parsePort(' 5056 ')).toEqual({ patch: { port: 5056 } });
    expect(parsePort('5000')).toEqual({
      problem: 'On macOS AirPlay sits on 5000. Take another one.',
    });
  });

  it('takes http and https for a webhook, and nothing for none', () => {
    expect(parseWebhook('')).toEqual({ patch: { webhookUrl: null } });
    expect(parseWebhook('https://ci.example/x')).toEqual({
      patch: { webhookUrl: 'https://ci.example/x' },
    });
    for (const text of ['ftp://x', 'ci.example', 'javascript:alert(1)', 'https://']) {
      expect(parseWebhook(text)).toHaveProperty('problem');
    }
  });

  it('reads a limit as it writes it', () => {
    assert(
      property(integer({ min: 2, max: 900_000 }), (megabytes) => {
        const limitBytes = megabytes * 1_000_000;
        const { number, unit } = splitLimit(limitBytes);
        expect(parseLimit(number, unit)).toEqual({ patch: { limitBytes } });
      }),
    );
    expect(parseLimit('1,5', 'GB')).toEqual({ patch: { limitBytes: 1_500_000_000 } });
    for (const text of ['0', '-1', '1', 'much', '']) {
      expect(parseLimit(text, 'MB')).toHaveProperty('problem');
    }
  });

  it('refuses users that no login could name, and passwords that bcrypt would cut', () => {
    expect(userProblems('ada', 'long enough', [])).toEqual({});
    expect(userProblems('', 'long enough', [])).toHaveProperty('name');
    expect(userProblems('a:b', 'long enough', [])).toHaveProperty('name');
    expect(userProblems('ada', 'long enough', ['ada'])).toHaveProperty('name');
    expect(userProblems('ada', 'short', [])).toHaveProperty('password');
    expect(userProblems('ada', 'ä'.repeat(40), [])).toHaveProperty('password');
  });

  it('names the wrong field of a graduation', () => {
    const form = firstForm([]);
    expect(readForm(form).input).toEqual({
      release: 'registry:3',
      storage: { kind: 'folder' },
      port: 5055,
      hostName: 'localhost',
    });
    const wrong = readForm({
      ...form,
      storage: 's3',
      bucket: 'x',
      endpoint: 'minio',
      port: '99999',
    });
    expect(wrong.input).toBeUndefined();
    expect(Object.keys(wrong.problems).toSorted()).toEqual(['bucket', 'endpoint', 'port']);
  });
});

describe('words', () => {
  const now = Date.parse('2026-11-24T12:00:00Z');

  it('tells the state with its time', () => {
    const at = '2026-11-24T11:00:00Z';
    expect(localStateWords({ kind: 'off' }, now)).toBe('Off');
    expect(localStateWords({ kind: 'running', origin: '', port: 1, startedAt: at }, now)).toMatch(
      /^Running since \d\d:\d\d$/u,
    );
    expect(
      localStateWords(
        {
          kind: 'running',
          origin: '',
          port: 1,
          startedAt: at,
          silentSince: '2026-11-20T11:00:00Z',
        },
        now,
      ),
    ).toMatch(/^Silent since 20 Nov, \d\d:\d\d$/u);
  });

  it('tells used bytes by the limit, else by the disk', () => {
    expect(usedWords(fakeLocalView)).toBe('4.2 GB of 20 GB');
    const settings = { ...fakeLocalView.settings, limitBytes: null };
    expect(usedWords({ ...fakeLocalView, settings })).toBe('4.2 GB, 182 GB free');
    expect(usedWords({ settings })).toBe('');
  });

  it('tells progress and durations', () => {
    expect(localProgressWords({ completed: 12, total: 40, unit: 'blobs' })).toBe('12 of 40 blobs');
    expect(localProgressWords({ completed: 5e7, total: 8e7, unit: 'bytes', step: 'Copying' })).toBe(
      'Copying: 50.0 MB of 80.0 MB',
    );
    expect([42, 812.4, 1240, 185_000].map(formatDuration)).toEqual([
      '42 ms',
      '812 ms',
      '1.2 s',
      '3 min 5 s',
    ]);
  });
});
