import { describe, expect, it } from 'vitest';
import { createLog } from '#core/log/create-log';
import type { LogLevel } from '#core/log/log';
import type { Log } from '#core/log/log';

const secrets = [
  'hunter2',
  'tok-5ecr3t',
  'eyJhbGciOiJub25lIn0.eyJzdWIiOiJhbGljZSJ9.c2ln',
  'YWxpY2U6aHVudGVyMg==',
];

function capture(level: LogLevel = 'debug'): { log: Log; lines: string[] } {
  const lines: string[] = [];
  const now = (): Date => new Date('2026-01-02T03:04:05Z');
  return { log: createLog({ write: (line) => lines.push(line), level, now }), lines };
}

const parsed = (line: string | undefined): unknown => JSON.parse(line ?? '') as unknown;

describe('createLog', () => {
  it('writes one JSON object a line', () => {
    const { log, lines } = capture();
    log.info('Request answered', { host: 'registry.example:5000', status: 200, durationMs: 12.5 });
    expect(parsed(lines[0])).toEqual({
      time: '2026-01-02T03:04:05.000Z',
      level: 'info',
      message: 'Request answered',
      host: 'registry.example:5000',
      status: 200,
      durationMs: 12.5,
    });
  });

  it('writes nothing below its level', () => {
    const { log, lines } = capture('warn');
    log.debug('one');
    log.info('two');
    log.warn('three');
    log.error('four');
    expect(lines.map((line) => (parsed(line) as { message: string }).message)).toEqual([
      'three',
      'four',
    ]);
  });

  it('repeats standing fields, which a line may replace', () => {
    const { log, lines } = capture();
    const child = log.with({ registryId: 'r-1', step: 'one' }).with({ vendor: 'harbor' });
    child.info('Hello', { step: 'two' });
    expect(parsed(lines[0])).toMatchObject({ registryId: 'r-1', vendor: 'harbor', step: 'two' });
  });

  it('drops fields that are not on the list, whatever the types say', () => {
    const { log, lines } = capture();
    const fields: Record<string, unknown> = {
      host: 'h',
      password: 'hunter2',
      headers: { Authorization: 'Basic YWxpY2U6aHVudGVyMg==' },
      __proto__: { secret: 'hunter2' },
      toString: 'hunter2',
    };
    log.info('Hello', fields);
    expect(Object.keys(parsed(lines[0]) as object)).toEqual(['time', 'level', 'message', 'host']);
  });

  it('never prints an object, an array or a function', () => {
    const { log, lines } = capture();
    const fields: Record<string, unknown> = {
      host: { secret: 'hunter2' },
      step: ['hunter2'],
      status: 'hunter2',
      enabled: () => 'hunter2',
      error: { message: 'hunter2' },
      url: { href: 'https://alice:hunter2@h/' },
      sizeBytes: Number.NaN,
    };
    log.info('Hello', fields);
    expect(lines[0]).not.toContain('hunter2');
    expect(parsed(lines[0])).toMatchObject({
      host: '[omitted]',
      error: '[omitted]',
      sizeBytes: '[omitted]',
    });
  });

  it('prints an error with its code and causes, redacted', () => {
    const { log, lines } = capture();
    const cause = Object.assign(
      new Error('connect ECONNREFUSED https://alice:hunter2@h:5000/v2/'),
      {
        code: 'ECONNREFUSED',
        config: { headers: { authorization: 'Bearer tok-5ecr3t' } },
      },
    );
    log.error('Request failed', { error: new TypeError('fetch failed', { cause }) });
    expect(parsed(lines[0])).toMatchObject({
      error:
        'TypeError: fetch failed < Error ECONNREFUSED: connect ECONNREFUSED https://h:5000/v2/',
    });
  });

  it('goes on where an error is hostile', () => {
    const { log, lines } = capture();
    const hostile = new Error('x');
    Object.defineProperty(hostile, 'message', {
      get: () => {
        throw new Error('no');
      },
    });
    const circular = new Error('round');
    circular.cause = circular;
    log.error('First', { error: hostile });
    log.error('Second', { error: circular });
    expect(parsed(lines[0])).toMatchObject({ error: '[omitted]' });
    expect(parsed(lines[1])).toMatchObject({ message: 'Second' });
  });

  it('keeps one event on one line and cuts long text', () => {
    const { log, lines } = capture();
    log.info('Hello', { reason: `two\nlines\u001b[31m\u2028red ${'x'.repeat(100_000)}` });
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^[\x20-\x7e…]*$/u);
    expect(lines[0]?.length).toBeLessThan(1300);
  });

  it.each([
    ['Authorization: Basic YWxpY2U6aHVudGVyMg=='],
    ['{"Authorization":"Bearer tok-5ecr3t"}'],
    ['authorization: Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJhbGljZSJ9.c2ln, next'],
    ['got Bearer tok-5ecr3t back'],
    ['Proxy-Authorization=Basic YWxpY2U6aHVudGVyMg=='],
    ['Set-Cookie: sid=hunter2; path=/'],
    ['X-Registry-Auth: YWxpY2U6aHVudGVyMg=='],
    ['https://alice:hunter2@registry.example/v2/'],
    ['could not reach https://registry.example/token?account=alice&password=hunter2&service=x'],
    ['https://bucket.example/blob?X-Amz-Signature=tok-5ecr3t&X-Amz-Credential=hunter2'],
    ['http://[::1]:5000/?token=hunter2#hunter2'],
    ['alice:hunter2@registry.example refused'],
    ['connect to alice:hunter2@[::1]:5000'],
    ['proxy http://alice:hunter2@proxy.example:3128 refused'],
    ['{"username":"alice","password":"hunter2"}'],
    ["{'secret': 'hunter2 with spaces'}"],
    ['{"token":"tok-5ecr3t","access_token":"tok-5ecr3t"}'],
    ['refresh_token=tok-5ecr3t&service=x'],
    ['identitytoken: tok-5ecr3t'],
    ['jwt eyJhbGciOiJub25lIn0.eyJzdWIiOiJhbGljZSJ9.c2ln expired'],
    ['-----BEGIN PRIVATE KEY-----\nhunter2\n-----END PRIVATE KEY-----'],
    ['-----BEGIN PRIVATE KEY-----\nhunter2'],
    ['data:text/plain,hunter2 and https://h/?x=data:hunter2'],
    [`${'a'.repeat(2036)} password=hunter2`],
    [`${'a '.repeat(1019)}xx alice:hunter2@h`],
  ])('keeps secrets of foreign text out of the output: %s', (text) => {
    const { log, lines } = capture();
    log.info(text.startsWith('data:') ? 'Hello' : text, {
      reason: text.startsWith('data:') ? undefined : text,
      path: text.startsWith('data:') ? undefined : text,
      url: text,
      error: text.startsWith('data:') ? undefined : new Error(text, { cause: new Error(text) }),
    });
    const output = lines.join('\n');
    expect(output).toContain('"level":"info"');
    expect(secrets.filter((secret) => output.includes(secret))).toEqual([]);
  });
});
