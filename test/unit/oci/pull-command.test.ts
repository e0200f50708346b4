import { execFileSync } from 'node:child_process';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pullCommand, pullEnginesFor, shellQuote, type PullEngine } from '#oci/pull-command';
import { parseReference, type Reference } from '#oci/reference';
import { parseRepositoryName } from '#oci/repository-name';

const DIGEST = `sha256:${'0f'.repeat(32)}`;
const PRIVATE = 'reg.example:5000/team/shop/api:1.8.2';

describe('pullCommand', () => {
  it.each<[PullEngine, string, string]>([
    ['docker', PRIVATE, `docker pull ${PRIVATE}`],
    ['docker', 'docker.io/library/nginx:1.27', 'docker pull nginx:1.27'],
    ['docker', `nginx:1@${DIGEST}`, `docker pull nginx:1@${DIGEST}`],
    ['podman', 'nginx:1.27', 'podman pull docker.io/library/nginx:1.27'],
    ['nerdctl', PRIVATE, `nerdctl pull ${PRIVATE}`],
    ['skopeo', PRIVATE, `skopeo copy --all docker://${PRIVATE} oci:api:1.8.2`],
    [
      'skopeo',
      `reg.example/api@${DIGEST}`,
      `skopeo copy --all docker://reg.example/api@${DIGEST} oci:api`,
    ],
    [
      'skopeo',
      `reg.example/api:1@${DIGEST}`,
      `skopeo copy --all docker://reg.example/api@${DIGEST} oci:api:1`,
    ],
    ['crane', PRIVATE, `crane pull ${PRIVATE} api.tar`],
    [
      'helm',
      'reg.example/charts/app:1.2.3',
      'helm pull oci://reg.example/charts/app --version 1.2.3',
    ],
    [
      'helm',
      'reg.example/charts/app:1.2.3_build.5',
      'helm pull oci://reg.example/charts/app --version 1.2.3+build.5',
    ],
    [
      'helm',
      `reg.example/charts/app@${DIGEST}`,
      `helm pull oci://reg.example/charts/app@${DIGEST}`,
    ],
    ['oras', PRIVATE, `oras pull ${PRIVATE}`],
  ])('%s of %s', (engine, reference, command) => {
    expect(pullCommand(engine, parseReference(reference))).toBe(command);
  });

  it('trap 33: Helm gets the API host of Docker Hub', () => {
    expect(pullCommand('helm', parseReference('docker.io/team/chart:1.0.0'))).toBe(
      'helm pull oci://registry-1.docker.io/team/chart --version 1.0.0',
    );
  });

  it.each<[PullEngine, string]>([
    ['docker', `docker pull ${PRIVATE}`],
    ['podman', `podman pull --tls-verify=false ${PRIVATE}`],
    ['nerdctl', `nerdctl --insecure-registry pull ${PRIVATE}`],
    ['skopeo', `skopeo copy --all --src-tls-verify=false docker://${PRIVATE} oci:api:1.8.2`],
    ['crane', `crane pull --insecure ${PRIVATE} api.tar`],
    ['helm', 'helm pull --plain-http oci://reg.example:5000/team/shop/api --version 1.8.2'],
    ['oras', `oras pull --plain-http ${PRIVATE}`],
  ])('%s from a registry that speaks plain HTTP', (engine, command) => {
    expect(pullCommand(engine, parseReference(PRIVATE), { plainHttp: true })).toBe(command);
  });

  it.each<[PullEngine, boolean, string]>([
    ['docker', false, 'docker pull registry:443/app'],
    ['docker', true, 'docker pull registry:80/app'],
    ['helm', false, 'helm pull oci://registry:443/app'],
  ])(
    'a host without dot or port keeps %s off Docker Hub (plain HTTP: %s)',
    (engine, plainHttp, command) => {
      const reference: Reference = {
        registryHost: 'registry',
        repository: parseRepositoryName('app'),
      };
      expect(pullCommand(engine, reference, { plainHttp })).toBe(command);
    },
  );

  it('quotes a host in brackets, which a shell would expand', () => {
    expect(pullCommand('oras', parseReference('[::1]:5000/app:1'))).toBe(
      "oras pull '[::1]:5000/app:1'",
    );
  });
});

describe('pullEnginesFor', () => {
  it('trap 42: container engines are for images only', () => {
    const engines: PullEngine[] = ['docker', 'podman', 'nerdctl'];
    expect(pullEnginesFor('image')).toEqual(expect.arrayContaining(engines));
    for (const kind of [
      'helm-chart',
      'wasm',
      'signature',
      'sbom',
      'attestation',
      'model',
      'artifact',
    ] as const) {
      expect(pullEnginesFor(kind).filter((engine) => engines.includes(engine))).toEqual([]);
      expect(pullEnginesFor(kind)).toContain('oras');
    }
    expect(pullEnginesFor('helm-chart')[0]).toBe('helm');
  });
});

describe('shellQuote', () => {
  it.each([
    ['', "''"],
    ['plain-word_1.0/x:y@z', 'plain-word_1.0/x:y@z'],
    ['two words', "'two words'"],
    ["it's", "'it'\\''s'"],
    ['$(id)', "'$(id)'"],
    ['`id`', "'`id`'"],
    ['a;b', "'a;b'"],
    ['~', "'~'"],
    ['!!', "'!!'"],
    ['a\nb', "'a\nb'"],
    ['é', "'é'"],
  ])('%j becomes %s', (word, quoted) => {
    expect(shellQuote(word)).toBe(quoted);
  });

  // One shell for many words: starting a process costs more than all of them.
  it.skipIf(process.platform === 'win32')(
    'gives a real shell back every word it was given',
    () => {
      const word = fc.string({ unit: 'binary' }).filter((text) => !text.includes('\u0000'));
      fc.assert(
        fc.property(fc.array(word, { minLength: 200, maxLength: 200 }), (words) => {
          const script = `printf '%s\\0' ${words.map(shellQuote).join(' ')}`;
          const output = execFileSync('/bin/sh', ['-s'], { encoding: 'utf8', input: script });
          expect(output.split('\u0000').slice(0, -1)).toEqual(words);
        }),
        { numRuns: 3, endOnFailure: true },
      );
    },
    60_000,
  );
});
