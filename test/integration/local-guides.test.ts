import { execFile } from 'node:child_process';
import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openCertificates } from '#core/certificates/index';
import { makeGuides, makeTrustGuides, type LocalPlace } from '#core/local-guides/index';
import { pushImage, startLocalRegistry, type StartedLocalRegistry } from '#test/local-registry';
import { realPart } from '#test/real-parts';
import { makeTemporaryDir, run } from '#test/registry-command';

const execute = promisify(execFile);

let directory: string;
let place: LocalPlace & { caFile: string };
let fingerprint: string;
let registry: StartedLocalRegistry;

beforeAll(async () => {
  directory = await makeTemporaryDir('guides');
  const made = await openCertificates({
    directory: path.join(directory, 'kept here'),
  }).certificateFor(['localhost', '127.0.0.1']);
  registry = await startLocalRegistry();
  await pushImage(registry.origin, 'app', 'dev');
  const { certificatePem: cert, keyPem: key, hostNames: certificateNames } = made;
  const { port } = await registry.registry.listen({ port: 0, tls: { cert, key } });
  fingerprint = made.authority.fingerprint;
  place = {
    platform: 'linux',
    port,
    reach: 'network',
    tls: true,
    users: [`o'neil $(touch ${directory}/owned)`],
    certificateNames,
    networkAddresses: [
      { address: '172.17.0.1', interfaceName: 'docker0', kind: 'containers', isPublic: false },
    ],
    engines: [],
    caFile: made.authority.file,
  };
});
afterAll(async () => {
  await registry.stop();
  await rm(directory, { recursive: true, force: true });
});

/** Programs of the test's own, which are found first. */
async function fakePrograms(programs: Readonly<Record<string, string>>): Promise<string> {
  const bin = await makeTemporaryDir('bin');
  for (const [name, script] of Object.entries(programs)) {
    await writeFile(path.join(bin, name), `#!/bin/sh\n${script}\n`);
    await chmod(path.join(bin, name), 0o755);
  }
  return bin;
}

const stepText = (steps: readonly { title: string; text: string }[], title: string): string =>
  steps.find((step) => step.title === title)?.text ?? '';

describe.skipIf(process.platform === 'win32')('guides, carried out as they are written', () => {
  it.skipIf(realPart('skopeo') === undefined)(
    'after the steps for Podman, skopeo trusts the registry; after the undo it does not',
    async () => {
      const home = path.join(directory, 'home');
      await mkdir(home);
      const env = { ...process.env, HOME: home };
      const podman = makeTrustGuides(place, fingerprint).find(({ target }) => target === 'podman');
      const steps = podman?.steps ?? [];
      const reference = `docker://127.0.0.1:${place.port}/app:dev`;
      const inspect = () => run('skopeo', ['inspect', '--raw', reference], { env });
      expect((await inspect()).stderr).toMatch(/unknown authority/u);

      const shown = await execute('sh', ['-c', stepText(steps, 'Compare the fingerprint')], {
        env,
      });
      expect(shown.stdout).toContain(fingerprint);
      await execute('sh', ['-ec', stepText(steps, 'Give Podman the certificate')], { env });
      expect(await inspect()).toMatchObject({ code: 0 });
      await execute('sh', ['-ec', stepText(steps, 'Undo')], { env });
      expect((await inspect()).stderr).toMatch(/unknown authority/u);
    },
  );

  it('the steps for kind write what containerd reads into every node', async () => {
    const nodes = path.join(directory, 'nodes');
    // A node is a folder; what is run in it is run here, with the folder before each absolute path.
    const bin = await fakePrograms({
      kind: 'echo one two',
      docker: `test "$1" = exec || exit 9; shift; test "$1" = -i && shift
node=$1; shift; case "$1" in
mkdir) mkdir -p "${nodes}/$node$3";;
cp) cat > "${nodes}/$node$3";;
*) exit 9;; esac`,
    });
    const kind = makeGuides(place).find(({ target }) => target === 'kind');
    const script = stepText(kind?.steps ?? [], 'Tell every node about it');
    const env = { ...process.env, PATH: `${bin}:${process.env['PATH'] ?? ''}` };
    await execute('sh', ['-ec', script], { env });
    const address = `172.17.0.1:${place.port}`;
    for (const node of ['one', 'two']) {
      const folder = `/etc/containerd/certs.d/${address}`;
      expect(await readFile(`${nodes}/${node}${folder}/hosts.toml`, 'utf8')).toBe(
        `[host."https://${address}"]\n  ca = "${folder}/ca.crt"\n`,
      );
      expect(await readFile(`${nodes}/${node}${folder}/ca.crt`, 'utf8')).toBe(
        await readFile(place.caFile, 'utf8'),
      );
    }
  });

  it('a user with a name full of shell signs in under that name and runs nothing', async () => {
    const print = 'for word in "$@"; do printf "%s\\n" "$word"; done';
    const bin = await fakePrograms({ docker: print, podman: print, kubectl: print, sudo: print });
    const env = { ...process.env, PATH: `${bin}:${process.env['PATH'] ?? ''}` };
    for (const { target, steps } of makeGuides(place)) {
      const signIn = stepText(steps, 'Sign in') || stepText(steps, 'Let the cluster sign in');
      const running = execute('bash', ['-c', signIn], { env });
      // A program that reads nothing may be gone before it is written.
      running.child.stdin?.on('error', () => undefined);
      running.child.stdin?.end('secret $(id)\n');
      const { stdout } = await running;
      expect(stdout.split('\n'), target).toEqual(
        expect.arrayContaining([
          expect.stringMatching(/^--(?:docker-)?username=o'neil \$\(touch /u),
        ]),
      );
    }
    await expect(readFile(path.join(directory, 'owned'))).rejects.toThrow('ENOENT');
  });

  it('every command for a POSIX system is one that a shell can read', async () => {
    const places = (['linux', 'darwin'] as const).map((platform) => ({ ...place, platform }));
    const guides = places.flatMap((each) => [
      ...makeGuides(each),
      ...makeGuides({ ...each, reach: 'this-computer', tls: false }),
      ...makeTrustGuides(each, fingerprint).filter(({ target }) => target !== 'windows'),
    ]);
    const commands = guides.flatMap(({ steps }) => steps).filter(({ kind }) => kind === 'command');
    expect(commands.length).toBeGreaterThan(50);
    const script = commands.map(({ text }) => text).join('\n');
    const { stderr } = await execute('bash', ['-n', '-c', script]);
    expect(stderr).toBe('');
  });
});
