import { array, assert, property, stringMatching, uniqueArray } from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  buildTree,
  filterNames,
  flattenTree,
  namespacesOf,
} from '../../../src/renderer/src/features/repositories/tree';
import {
  findByTyping,
  moveInTree,
} from '../../../src/renderer/src/features/repositories/tree-keys';

const allOpen = (): boolean => true;
const noneOpen = (): boolean => false;
const lines = (names: readonly string[], isOpen = allOpen): readonly string[] =>
  flattenTree(buildTree(names), isOpen).map(
    ({ kind, label, level }) =>
      `${'  '.repeat(level - 1)}${label}${kind === 'namespace' ? '/' : ''}`,
  );

describe('the namespace tree', () => {
  it('nests names by their parts, in lexical order', () => {
    expect(lines(['shop/web', 'shop/api', 'alpine', 'shop/jobs/mail', 'shop/jobs/bill'])).toEqual([
      'alpine',
      'shop/',
      '  api',
      '  jobs/',
      '    bill',
      '    mail',
      '  web',
    ]);
  });

  it('puts a chain with one end on one line', () => {
    expect(lines(['data/pipeline/in', 'data/pipeline/out', 'library/debian'])).toEqual([
      'data/pipeline/',
      '  in',
      '  out',
      'library/debian',
    ]);
  });

  it('shows a path that is both repository and namespace as both', () => {
    const rows = flattenTree(buildTree(['team', 'team/a', 'team/b']), allOpen);
    expect(rows.map(({ key }) => key)).toEqual(['r:team', 'n:team', 'r:team/a', 'r:team/b']);
  });

  it('keeps a namespace together when another name continues with a dash', () => {
    expect(lines(['a/b', 'a-b', 'a/c'])).toEqual(['a/', '  b', '  c', 'a-b']);
  });

  it('shows only namespaces while they are closed, with how many they hold', () => {
    const rows = flattenTree(buildTree(['x/a', 'x/b/c', 'x/b/d', 'y']), noneOpen);
    expect(rows.map(({ label, count }) => `${label} ${count}`)).toEqual(['x 3', 'y 1']);
  });

  it('numbers siblings for aria-posinset and aria-setsize', () => {
    const rows = flattenTree(buildTree(['x/a', 'x/b', 'y']), allOpen);
    expect(rows.map(({ position, siblings }) => `${position}/${siblings}`)).toEqual([
      '1/2',
      '1/2',
      '2/2',
      '2/2',
    ]);
  });

  it('holds every name exactly once, whatever the names are', () => {
    const part = stringMatching(/^[a-z0-9]([-._]?[a-z0-9]){0,3}$/u);
    const name = array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'));
    assert(
      property(uniqueArray(name, { maxLength: 60 }), (names) => {
        const rows = flattenTree(buildTree(names), allOpen);
        const repositories = rows
          .filter(({ kind }) => kind === 'repository')
          .map(({ path }) => path);
        expect(repositories.toSorted()).toEqual(names.toSorted());
        expect(new Set(rows.map(({ key }) => key)).size).toBe(rows.length);
      }),
    );
  });

  it('filters by words in any order and case', () => {
    expect(filterNames(['shop/api', 'shop/web', 'api/shop-old'], 'API sho')).toEqual([
      'shop/api',
      'api/shop-old',
    ]);
    expect(namespacesOf('a/b/c')).toEqual(['a', 'a/b']);
  });
});

describe('keys in the tree', () => {
  const rows = flattenTree(buildTree(['b/x', 'b/y', 'c/z', 'c/zz', 'd']), (path) => path === 'b');
  // b (open), b/x, b/y, c (closed), d
  it('moves along the lines and stays inside', () => {
    expect(moveInTree(rows, 'n:b', 'ArrowDown', 2)).toEqual({ kind: 'go', key: 'r:b/x' });
    expect(moveInTree(rows, 'n:b', 'ArrowUp', 2)).toEqual({ kind: 'go', key: 'n:b' });
    expect(moveInTree(rows, 'n:b', 'End', 2)).toEqual({ kind: 'go', key: 'r:d' });
    expect(moveInTree(rows, 'r:d', 'PageUp', 2)).toEqual({ kind: 'go', key: 'r:b/y' });
  });

  it('opens to the right and closes to the left, and a repository leads to its namespace', () => {
    expect(moveInTree(rows, 'n:c', 'ArrowRight', 2)).toEqual({ kind: 'expand', path: 'c' });
    expect(moveInTree(rows, 'n:b', 'ArrowRight', 2)).toEqual({ kind: 'go', key: 'r:b/x' });
    expect(moveInTree(rows, 'n:b', 'ArrowLeft', 2)).toEqual({ kind: 'collapse', path: 'b' });
    expect(moveInTree(rows, 'r:b/y', 'ArrowLeft', 2)).toEqual({ kind: 'go', key: 'n:b' });
  });

  it('opens a repository with Enter and leaves other keys alone', () => {
    expect(moveInTree(rows, 'r:d', 'Enter', 2)).toMatchObject({ kind: 'open', row: { path: 'd' } });
    expect(moveInTree(rows, 'r:d', 'Tab', 2)).toBeUndefined();
  });

  it('finds by typing, round the end', () => {
    expect(findByTyping(rows, 'r:d', 'c')).toBe('n:c');
    expect(findByTyping(rows, 'n:c', 'c')).toBe('n:c');
    expect(findByTyping(rows, 'n:b', 'q')).toBeUndefined();
  });
});
