import { describe, expect, it } from 'vitest';
import { RegistryFault } from '#core/local-registry/errors';
import { parseRoute } from '#core/local-registry/routes';

const codeOf = (path: string): string => {
  try {
    parseRoute(path);
    return 'none';
  } catch (error) {
    return error instanceof RegistryFault ? error.code : 'other';
  }
};

describe('routes (distribution-spec, Endpoints)', () => {
  it.each([
    ['/v2/', { kind: 'base' }],
    ['/v2', { kind: 'base' }],
    ['/v2/_catalog', { kind: 'catalog' }],
    ['/v2/a/b/tags/list', { kind: 'tags', name: 'a/b' }],
    ['/v2/a/blobs/uploads/', { kind: 'uploads', name: 'a' }],
    ['/v2/a/blobs/uploads', { kind: 'uploads', name: 'a' }],
    ['/v2/a/blobs/uploads/x-1', { kind: 'upload', name: 'a', id: 'x-1' }],
    ['/v2/a/blobs/sha256:0', { kind: 'blob', name: 'a', digest: 'sha256:0' }],
    ['/v2/a/blobs/sha256%3A0', { kind: 'blob', name: 'a', digest: 'sha256:0' }],
    ['/v2/a/manifests/v1', { kind: 'manifest', name: 'a', reference: 'v1' }],
    ['/v2/a/referrers/sha256:0', { kind: 'referrers', name: 'a', digest: 'sha256:0' }],
    ['/v2/a/manifests/b/manifests/c', { kind: 'manifest', name: 'a/manifests/b', reference: 'c' }],
    ['/v2/blobs/uploads/blobs/uploads/', { kind: 'uploads', name: 'blobs/uploads' }],
  ])('%s', (path, route) => {
    expect(parseRoute(path)).toEqual(route);
  });

  it.each(['/', '', '/v1/', '/v2/a', '/v2/a/manifests/', '/v2/a/tags/x', '/v2/a/other/x', '/v2//'])(
    'has nothing at "%s"',
    (path) => {
      expect(codeOf(path)).toBe('UNSUPPORTED');
    },
  );

  it.each([
    '/v2/../manifests/v1',
    '/v2/a/../b/manifests/v1',
    '/v2/%2e%2e/manifests/v1',
    '/v2/a%2f..%2fb/manifests/v1',
    '/v2/a%00b/manifests/v1',
    '/v2/a\\b/manifests/v1',
    '/v2/_uploads/manifests/v1',
    '/v2/a/_manifests/tags/list',
    '/v2/A/tags/list',
    '/v2//tags/list',
    '/v2/a//b/tags/list',
    '/v2/%zz/tags/list',
    '/v2/manifests/v1',
  ])('refuses the name in %s', (path) => {
    expect(codeOf(path)).toBe('NAME_INVALID');
  });
});
