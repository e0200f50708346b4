import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  catalogScope,
  coversScopes,
  formatScope,
  parseScopes,
  repositoryScope,
  tryParseScope,
  unionScopes,
} from '#core/registry/auth/scope';

describe('tryParseScope', () => {
  it.each([
    ['repository:team/app:pull', { type: 'repository', name: 'team/app', actions: ['pull'] }],
    ['repository:team/app:push,pull,pull', { actions: ['pull', 'push'] }],
    ['registry:catalog:*', { type: 'registry', name: 'catalog', actions: ['*'] }],
    ['repository:reg.example:5000/app:pull', { name: 'reg.example:5000/app' }],
    ['repository(plugin):app:pull', { type: 'repository(plugin)' }],
  ])('reads %s', (text, expected) => {
    expect(tryParseScope(text)).toMatchObject(expected);
  });

  it.each([
    '',
    'repository',
    'repository:app',
    'repository::pull',
    ':a:pull',
    'repository:a:',
    'r:a:p ull',
  ])('refuses %j', (text) => {
    expect(tryParseScope(text)).toBeUndefined();
  });

  it('reads a list and leaves out what is no scope', () => {
    expect(parseScopes('repository:a:pull  nonsense repository:b:push').map(formatScope)).toEqual([
      'repository:a:pull',
      'repository:b:push',
    ]);
    expect(parseScopes(undefined)).toEqual([]);
  });
});

const scope = fc
  .tuple(
    fc.constantFrom('repository', 'registry'),
    fc.stringMatching(/^[a-z0-9]{1,6}(\/[a-z0-9]{1,6})?(:[0-9]{1,4})?$/),
    fc.array(fc.constantFrom('pull', 'push', 'delete', '*'), { minLength: 1, maxLength: 4 }),
  )
  .map(([type, name, actions]) => ({ ...repositoryScope(name, ...actions), type }));
const scopes = fc.array(scope, { maxLength: 5 });

describe('scopes', () => {
  it('gives back what formatScope wrote', () => {
    fc.assert(
      fc.property(scope, (one) => {
        expect(tryParseScope(formatScope(one))).toEqual(one);
      }),
    );
  });

  it('has a union that covers both sides and does not depend on the order', () => {
    fc.assert(
      fc.property(scopes, scopes, (left, right) => {
        const union = unionScopes(left, right);
        expect(coversScopes(union, left) && coversScopes(union, right)).toBe(true);
        expect(unionScopes(right, left)).toEqual(union);
        expect(unionScopes(union, left)).toEqual(union);
      }),
    );
  });

  it('covers less with more, and everything with a star', () => {
    const pull = [repositoryScope('app', 'pull')];
    expect(coversScopes([repositoryScope('app', 'pull', 'push')], pull)).toBe(true);
    expect(coversScopes([repositoryScope('app', '*')], pull)).toBe(true);
    expect(coversScopes(pull, [repositoryScope('app', 'pull', 'push')])).toBe(false);
    expect(coversScopes([repositoryScope('other', '*')], pull)).toBe(false);
    expect(coversScopes([], [catalogScope])).toBe(false);
    expect(coversScopes([], [])).toBe(true);
  });
});
