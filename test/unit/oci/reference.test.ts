import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDigest } from '#oci/digest';
import {
  canonicalRegistryHost,
  formatFamiliarReference,
  formatReference,
  isRegistryHost,
  parseReference,
  registryApiHost,
  tryParseReference,
  type Reference,
} from '#oci/reference';
import { parseRepositoryName, tryParseRepositoryName } from '#oci/repository-name';
import { parseTag } from '#oci/tag';

const HEX = 'f'.repeat(64);
const DIGEST = `sha256:${HEX}`;

type Row = [
  text: string,
  host: string,
  repository: string,
  tag?: string | undefined,
  digest?: string | undefined,
];

describe('tryParseReference', () => {
  it.each<Row>([
    ['test.example/repo:tag', 'test.example', 'repo', 'tag'],
    ['test:5000/repo', 'test:5000', 'repo'],
    ['test:5000/repo:tag', 'test:5000', 'repo', 'tag'],
    [`test:5000/repo@${DIGEST}`, 'test:5000', 'repo', undefined, DIGEST],
    [`test:5000/repo:tag@${DIGEST}`, 'test:5000', 'repo', 'tag', DIGEST],
    ['localhost/repo', 'localhost', 'repo'],
    ['localhost:5055/team/shop/api:1.8.2', 'localhost:5055', 'team/shop/api', '1.8.2'],
    ['192.168.1.1:5000/repo:5050', '192.168.1.1:5000', 'repo', '5050'],
    ['[2001:db8::1]/repo', '[2001:db8::1]', 'repo'],
    [`[::1]:5000/repo:tag@${DIGEST}`, '[::1]:5000', 'repo', 'tag', DIGEST],
    ['xn--n3h.com/myimage:xn--n3h.com', 'xn--n3h.com', 'myimage', 'xn--n3h.com'],
    [
      'b.gcr.io/test.example.com/my-app:test.example.com',
      'b.gcr.io',
      'test.example.com/my-app',
      'test.example.com',
    ],
    ['Registry.Example.COM/repo', 'registry.example.com', 'repo'],
    [
      `reg.example/repo@sha512:${HEX}${HEX}`,
      'reg.example',
      'repo',
      undefined,
      `sha512:${HEX}${HEX}`,
    ],
  ])('reads %s', (text, registryHost, repository, tag, digest) => {
    expect(tryParseReference(text)).toEqual({
      registryHost,
      repository,
      ...(tag === undefined ? {} : { tag }),
      ...(digest === undefined ? {} : { digest }),
    });
  });

  it.each<Row>([
    ['nginx', 'docker.io', 'library/nginx'],
    ['nginx:1.27', 'docker.io', 'library/nginx', '1.27'],
    ['192.168.1.1:5000', 'docker.io', 'library/192.168.1.1', '5000'],
    ['team/app', 'docker.io', 'team/app'],
    ['test_com/foo', 'docker.io', 'test_com/foo'],
    ['docker.io/nginx', 'docker.io', 'library/nginx'],
    ['docker.io/library/nginx', 'docker.io', 'library/nginx'],
    ['index.docker.io/nginx:1', 'docker.io', 'library/nginx', '1'],
    ['registry-1.docker.io/library/nginx', 'docker.io', 'library/nginx'],
    ['docker.io/library/foo/bar', 'docker.io', 'library/foo/bar'],
    [`docker.io/${HEX}`, 'docker.io', `library/${HEX}`],
  ])('trap 33: reads %s as Docker Hub', (text, registryHost, repository, tag) => {
    expect(tryParseReference(text)).toEqual({
      registryHost,
      repository,
      ...(tag === undefined ? {} : { tag }),
    });
  });

  it.each([
    ['nothing', ''],
    ['only a tag', ':tag'],
    ['only a digest', `@${DIGEST}`],
    ['a scheme', 'https://registry.example/repo'],
    ['an empty tag', 'repo:'],
    ['an empty digest', 'repo@'],
    ['a short digest', 'repo@sha256:ffff'],
    ['two digests', `repo@${DIGEST}@${DIGEST}`],
    ['an upper-case repository', 'registry.example/Team/app'],
    ['an upper-case namespace, which Docker takes for a host', 'Team/app'],
    ['a host without a repository', 'registry.example:5000/'],
    ['an image ID', HEX],
    ['an IPv6 address without a repository', '[2001:db8::1]:5000'],
    ['an IPv6 zone', '[fe80::1%eth0]:5000/repo'],
    ['an IPv6 address without brackets', 'fc00::1:5000/debian'],
    ['port 0', 'registry.example:0/repo'],
    ['port 65536', 'registry.example:65536/repo'],
    ['no port behind the colon', 'registry.example:/repo'],
    ['a host that starts with a dash', '-registry.example/repo'],
    ['a user', 'user@registry.example/repo'],
    ['a path upwards', 'registry.example/../repo'],
    ['a space', 'registry.example/my repo'],
    ['a line feed at the end', 'registry.example/repo:1\n'],
    ['a repository of 256 characters', `registry.example/${'a'.repeat(256)}`],
  ])('refuses %s', (_, text) => {
    expect(tryParseReference(text)).toBeUndefined();
  });

  it('takes a repository of 255 characters whatever the host', () => {
    expect(tryParseReference(`registry.example:5000/${'a'.repeat(255)}`)?.repository).toHaveLength(
      255,
    );
  });
});

describe('parseReference', () => {
  it.each([
    ['docker://nginx', 'A reference has no "://"; leave it out.'],
    ['my app', 'A reference has no spaces.'],
    ['Team/app:1', 'Repository names are written in lower case.'],
    ['app:', 'A reference looks like registry.example.com/team/app:1.0'],
  ])('explains %j', (text, message) => {
    expect(() => parseReference(text)).toThrow(message);
    expect(() => parseReference(text)).toThrow(
      expect.objectContaining({ code: 'reference-invalid' }),
    );
  });
});

describe('Docker Hub', () => {
  it.each(['docker.io', 'index.docker.io', 'registry-1.docker.io', 'Docker.IO'])(
    'trap 33: %s names Docker Hub and its API answers at registry-1.docker.io',
    (host) => {
      expect(canonicalRegistryHost(host)).toBe('docker.io');
      expect(registryApiHost(host)).toBe('registry-1.docker.io');
    },
  );

  it('trap 33: other hosts are their own API host', () => {
    expect(registryApiHost('docker.io.example.com')).toBe('docker.io.example.com');
    expect(registryApiHost('localhost:5055')).toBe('localhost:5055');
    expect(canonicalRegistryHost('Reg.Example:5000')).toBe('reg.example:5000');
  });

  it.each([
    ['docker.io/library/nginx:1.27', 'nginx:1.27'],
    ['docker.io/team/app', 'team/app'],
    [`docker.io/library/nginx@${DIGEST}`, `nginx@${DIGEST}`],
    ['docker.io/library/foo/bar', 'library/foo/bar'],
    ['docker.io/my.org/app', 'docker.io/my.org/app'],
    [`docker.io/${HEX}`, `docker.io/library/${HEX}`],
    ['reg.example/library/nginx', 'reg.example/library/nginx'],
  ])('trap 33: %s is familiarly %s', (full, familiar) => {
    expect(formatFamiliarReference(parseReference(full))).toBe(familiar);
  });
});

describe('isRegistryHost', () => {
  it.each([
    'a',
    'localhost',
    'registry',
    'reg.example',
    'reg.example:443',
    '10.0.0.1:5000',
    '[::1]:5000',
  ])('accepts %s', (host) => {
    expect(isRegistryHost(host)).toBe(true);
  });

  it.each([
    '',
    '.',
    'reg..example',
    'reg.example.',
    'reg-.example',
    'reg.example:99999',
    '::1',
    'a b',
    'a/b',
    `${'a'.repeat(300)}.example`,
  ])('refuses %j', (host) => {
    expect(isRegistryHost(host)).toBe(false);
  });
});

describe('formatReference', () => {
  const label = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,6}[a-z0-9])?$/);
  const port = fc.integer({ min: 1, max: 65_535 });
  const host = fc.oneof(
    fc.constant('docker.io'),
    fc.constant('localhost'),
    fc.tuple(label, label).map((labels) => labels.join('.')),
    fc.tuple(label, port).map(([name, number]) => `${name}:${String(number)}`),
    port.map((number) => `[fd00::1]:${String(number)}`),
  );
  const component = fc.stringMatching(/^[a-z0-9]{1,4}((\.|_|__|-{1,3})[a-z0-9]{1,4}){0,2}$/);
  const repository = fc
    .array(component, { minLength: 1, maxLength: 4 })
    .map((parts) => parts.join('/'))
    .filter((name) => tryParseRepositoryName(name) !== undefined);
  const reference: fc.Arbitrary<Reference> = fc
    .record({
      host,
      repository,
      tag: fc.option(fc.stringMatching(/^\w[\w.-]{0,20}$/), { nil: undefined }),
      digest: fc.constantFrom(undefined, DIGEST, `sha512:${HEX}${HEX}`, 'opaque:AB=_-'),
    })
    .map((parts) => ({
      registryHost: parts.host,
      repository: parseRepositoryName(
        parts.host === 'docker.io' && !parts.repository.includes('/')
          ? `library/${parts.repository}`
          : parts.repository,
      ),
      ...(parts.tag === undefined ? {} : { tag: parseTag(parts.tag) }),
      ...(parts.digest === undefined ? {} : { digest: parseDigest(parts.digest) }),
    }));

  it('is read back as it was, in both forms', () => {
    fc.assert(
      fc.property(reference, (value) => {
        expect(parseReference(formatReference(value))).toEqual(value);
        expect(parseReference(formatFamiliarReference(value))).toEqual(value);
      }),
    );
  });

  it('writes the port of a host that would read as a namespace', () => {
    const value: Reference = {
      registryHost: 'registry',
      repository: parseRepositoryName('team/app'),
    };
    expect(formatReference(value)).toBe('registry:443/team/app');
    expect(formatFamiliarReference(value)).toBe('registry:443/team/app');
  });
});
