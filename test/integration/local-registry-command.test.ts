import { readFileSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import net from 'node:net';
import path from 'node:path';
import { hash } from 'bcryptjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pushBlob, pushImage } from '#test/local-registry';
import { realPart } from '#test/real-parts';
import {
  makeTemporaryDir,
  run,
  startRegistryProcess,
  tagboat,
  type RegistryProcess,
} from '#test/registry-command';

let dir: string;
const storage = (name: string): string => path.join(dir, name);

beforeAll(async () => {
  dir = await makeTemporaryDir('command');
});
afterAll(() => rm(dir, { recursive: true, force: true }));

describe('tagboat registry', () => {
  it('says it is ready in one JSON line, serves, and ends on SIGTERM', async () => {
    const registry = await startRegistryProcess(storage('ready'));
    expect(registry.pid).toBe(registry.child.pid);
    expect(registry.storageDir).toBe(storage('ready'));
    expect(registry.origin).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/u);
    await pushImage(registry.origin, 'app', 'v1');
    expect(await registry.end()).toBe(0);
    expect(registry.output.stdout).toHaveLength(1);
    expect(registry.output.stderr).toEqual([]);
    const again = await startRegistryProcess(storage('ready'));
    expect((await fetch(`${again.origin}/v2/app/manifests/v1`)).status).toBe(200);
    await again.end();
  });

  it('lets a pull that is under way end before it exits', async () => {
    const registry = await startRegistryProcess(storage('drain'));
    const content = Buffer.alloc(20_000_000, 'drain');
    const blob = await pushBlob(registry.origin, 'app', content);
    const response = await fetch(`${registry.origin}/v2/app/blobs/${blob.digest}`);
    const exited = registry.end();
    await expect
      .poll(() =>
        fetch(`${registry.origin}/v2/`).then(
          () => 'up',
          () => 'down',
        ),
      )
      .toBe('down');
    expect((await response.arrayBuffer()).byteLength).toBe(content.byteLength);
    expect(await exited).toBe(0);
  });

  it('a second signal ends it at once', async () => {
    const registry = await startRegistryProcess(storage('twice'));
    const blob = await pushBlob(registry.origin, 'app', Buffer.alloc(20_000_000, 'x'));
    const response = await fetch(`${registry.origin}/v2/app/blobs/${blob.digest}`);
    const first = registry.end();
    await expect
      .poll(() =>
        fetch(`${registry.origin}/v2/`).then(
          () => 'up',
          () => 'down',
        ),
      )
      .toBe('down');
    await registry.end();
    expect(await first).toBe(1);
    await response.body?.cancel().catch(() => undefined);
  });

  it('refuses a folder that another process serves, naming it, and takes over after a kill', async () => {
    const first = await startRegistryProcess(storage('two'));
    const second = await tagboat('registry', '--storage', storage('two'), '--port', '0');
    expect(second.code).toBe(1);
    expect(second.stderr).toContain(`process ${first.pid} `);
    expect(second.stdout).toBe('');
    await first.end('SIGKILL');
    const third = await startRegistryProcess(storage('two'));
    expect((await fetch(`${third.origin}/v2/`)).status).toBe(200);
    await third.end();
  });

  it('names a port that is taken', async () => {
    const server = net.createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => {
      server.once('listening', resolve);
    });
    const { port } = server.address() as net.AddressInfo;
    const result = await tagboat('registry', '--storage', storage('port'), '--port', `${port}`);
    expect(result.code).toBe(1);
    expect(result.stderr).toContain(`port ${port}`);
    server.close();
  });

  it.each([
    [['registry'], '--storage'],
    [['registry', '--storage'], 'storage'],
    [['registry', '--storage', 'x', '--port', '70000'], '--port'],
    [['registry', '--storage', 'x', '--port', 'a'], '--port'],
    [['registry', '--storage', 'x', '--nope'], '--nope'],
    [['registry', '--storage', 'x', 'more'], 'more'],
    [['registry', '--storage', 'x', '--tls-cert', 'a'], '--tls-key'],
    [['registry', '--storage', 'x', '--webhook', 'ftp://x'], '--webhook'],
    [['registry', '--storage', 'x', '--upload-max-age', '5'], '--upload-max-age'],
    [['registry', 'clean'], 'clean'],
    [['registry', 'gc'], '--storage'],
    [['registry', 'check', '--storage', 'x', '--fast'], '--fast'],
    [['nonsense'], 'nonsense'],
  ])('%j is a usage error in one plain sentence', async (args, word) => {
    const result = await tagboat(...args);
    expect(result.code).toBe(2);
    expect(result.stderr).toContain(word);
    expect(result.stderr.trim().split('\n')).toHaveLength(1);
    expect(result.stdout).toBe('');
  });

  it('refuses the network without password and certificate (trap 52)', async () => {
    const args = ['registry', '--storage', storage('open'), '--port', '0', '--host', '0.0.0.0'];
    const refused = await tagboat(...args);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('--force-open-network');
    const forced = await startRegistryProcess(storage('open'), [
      '--host',
      '0.0.0.0',
      '--force-open-network',
    ]);
    expect((await fetch(`http://127.0.0.1:${forced.port}/v2/`)).status).toBe(200);
    await forced.end();
  });

  it('prints its options', async () => {
    const result = await tagboat('registry', '--help');
    expect(result.code).toBe(0);
    for (const option of ['--htpasswd', '--tls-cert', '--read-only', '--no-delete', '--webhook']) {
      expect(result.stdout).toContain(option);
    }
  });

  it('--read-only and --no-delete do what they say', async () => {
    const writable = await startRegistryProcess(storage('switches'), ['--no-delete']);
    await pushImage(writable.origin, 'app', 'v1');
    const url = `${writable.origin}/v2/app/manifests/v1`;
    expect((await fetch(url, { method: 'DELETE' })).status).toBe(405);
    await writable.end();
    const fixed = await startRegistryProcess(storage('switches'), ['--read-only']);
    expect((await fetch(`${fixed.origin}/v2/app/manifests/v1`)).status).toBe(200);
    const post = await fetch(`${fixed.origin}/v2/app/blobs/uploads/`, { method: 'POST' });
    expect(post.status).toBe(405);
    await fixed.end();
  });
});

describe('passwords and certificates', () => {
  const isMissing = realPart('openssl') === undefined || realPart('skopeo') === undefined;
  let registry: RegistryProcess;

  beforeAll(async () => {
    if (isMissing) return;
    await mkdir(storage('certs'));
    await mkdir(storage('keys'));
    await run('openssl', [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:prime256v1',
      '-nodes',
      '-keyout',
      storage('keys/ca.key'),
      '-out',
      storage('certs/ca.crt'),
      '-subj',
      '/CN=localhost',
      '-addext',
      'subjectAltName=IP:127.0.0.1,DNS:localhost',
    ]);
    await writeFile(storage('htpasswd'), `ann:${await hash('secret', 10)}\n`);
    registry = await startRegistryProcess(storage('tls'), [
      '--tls-cert',
      storage('certs/ca.crt'),
      '--tls-key',
      storage('keys/ca.key'),
      '--htpasswd',
      storage('htpasswd'),
      '--host',
      '0.0.0.0',
    ]);
  });
  afterAll(async () => {
    if (!isMissing) await registry.end();
  });

  it.skipIf(isMissing)('skopeo logs in over TLS, pushes and pulls', async () => {
    const target = `docker://127.0.0.1:${registry.port}/app:v1`;
    const layout = await makeLayout();
    const args = ['copy', '--dest-cert-dir', storage('certs'), `oci:${layout}:v1`, target];
    expect((await run('skopeo', [...args, '--dest-creds', 'ann:wrong'])).code).toBe(1);
    expect(await run('skopeo', [...args, '--dest-creds', 'ann:secret'])).toMatchObject({ code: 0 });
    const inspect = ['inspect', '--cert-dir', storage('certs'), '--creds', 'ann:secret', target];
    expect((await run('skopeo', inspect)).code).toBe(0);
  });

  it.skipIf(isMissing)('checking a password does not hold up other requests', async () => {
    // cost 13 takes the better part of a second: the thread works, the main thread answers.
    await writeFile(
      storage('htpasswd'),
      `ann:${await hash('secret', 10)}\nslow:${await hash('x', 13)}\n`,
    );
    const headers = (user: string): Record<string, string> => ({
      Authorization: `Basic ${Buffer.from(`${user}:wrong`).toString('base64')}`,
    });
    const finished: string[] = [];
    const { Agent } = await import('undici');
    const dispatcher = new Agent({ connect: { rejectUnauthorized: false } });
    const ask = async (name: string, init: object): Promise<void> => {
      const url = `https://127.0.0.1:${registry.port}/v2/`;
      await fetch(url, { ...init, dispatcher } as RequestInit);
      finished.push(name);
    };
    await new Promise((resolve) => {
      setTimeout(resolve, 1100);
    });
    await Promise.all([
      ask('slow', { headers: headers('slow') }),
      ...Array.from({ length: 10 }, () => ask('quick', {})),
    ]);
    expect(finished.at(-1)).toBe('slow');
    await dispatcher.close();
  });

  async function makeLayout(): Promise<string> {
    const layout = storage('layout');
    const source = await startRegistryProcess(storage('source'));
    await pushImage(source.origin, 'app', 'v1');
    await run('skopeo', [
      'copy',
      '--src-tls-verify=false',
      `docker://${source.host}/app:v1`,
      `oci:${layout}:v1`,
    ]);
    await source.end();
    return layout;
  }
});

describe('tagboat registry gc and check', () => {
  type Report = {
    isDryRun: boolean;
    freedBytes: number;
    blobs: { digest: string; sizeBytes: number }[];
  };

  async function fill(origin: string): Promise<string> {
    await pushImage(origin, 'app', 'kept', { content: 'kept' });
    const gone = await pushImage(origin, 'app', 'gone', { content: 'x'.repeat(1000) });
    await fetch(`${origin}/v2/app/manifests/gone`, { method: 'DELETE' });
    return gone.layers[0] ?? '';
  }

  it('works on a running one: dry run, run, nothing left', async () => {
    const registry = await startRegistryProcess(storage('gc-running'));
    const layer = await fill(registry.origin);
    const args = ['registry', 'gc', '--storage', storage('gc-running'), '--json'];
    const dry = JSON.parse((await tagboat(...args, '--dry-run')).stdout) as Report;
    expect(dry.isDryRun).toBe(true);
    expect(dry.blobs).toContainEqual({ digest: layer, sizeBytes: 1000 });
    const ran = JSON.parse((await tagboat(...args)).stdout) as Report;
    expect(ran.blobs).toEqual(dry.blobs);
    expect(ran.freedBytes).toBe(dry.freedBytes);
    expect((await fetch(`${registry.origin}/v2/app/manifests/kept`)).status).toBe(200);
    expect((await fetch(`${registry.origin}/v2/app/blobs/${layer}`)).status).toBe(404);
    expect((JSON.parse((await tagboat(...args)).stdout) as Report).freedBytes).toBe(0);
    await registry.end();
  });

  it('works on a folder that nobody serves, with the grace window the user gives', async () => {
    const registry = await startRegistryProcess(storage('gc-idle'));
    const layer = await fill(registry.origin);
    await registry.end();
    const args = ['registry', 'gc', '--storage', storage('gc-idle'), '--json'];
    expect((JSON.parse((await tagboat(...args)).stdout) as Report).blobs).toEqual([]);
    const report = JSON.parse((await tagboat(...args, '--grace', '0')).stdout) as Report;
    expect(report.blobs.map((blob) => blob.digest)).toContain(layer);
    const text = await tagboat('registry', 'gc', '--storage', storage('gc-idle'));
    expect(text.stdout).toContain('freed 0 bytes');
  });

  it('check names what is broken and ends with 1, running or not', async () => {
    const registry = await startRegistryProcess(storage('check'));
    const image = await pushImage(registry.origin, 'app', 'v1');
    const args = ['registry', 'check', '--storage', storage('check')];
    expect((await tagboat(...args)).code).toBe(0);
    const hex = image.digest.slice(7);
    await rm(`${storage('check')}/docker/registry/v2/blobs/sha256/${hex.slice(0, 2)}/${hex}/data`);
    const running = await tagboat(...args, '--json');
    await registry.end();
    const idle = await tagboat(...args, '--json', '--deep');
    expect(idle.code).toBe(1);
    expect(JSON.parse(idle.stdout)).toMatchObject({
      isDeep: true,
      problems: [{ kind: 'manifest-missing', repository: 'app', digest: image.digest }],
    });
    expect([0, 1]).toContain(running.code);
    const text = await tagboat(...args);
    expect(text.stdout).toContain('problem: docker/registry/v2/blobs/sha256/');
  });

  it('a folder that is not there is an error, not an empty report', async () => {
    for (const command of ['gc', 'check']) {
      const result = await tagboat('registry', command, '--storage', storage('never'));
      expect(result.code).toBe(1);
      expect(result.stderr).toContain('there is no folder');
    }
  });

  it('tells how to reach it only to its own user', async () => {
    const registry = await startRegistryProcess(storage('mode'));
    const lock = JSON.parse(readFileSync(`${storage('mode')}/tagboat/lock.json`, 'utf8')) as object;
    expect(lock).toMatchObject({ pid: registry.pid });
    const { mode } = await import('node:fs').then((fs) =>
      fs.statSync(`${storage('mode')}/tagboat/lock.json`),
    );
    expect(mode & 0o077).toBe(0);
    await registry.end();
  });
});
