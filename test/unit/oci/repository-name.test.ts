import { describe, expect, it } from 'vitest';
import {
  baseNameOf,
  namespaceOf,
  parseRepositoryName,
  tryParseRepositoryName,
} from '#oci/repository-name';

describe('tryParseRepositoryName', () => {
  it.each([
    'a',
    '0',
    'library/nginx',
    'team/shop/api/v2',
    'my.org/app',
    'a_b',
    'a__b',
    'a-b',
    'a-----b',
    '1a3f5e7d9c1b3a5f7e9d1c3b5a7f9e1d3c5b7a9f1e3d5d7c9b1a3f5e7d9c1b3a',
    'a'.repeat(255),
    `${'a/'.repeat(127)}a`,
  ])('accepts %s', (name) => {
    expect(tryParseRepositoryName(name)).toBe(name);
  });

  it.each([
    ['nothing', ''],
    ['an upper-case letter (trap 23: some registries send them)', 'Team/app'],
    ['a leading slash', '/app'],
    ['a trailing slash', 'app/'],
    ['an empty part', 'team//app'],
    ['a leading dash', '-app'],
    ['a trailing dash', 'app-'],
    ['a leading dot', '.app'],
    ['two dots', 'a..b'],
    ['three underscores', 'a___b'],
    ['a dot beside an underscore', 'a._b'],
    ['a part that ends in a separator', 'team_/app'],
    ['a path upwards', 'team/../app'],
    ['a tag', 'app:1.0'],
    ['a digest', 'app@sha256:00'],
    ['a space', 'my app'],
    ['a line feed at the end', 'app\n'],
    ['a letter outside ASCII', 'ápp'],
    ['markup', '<b>app</b>'],
    ['256 characters', 'a'.repeat(256)],
  ])('refuses %s', (_, name) => {
    expect(tryParseRepositoryName(name)).toBeUndefined();
  });
});

describe('parseRepositoryName', () => {
  it.each([
    ['Team/app', '"Team/app" is not a repository name. Names are written in lower case.'],
    ['a b', '"a b" is not a repository name. Names hold lower-case letters and digits, joined by'],
    ['a'.repeat(256), 'Names end at 255 characters.'],
    ['a\u202eb', '"a\\u202eb" is not a repository name.'],
  ])('says what is wrong with %j', (name, message) => {
    expect(() => parseRepositoryName(name)).toThrow(message);
    expect(() => parseRepositoryName(name)).toThrow(
      expect.objectContaining({ code: 'name-invalid' }),
    );
  });
});

describe('parts of a repository name', () => {
  it.each([
    ['api', undefined, 'api'],
    ['shop/api', 'shop', 'api'],
    ['team/shop/api', 'team/shop', 'api'],
  ])('%s', (text, namespace, baseName) => {
    const name = parseRepositoryName(text);
    expect(namespaceOf(name)).toBe(namespace);
    expect(baseNameOf(name)).toBe(baseName);
  });
});
