import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { getFromHelper, listFromHelper } from '#core/credentials/credential-helper';
import { findProgram, helperDirectories } from '#core/credentials/helper-search';
import type { ToolEnvironment } from '#core/credentials/tool-environment';
import { createToolHome } from './tool-home';
import type { ToolHome } from './tool-home';

let home: ToolHome;
beforeEach(async () => {
  home = await createToolHome();
});
afterEach(() => home.remove());

const answer = (username: string, secret: string): string =>
  `printf '%s' '${JSON.stringify({ ServerURL: 'h', Username: username, Secret: secret })}'`;
const notFound = `echo 'credentials not found in native keychain'; exit 1`;

describe.skipIf(process.platform === 'win32')('a credential helper', () => {
  it('gets the server key on its input and one argument', async () => {
    const log = join(home.directory, 'calls');
    await home.installHelper(
      'pass',
      `echo "$@: $(cat)" >> '${log}'\n${answer('alice', 'hunter2')}`,
    );
    expect(await getFromHelper('pass', 'https://index.docker.io/v1/', home.environment)).toEqual({
      kind: 'password',
      username: 'alice',
      secret: 'hunter2',
    });
    expect(await readFile(log, 'utf8')).toBe('get: https://index.docker.io/v1/\n');
  });

  it('gives an identity token under the user name <token>', async () => {
    await home.installHelper('pass', answer('<token>', 'idt'));
    expect(await getFromHelper('pass', 'h', home.environment)).toEqual({
      kind: 'identity-token',
      secret: 'idt',
    });
  });

  it.each([
    'credentials not found in native keychain',
    'no credentials server URL',
    'no credentials username',
  ])('has no login when it says "%s"', async (words) => {
    await home.installHelper('pass', `echo '${words}'; exit 1`);
    expect(await getFromHelper('pass', 'h', home.environment)).toBeUndefined();
    expect(await listFromHelper('pass', home.environment)).toEqual(new Map());
  });

  it.each([
    ['fails', 'echo "hunter2"; echo "hunter2" >&2; exit 3', 'failed with exit code 3'],
    ['is killed', 'kill -9 $$', 'failed with exit code -1'],
    ['says nonsense', 'echo hunter2', 'cannot be understood'],
    ['says something else', `echo '{"Username":7,"Secret":"hunter2"}'`, 'cannot be understood'],
    ['says too much', 'yes hunter2', 'too long'],
    ['cannot start', '', 'could not be started'],
  ])('that %s is an error with its name and without its output', async (_name, script, words) => {
    const file = await home.installHelper('pass', script);
    if (script === '') await writeFile(file, '#!/does/not/exist\n');
    const failure: unknown = await getFromHelper('pass', 'h', home.environment).catch(
      (error: unknown) => error,
    );
    expect(failure).toMatchObject({ code: 'helper-failed' });
    expect(String(failure)).toContain(
      `docker-credential-pass ${words.startsWith('fail') ? words : ''}`,
    );
    expect(String(failure)).toContain(words);
    expect(JSON.stringify(failure) + String(failure)).not.toContain('hunter2');
  });

  it('that never answers is ended, even when its own child keeps the pipe open', async () => {
    await home.installHelper(
      'pass',
      `echo $$ > '${join(home.directory, 'pid')}'\nsleep 1000 &\nsleep 1000`,
    );
    const environment = { ...home.environment, helperTimeoutMs: 300, env: withSystemPath() };
    await expect(getFromHelper('pass', 'h', environment)).rejects.toThrow('did not answer in time');
    const pid = Number(await readFile(join(home.directory, 'pid'), 'utf8'));
    await expect.poll(() => isAlive(pid)).toBe(false);
  });

  it('that closes its input early is still heard', async () => {
    await home.installHelper('pass', `exec 0<&-\n${answer('alice', 'pw')}`);
    expect(await getFromHelper('pass', 'x'.repeat(500_000), home.environment)).toMatchObject({
      username: 'alice',
    });
  });

  it('lists user names, null meaning none', async () => {
    await home.installHelper('pass', `printf '%s' '{"h":"alice","https://other/v1/":"<token>"}'`);
    await home.installHelper('empty', 'echo null');
    expect(await listFromHelper('pass', home.environment)).toEqual(
      new Map([
        ['h', 'alice'],
        ['https://other/v1/', '<token>'],
      ]),
    );
    expect(await listFromHelper('empty', home.environment)).toEqual(new Map());
  });

  it.each(['../../bin/sh', 'a b', 'a;touch x', '$(x)', '', 'a/b', 'a\nb', 'x'.repeat(65)])(
    'is not run when its name is %j',
    async (suffix) => {
      await expect(getFromHelper(suffix, 'h', home.environment)).rejects.toThrow(
        'The name of the credential helper is not valid.',
      );
    },
  );

  const withSystemPath = (): Record<string, string> => ({
    PATH: `${join(home.directory, 'path')}:/usr/bin:/bin`,
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe.skipIf(process.platform === 'win32')('finding a helper', () => {
  it('trap 50: looks where desktop programs miss it', async () => {
    const shortPath = { ...home.environment, env: { PATH: '/usr/bin:/bin:/usr/sbin:/sbin' } };
    for (const folder of ['.docker/bin', '.rd/bin', '.local/bin', 'google-cloud-sdk/bin']) {
      const suffix = folder.replace(/[^a-z]/gu, '');
      const file = await home.installHelper(suffix, answer('alice', 'pw'), folder);
      expect(await findProgram(`docker-credential-${suffix}`, shortPath)).toBe(file);
      expect(await getFromHelper(suffix, 'h', shortPath)).toMatchObject({ username: 'alice' });
    }
  });

  it('trap 50: gives the helper the same places for what it starts itself', async () => {
    await home.installHelper('outer', 'docker-credential-inner "$@"', '.docker/bin');
    await home.installHelper('inner', answer('alice', 'pw'), '.local/bin');
    const shortPath = { ...home.environment, env: { PATH: '/usr/bin:/bin' } };
    expect(await getFromHelper('outer', 'h', shortPath)).toMatchObject({ username: 'alice' });
  });

  it('trap 50: knows the places of macOS and Windows', () => {
    const mac: ToolEnvironment = {
      platform: 'darwin',
      homeDirectory: '/Users/alice',
      env: { PATH: '/usr/bin:/bin' },
      helperTimeoutMs: 1,
    };
    expect(helperDirectories(mac)).toEqual(
      expect.arrayContaining([
        '/usr/local/bin',
        '/opt/homebrew/bin',
        '/Applications/Docker.app/Contents/Resources/bin',
        '/Users/alice/.docker/bin',
      ]),
    );
    const windows: ToolEnvironment = {
      platform: 'win32',
      homeDirectory: 'C:\\Users\\alice',
      env: { Path: 'C:\\Windows;.;tools', ProgramFiles: 'D:\\Programs' },
      helperTimeoutMs: 1,
    };
    expect(helperDirectories(windows).slice(0, 2)).toEqual([
      'C:\\Windows',
      'D:\\Programs\\Docker\\Docker\\resources\\bin',
    ]);
  });

  it('takes the PATH first and leaves relative entries out', async () => {
    const file = await home.installHelper('pass', 'exit 0');
    await home.installHelper('pass', 'exit 0', '.local/bin');
    const env = { PATH: `.:bin::${join(home.directory, 'path')}` };
    const environment = { ...home.environment, env };
    expect(helperDirectories(environment)[0]).toBe(join(home.directory, 'path'));
    expect(await findProgram('docker-credential-pass', environment)).toBe(file);
  });

  it('passes over folders and files that cannot be run', async () => {
    await home.write('path/docker-credential-pass', 'not executable');
    await mkdir(join(home.directory, '.docker/bin/docker-credential-pass'), { recursive: true });
    const file = await home.installHelper('pass', 'exit 0', '.local/bin');
    expect(await findProgram('docker-credential-pass', home.environment)).toBe(file);
  });

  it('says where it looked when there is none', async () => {
    await expect(getFromHelper('missing-one', 'h', home.environment)).rejects.toThrow(
      'docker-credential-missing-one was not found on the PATH or in the usual places',
    );
  });
});

describe.skipIf(process.platform === 'win32')('logins kept by a helper', () => {
  /** Keeps one login under a key, and writes down what it was asked. */
  const keeper = (key: string, username: string): string => `
    echo "$1" >> '${join(home.directory, 'calls')}'
    input=$(cat)
    if [ "$1" = list ]; then printf '%s' '{"${key}":"${username}"}'; exit 0; fi
    if [ "$input" = '${key}' ]; then ${answer(username, 'pw')}; exit 0; fi
    ${notFound}`;
  const calls = async (): Promise<string[]> =>
    (await readFile(join(home.directory, 'calls'), 'utf8')).trim().split('\n');

  beforeEach(() => {
    Object.assign(home.environment.env, { PATH: `${join(home.directory, 'path')}:/usr/bin:/bin` });
  });

  it('for all hosts are listed without reading a secret', async () => {
    await home.installHelper('pass', keeper('h', 'alice'));
    await home.write('.docker/config.json', { credsStore: 'pass', auths: { h: {} } });
    expect((await home.reader.findLogins('h')).logins).toEqual([
      { source: 'docker', username: 'alice', kind: 'password', where: 'docker-credential-pass' },
    ]);
    expect((await home.reader.findLogins('other')).logins).toEqual([]);
    expect(await calls()).toEqual(['list', 'list']);
    expect(await home.reader.readLogin('docker', 'h')).toMatchObject({ secret: 'pw' });
  });

  it('are found under an old spelling of the key', async () => {
    await home.installHelper('pass', keeper('https://h:5000/v1/', 'alice'));
    await home.write('.docker/config.json', { credsStore: 'pass' });
    expect((await home.reader.findLogins('h:5000')).logins).toMatchObject([{ username: 'alice' }]);
    expect(await home.reader.readLogin('docker', 'h:5000')).toMatchObject({ username: 'alice' });
  });

  it('trap 33: are found for Docker Hub', async () => {
    await home.installHelper('pass', keeper('https://index.docker.io/v1/', '<token>'));
    await home.write('.docker/config.json', { credsStore: 'pass' });
    expect((await home.reader.findLogins('docker.io')).logins).toMatchObject([{ kind: 'token' }]);
    expect(await home.reader.readLogin('docker', 'docker.io')).toEqual({
      kind: 'identity-token',
      secret: 'pw',
    });
  });

  it('of a helper named for the host go before the helper for all, and need not be listed', async () => {
    await home.installHelper('pass', keeper('h', 'alice'));
    await home.installHelper(
      'ecr-login',
      `[ "$1" = list ] && { echo 'not implemented'; exit 1; }\n${answer('AWS', 'pw')}`,
    );
    await home.write('.docker/config.json', {
      credsStore: 'pass',
      credHelpers: { h: 'ecr-login' },
    });
    expect((await home.reader.findLogins('h')).logins).toMatchObject([
      { username: 'AWS', where: 'docker-credential-ecr-login' },
    ]);
    expect(await home.reader.readLogin('docker', 'h')).toMatchObject({ username: 'AWS' });
  });

  it('stand for the entries of the file, which are only markers then', async () => {
    await home.installHelper('pass', notFound);
    await home.write('.docker/config.json', {
      credsStore: 'pass',
      auths: { h: { auth: Buffer.from('old:pw').toString('base64') } },
    });
    expect(await home.reader.findLogins('h')).toEqual({ logins: [], problems: [] });
    await expect(home.reader.readLogin('docker', 'h')).rejects.toMatchObject({
      code: 'login-missing',
    });
  });

  it('of podman come from its own credHelpers', async () => {
    await home.installHelper('pass', keeper('h', 'alice'));
    await home.write('run/containers/auth.json', { credHelpers: { h: 'pass' } });
    expect((await home.reader.findLogins('h')).logins).toMatchObject([
      { source: 'containers', where: 'docker-credential-pass' },
    ]);
    expect(await home.reader.readLogin('containers', 'h')).toMatchObject({ username: 'alice' });
  });

  it('trap 50: are told as a problem when the helper is missing, and as an error when one was chosen', async () => {
    await home.write('.docker/config.json', { credsStore: 'gone' });
    const { logins, problems } = await home.reader.findLogins('h');
    expect(logins).toEqual([]);
    expect(problems).toEqual([expect.stringContaining('docker-credential-gone was not found')]);
    await expect(home.reader.readLogin('docker', 'h')).rejects.toMatchObject({
      code: 'helper-failed',
    });
  });

  it('of a helper with a hostile name run nothing', async () => {
    await home.write('.docker/config.json', { credsStore: '../../../bin/sh' });
    const { logins, problems } = await home.reader.findLogins('h');
    expect(logins).toEqual([]);
    expect(problems).toEqual(['The name of the credential helper is not valid.']);
  });
});
