import { describe, expect, it } from 'vitest';
import { parseBasic } from '#core/local-registry/auth/basic';
import { decoyHash, isBcrypt, parseHtpasswd } from '#core/local-registry/auth/htpasswd';
import { checkBinding, isLoopback } from '#core/local-registry/binding';
import { tryParseJson } from '#core/local-registry/json';
import { parseChunkRange, parseRange } from '#core/local-registry/range';
import { BoundedMap } from '#core/local-registry/storage/bounded-map';
import { Usage } from '#core/local-registry/usage';

describe('parseRange (RFC 9110, section 14.2)', () => {
  it.each([
    [undefined, { kind: 'whole' }],
    ['items=0-1', { kind: 'whole' }],
    ['bytes=0-9', { kind: 'ranges', ranges: [{ start: 0, end: 9 }] }],
    ['Bytes = 0-9', { kind: 'ranges', ranges: [{ start: 0, end: 9 }] }],
    ['bytes=90-', { kind: 'ranges', ranges: [{ start: 90, end: 99 }] }],
    ['bytes=-10', { kind: 'ranges', ranges: [{ start: 90, end: 99 }] }],
    [
      'bytes=0-0,,5-5',
      {
        kind: 'ranges',
        ranges: [
          { start: 0, end: 0 },
          { start: 5, end: 5 },
        ],
      },
    ],
    ['bytes=200-300, 5-5', { kind: 'ranges', ranges: [{ start: 5, end: 5 }] }],
    ['bytes=100-', { kind: 'unsatisfiable' }],
    ['bytes=9-0', { kind: 'unsatisfiable' }],
    ['bytes=', { kind: 'whole' }],
    [`bytes=${'0-0,'.repeat(17)}`, { kind: 'whole' }],
    ['bytes=0-99,0-99', { kind: 'whole' }],
    ['bytes=99999999999999999999-', { kind: 'unsatisfiable' }],
  ])('%s', (header, expected) => {
    expect(parseRange(header, 100)).toEqual(expected);
  });

  it('nothing of an empty blob can be asked for', () => {
    expect(parseRange('bytes=0-', 0)).toEqual({ kind: 'unsatisfiable' });
    expect(parseRange('bytes=-5', 0)).toEqual({ kind: 'unsatisfiable' });
  });
});

describe('parseChunkRange (distribution-spec, Pushing a blob in chunks)', () => {
  it.each([
    ['0-9', { start: 0, end: 9 }],
    ['bytes 0-9/*', { start: 0, end: 9 }],
    ['9-0', undefined],
    ['-9', undefined],
    ['0-', undefined],
    ['', undefined],
  ])('%s', (header, expected) => {
    expect(parseChunkRange(header)).toEqual(expected);
  });
});

describe('tryParseJson', () => {
  const bytes = (text: string): Buffer => Buffer.from(text);

  it('reads JSON up to 64 levels and nothing deeper', () => {
    expect(tryParseJson(bytes(`${'['.repeat(64)}${']'.repeat(64)}`))).toBeDefined();
    expect(tryParseJson(bytes(`${'['.repeat(65)}${']'.repeat(65)}`))).toBeUndefined();
    expect(tryParseJson(bytes('['.repeat(4_000_000)))).toBeUndefined();
  });

  it('does not count brackets in strings', () => {
    const text = `"${'['.repeat(100)}\\"${'{'.repeat(100)}"`;
    expect(tryParseJson(bytes(text))).toBe(JSON.parse(text));
  });

  it.each(['', '{', '{"a":1}x', 'undefined'])('refuses %s', (text) => {
    expect(tryParseJson(bytes(text))).toBeUndefined();
  });

  it('refuses bytes that are not UTF-8', () => {
    expect(tryParseJson(Buffer.from([0x22, 0xc3, 0x28, 0x22]))).toBeUndefined();
  });
});

describe('parseHtpasswd (distribution, registry/auth/htpasswd)', () => {
  const hash = `$2y$05$${'a'.repeat(53)}`;

  it('splits at the first colon and passes over comments and empty lines', () => {
    const users = parseHtpasswd(`# users\n\nann:${hash}\r\n  bob:x:y\n`);
    expect([...users]).toEqual([
      ['ann', hash],
      ['bob', 'x:y'],
    ]);
  });

  it('refuses the file when a line has no colon', () => {
    expect(() => parseHtpasswd(`ann:${hash}\nbob\n`)).toThrow('line 2');
  });

  it('only bcrypt hashes can match', () => {
    expect(isBcrypt(hash)).toBe(true);
    expect(isBcrypt('$apr1$xxxxxxxx$yyyyyyyyyyyyyyyyyyyyyy')).toBe(false);
    expect(isBcrypt('{SHA}fEqNCco3Yq9h5ZUglD3CZJT4lBs=')).toBe(false);
  });

  it('an unknown user costs as much as a known one', () => {
    expect(decoyHash(parseHtpasswd(`x:plain\nann:${hash}`))).toMatch(/^\$2b\$05\$.{53}$/u);
    expect(isBcrypt(decoyHash(new Map()))).toBe(true);
  });
});

describe('parseBasic (RFC 7617)', () => {
  const encode = (text: string): string => Buffer.from(text).toString('base64');

  it.each([
    [`Basic ${encode('ann:secret')}`, { user: 'ann', password: 'secret' }],
    [`basic ${encode('ann:se:cret')}`, { user: 'ann', password: 'se:cret' }],
    [`Basic ${encode('ann:')}`, { user: 'ann', password: '' }],
    [`Basic ${encode('ünn:pässword')}`, { user: 'ünn', password: 'pässword' }],
    [`Basic ${encode('no colon')}`, undefined],
    ['Basic', undefined],
    ['Bearer abc', undefined],
    ['Basic not*base64', undefined],
  ])('%s', (header, expected) => {
    expect(parseBasic(header)).toEqual(expected);
  });
});

describe('binding (trap 52)', () => {
  it.each([
    ['127.0.0.1', true],
    ['127.9.9.9', true],
    ['localhost', true],
    ['::1', true],
    ['0.0.0.0', false],
    ['::', false],
    ['192.168.1.5', false],
    ['registry.example.com', false],
    ['127.0.0.1.example.com', false],
  ])('%s is loopback: %s', (host, expected) => {
    expect(isLoopback(host)).toBe(expected);
  });

  it('needs a password and a certificate beyond loopback, or the user said so', () => {
    const open = { host: '0.0.0.0', hasPassword: false, hasTls: false, isForced: false };
    expect(() => checkBinding(open)).toThrow('--force-open-network');
    expect(() => checkBinding({ ...open, hasPassword: true })).toThrow('certificate');
    expect(() => checkBinding({ ...open, hasTls: true })).toThrow('password');
    checkBinding({ ...open, hasTls: true, hasPassword: true });
    checkBinding({ ...open, isForced: true });
    checkBinding({ ...open, host: '::1' });
  });
});

describe('BoundedMap', () => {
  it('drops the least recently used when the weight is too much', () => {
    const evicted: string[] = [];
    const map = new BoundedMap<number>(10, (key) => evicted.push(key));
    map.set('a', 1, 4);
    map.set('b', 2, 4);
    expect(map.get('a')).toBe(1);
    map.set('c', 3, 4);
    expect(evicted).toEqual(['b']);
    expect(map.peek('a')).toBe(1);
    expect(map.weight).toBe(8);
  });

  it('does not hold what is heavier than the whole map', () => {
    const map = new BoundedMap<number>(10);
    map.set('a', 1, 4);
    map.set('a', 2, 11);
    expect(map.peek('a')).toBeUndefined();
    expect(map.weight).toBe(0);
  });
});

describe('Usage', () => {
  it('counts by tag and repository, forgets tags into the total, and survives a restart', () => {
    const usage = new Usage();
    usage.countPull(usage.entry('app', 'v1'), 1000);
    usage.countPull(usage.entry('app', 'v1'), 3000);
    usage.countPush(usage.entry('app', undefined), 2000);
    usage.forgetTag('app', 'v1');
    const again = new Usage();
    again.load(JSON.parse(usage.toJson()));
    expect(again.of('app')?.total).toEqual({
      pullCount: 2,
      pushCount: 1,
      lastPulledAtMs: 3000,
      lastPushedAtMs: 2000,
    });
    expect(again.of('app')?.tags.size).toBe(0);
    expect(again.of('other')).toBeUndefined();
  });

  it.each([null, [], {}, { version: 1 }, { version: 1, repositories: { a: { total: 'x' } } }])(
    'starts again when the file holds %j',
    (json) => {
      const usage = new Usage();
      usage.load(json);
      expect(usage.entry('a', 't').pullCount).toBe(0);
    },
  );
});
