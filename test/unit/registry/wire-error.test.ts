import { describe, expect, it } from 'vitest';
import { isWebPage, parseWireError } from '#core/registry/wire-error';

const read = (body: unknown) =>
  parseWireError(Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)));

describe('parseWireError', () => {
  it.each([
    [{ errors: [{ code: 'NAME_UNKNOWN', message: 'no such' }] }, 'NAME_UNKNOWN', 'no such'],
    [{ errors: [{ code: 'DENIED' }, { code: 'OTHER', message: 'x' }] }, 'DENIED', undefined],
    [{ errors: [{ code: 7, message: { a: 1 } }] }, undefined, undefined],
    [{ errors: [null] }, undefined, undefined],
    [{ errors: [] }, undefined, undefined],
    [{ errors: 'no' }, undefined, undefined],
    [{ code: 'FORBIDDEN', message: 'harbor' }, 'FORBIDDEN', 'harbor'],
    [{ error: 'invalid_grant', error_description: 'expired' }, undefined, 'expired'],
    [{ details: 'incorrect username or password' }, undefined, 'incorrect username or password'],
    [
      'You have reached your pull rate limit.\n',
      undefined,
      'You have reached your pull rate limit.',
    ],
    ['"text"', undefined, 'text'],
    ['null', undefined, undefined],
    ['', undefined, undefined],
    ['<html><body>502 Bad Gateway</body></html>', undefined, undefined],
    [{ errors: [{ code: '<b>', message: 'a\u0000b\r\nc' }] }, undefined, 'a b c'],
  ])('reads %j', (body, ociCode, ociMessage) => {
    expect(read(body)).toEqual({ ociCode, ociMessage });
  });

  it('cuts a long text', () => {
    expect(read('x'.repeat(10_000)).ociMessage).toHaveLength(500);
  });
});

describe('isWebPage', () => {
  it('goes by the type and by the first characters', () => {
    expect(isWebPage('text/html', Buffer.from('{}'))).toBe(true);
    expect(isWebPage(undefined, Buffer.from('\n <!DOCTYPE html><p>'))).toBe(true);
    expect(isWebPage('application/json', Buffer.from('<HTML>'))).toBe(true);
    expect(isWebPage('application/json', Buffer.from('{"a":"<html>"}'))).toBe(false);
    expect(isWebPage('text/plain', Buffer.from(''))).toBe(false);
  });
});
