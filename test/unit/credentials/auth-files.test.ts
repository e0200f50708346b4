import { execFile } from 'node:child_process';
import { chmod, mkdir, readFile, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLoginReader } from '#core/credentials/found-logins';
import { basic, createToolHome } from './tool-home';
import type { ToolHome } from './tool-home';

let home: ToolHome;
beforeEach(async () => {
  home = await createToolHome();
});
afterEach(() => home.remove());

const dockerFile = '.docker/config.json';
const podmanFile = 'run/containers/auth.json';

describe('docker config.json', () => {
  it('offers a login with its user name and where it is, and no secret', async () => {
    await home.write(dockerFile, {
      auths: { 'registry.example:5000': { auth: basic('alice:hunter2') } },
    });
    const found = await home.reader.findLogins('registry.example:5000');
    expect(found).toEqual({
      logins: [
        {
          source: 'docker',
          kind: 'password',
          username: 'alice',
          where: 'docker config (~/.docker/config.json)',
        },
      ],
      problems: [],
    });
    expect(await home.reader.readLogin('docker', 'registry.example:5000')).toEqual({
      kind: 'password',
      username: 'alice',
      secret: 'hunter2',
    });
  });

  it.each([
    [
      'a password with colons',
      { auth: basic('alice:a:b:c') },
      { kind: 'password', username: 'alice', secret: 'a:b:c' },
    ],
    [
      'a padded password',
      { auth: basic('alice:pw\0\0') },
      { kind: 'password', username: 'alice', secret: 'pw' },
    ],
    [
      'plain fields',
      { username: 'bob', password: 'pw' },
      { kind: 'password', username: 'bob', secret: 'pw' },
    ],
    [
      'an identity token',
      { auth: basic('<token>:'), identitytoken: 'idt' },
      { kind: 'identity-token', secret: 'idt' },
    ],
    [
      'an identity token with a name',
      { auth: basic('alice:'), identitytoken: 'idt' },
      { kind: 'identity-token', username: 'alice', secret: 'idt' },
    ],
    ['a registry token', { registrytoken: 'jwt' }, { kind: 'bearer', secret: 'jwt' }],
    [
      'the token user name',
      { auth: basic('<token>:idt') },
      { kind: 'identity-token', secret: 'idt' },
    ],
  ])('reads %s', async (_name, entry, credential) => {
    await home.write(dockerFile, { auths: { h: entry } });
    expect(await home.reader.readLogin('docker', 'h')).toEqual(credential);
    const kind = credential.kind === 'password' ? 'password' : 'token';
    expect((await home.reader.findLogins('h')).logins).toMatchObject([{ kind }]);
  });

  it.each([
    ['an empty entry', { auths: { h: {} } }],
    ['a user without a password', { auths: { h: { auth: basic('alice:') } } }],
    ['a password without a user', { auths: { h: { auth: basic(':pw') } } }],
    ['base64 without a colon', { auths: { h: { auth: basic('alice') } } }],
    ['an entry of the wrong type', { auths: { h: 'alice' } }],
    ['fields of the wrong type', { auths: { h: { auth: 7 } } }],
    ['no logins at all', { currentContext: 'x' }],
    ['null where logins should be', { auths: null, credHelpers: null, credsStore: null }],
    ['another registry', { auths: { other: { auth: basic('alice:pw') } } }],
    ['an empty file', ''],
  ])('offers nothing for %s', async (_name, content) => {
    await home.write(dockerFile, content);
    expect(await home.reader.findLogins('h')).toEqual({ logins: [], problems: [] });
    await expect(home.reader.readLogin('docker', 'h')).rejects.toMatchObject({
      code: 'login-missing',
    });
  });

  it('trap 33: finds the login of Docker Hub', async () => {
    const entry = { auth: basic('alice:pw') };
    await home.write(dockerFile, { auths: { 'https://index.docker.io/v1/': entry } });
    for (const host of ['docker.io', 'registry-1.docker.io', 'index.docker.io']) {
      expect(await home.reader.readLogin('docker', host)).toMatchObject({ username: 'alice' });
    }
  });

  it('is found where DOCKER_CONFIG says', async () => {
    const elsewhere = await createToolHome({
      env: { DOCKER_CONFIG: join(home.directory, 'else where') },
    });
    await home.write('else where/config.json', { auths: { h: { auth: basic('alice:pw') } } });
    const { logins } = await elsewhere.reader.findLogins('h');
    expect(logins[0]?.where).toContain(join('else where', 'config.json'));
    await elsewhere.remove();
  });

  it('comes after DOCKER_AUTH_CONFIG, and counts as one source with it', async () => {
    await home.write(dockerFile, {
      auths: { h: { auth: basic('file:pw') }, 'only-file': { auth: basic('file:pw') } },
    });
    const env = {
      ...home.environment.env,
      DOCKER_AUTH_CONFIG: JSON.stringify({ auths: { h: { auth: basic('variable:pw') } } }),
    };
    const reader = createLoginReader({ ...home.environment, env });
    expect((await reader.findLogins('h')).logins).toMatchObject([
      { source: 'docker', username: 'variable', where: 'the variable DOCKER_AUTH_CONFIG' },
    ]);
    expect(await reader.readLogin('docker', 'h')).toMatchObject({ username: 'variable' });
    expect(await reader.readLogin('docker', 'only-file')).toMatchObject({ username: 'file' });
  });

  it('is read anew each time', async () => {
    await home.write(dockerFile, { auths: { h: { auth: basic('alice:old') } } });
    expect(await home.reader.readLogin('docker', 'h')).toMatchObject({ secret: 'old' });
    await home.write(dockerFile, { auths: { h: { auth: basic('alice:new') } } });
    expect(await home.reader.readLogin('docker', 'h')).toMatchObject({ secret: 'new' });
    await home.write(dockerFile, { auths: {} });
    await expect(home.reader.readLogin('docker', 'h')).rejects.toThrow('docker login h');
  });
});

describe('a file that cannot be used', () => {
  it.each([
    ['not JSON', '{"auths":', 'not a valid file of registry logins'],
    ['a list', '[]', 'not a valid file of registry logins'],
    ['helpers of the wrong type', { credHelpers: { h: 7 } }, 'not a valid file of registry logins'],
    ['too large', ' '.repeat(1024 * 1024 + 1), 'larger than 1 MiB'],
  ])('is told and left out: %s', async (_name, content, words) => {
    const file = await home.write(dockerFile, content);
    await home.write(podmanFile, { auths: { h: { auth: basic('bob:pw') } } });
    const { logins, problems } = await home.reader.findLogins('h');
    expect(logins).toMatchObject([{ source: 'containers', username: 'bob' }]);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(words);
    expect(problems[0]).toContain(file);
  });

  it('is told: a folder in its place', async () => {
    await mkdir(join(home.directory, dockerFile), { recursive: true });
    expect((await home.reader.findLogins('h')).problems[0]).toContain('is not a file');
  });

  it.skipIf(process.platform === 'win32')('is told: a pipe, which nobody waits for', async () => {
    await mkdir(join(home.directory, '.docker'));
    await promisify(execFile)('mkfifo', [join(home.directory, dockerFile)]);
    expect((await home.reader.findLogins('h')).problems[0]).toContain('is not a file');
  });

  it('is no problem when a file stands where its folder should be', async () => {
    await home.write('.docker', 'a file');
    expect(await home.reader.findLogins('h')).toEqual({ logins: [], problems: [] });
  });

  it('never shows its content in the problem', async () => {
    await home.write(dockerFile, '{"auths":{"h":{"auth":"hunter2"');
    const env = { ...home.environment.env, DOCKER_AUTH_CONFIG: 'hunter2' };
    const found = await createLoginReader({ ...home.environment, env }).findLogins('h');
    expect(found.problems).toHaveLength(2);
    expect(JSON.stringify(found)).not.toContain('hunter2');
  });
});

describe('containers auth.json', () => {
  it('offers the login of podman beside that of docker', async () => {
    await home.write(dockerFile, { auths: { h: { auth: basic('alice:pw') } } });
    await home.write(podmanFile, { auths: { h: { auth: basic('bob:pw') } } });
    expect((await home.reader.findLogins('h')).logins).toMatchObject([
      { source: 'docker', username: 'alice' },
      { source: 'containers', username: 'bob', where: 'podman login (~/run/containers/auth.json)' },
    ]);
    expect(await home.reader.readLogin('containers', 'h')).toMatchObject({ username: 'bob' });
  });

  it('prefers the run-time folder to the configuration folder', async () => {
    await home.write('.config/containers/auth.json', {
      auths: { h: { auth: basic('config:pw') }, other: { auth: basic('config:pw') } },
    });
    await home.write(podmanFile, { auths: { h: { auth: basic('runtime:pw') } } });
    expect((await home.reader.findLogins('h')).logins).toMatchObject([{ username: 'runtime' }]);
    expect(await home.reader.readLogin('containers', 'h')).toMatchObject({ username: 'runtime' });
    expect(await home.reader.readLogin('containers', 'other')).toMatchObject({
      username: 'config',
    });
  });

  it('is read from the configuration folder on macOS', async () => {
    const mac = await createToolHome({ platform: 'darwin' });
    await mac.write('.config/containers/auth.json', { auths: { h: { auth: basic('mac:pw') } } });
    await mac.write(podmanFile, { auths: { h: { auth: basic('linux:pw') } } });
    expect((await mac.reader.findLogins('h')).logins).toMatchObject([{ username: 'mac' }]);
    await mac.remove();
  });

  it('is only read from REGISTRY_AUTH_FILE where that is set', async () => {
    await home.write(podmanFile, { auths: { h: { auth: basic('runtime:pw') } } });
    const file = await home.write('custom.json', { auths: { h: { auth: basic('custom:pw') } } });
    const env = { ...home.environment.env, REGISTRY_AUTH_FILE: file };
    const reader = createLoginReader({ ...home.environment, env });
    expect((await reader.findLogins('h')).logins).toMatchObject([{ username: 'custom' }]);
  });

  it('trap 33: uses docker.io as the key of Docker Hub', async () => {
    await home.write(podmanFile, { auths: { 'docker.io': { auth: basic('bob:pw') } } });
    expect(await home.reader.readLogin('containers', 'registry-1.docker.io')).toMatchObject({
      username: 'bob',
    });
  });

  it('keeps logins for parts of a registry apart', async () => {
    await home.write(podmanFile, {
      auths: {
        'quay.io': { auth: basic('whole:pw') },
        'quay.io/team': { auth: basic('team:pw') },
        'quay.io/team/app': { auth: basic('app:pw') },
        'quay.io/teams': { auth: basic('teams:pw') },
      },
    });
    const whole = await home.reader.findLogins('quay.io');
    expect(whole.logins.map(({ source }) => source)).toEqual([
      'containers',
      'containers:quay.io/team',
      'containers:quay.io/team/app',
      'containers:quay.io/teams',
    ]);
    expect(whole.logins[1]?.where).toBe('podman login (~/run/containers/auth.json), for team');
    const part = await home.reader.findLogins('quay.io/team');
    expect(part.logins.map(({ source }) => source)).toEqual([
      'containers',
      'containers:quay.io/team',
    ]);
    expect(await home.reader.readLogin('containers', 'quay.io')).toMatchObject({
      username: 'whole',
    });
    expect(await home.reader.readLogin('containers:quay.io/team', 'quay.io')).toMatchObject({
      username: 'team',
    });
  });

  it('says what to do when a chosen login is gone', async () => {
    await expect(home.reader.readLogin('containers', 'h')).rejects.toThrow('podman login h');
    await expect(home.reader.readLogin('containers:h/team', 'h')).rejects.toMatchObject({
      code: 'login-missing',
    });
    await expect(home.reader.readLogin('elsewhere', 'h')).rejects.toThrow('Choose another one');
  });
});

it('changes none of the files it reads', async () => {
  const files = [
    await home.write(dockerFile, { auths: { h: { auth: basic('alice:pw') } } }),
    await home.write(podmanFile, { auths: { h: { auth: basic('bob:pw') } } }),
  ];
  await Promise.all(files.map((file) => chmod(file, 0o400)));
  const look = async (): Promise<unknown[]> => [
    ...(await Promise.all(files.map((file) => readFile(file, 'utf8')))),
    ...(await Promise.all(files.map(async (file) => (await stat(file)).mtimeMs))),
    await readdir(join(home.directory, '.docker')),
  ];
  const before = await look();
  await home.reader.findLogins('h');
  await home.reader.readLogin('docker', 'h');
  expect(await look()).toEqual(before);
});
