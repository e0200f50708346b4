import { request } from 'node:http';
import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { compare, hash } from 'bcryptjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLocalRegistry } from '#core/local-registry/index';
import { startLocalRegistry, type StartedLocalRegistry } from '#test/local-registry';

let dir: string;
let file: string;
let started: StartedLocalRegistry;
let checks: string[];

beforeEach(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'tagboat-auth-'));
  file = path.join(dir, 'htpasswd');
  checks = [];
  await writeFile(file, `ann:${await hash('secret', 4)}\nold:$apr1$abc$def\n`);
  started = await startLocalRegistry({
    htpasswdFile: file,
    checkPassword: (known, password) => {
      checks.push(password);
      return compare(password, known);
    },
  });
});
afterEach(async () => {
  await started.stop();
  await rm(dir, { recursive: true });
});

const basic = (user: string, password: string): Record<string, string> => ({
  Authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
});
const get = (headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${started.origin}/v2/`, { headers });

describe('passwords (distribution-spec, Determining Support; htpasswd)', () => {
  it('without one, everything is 401 with a Basic challenge and an error body', async () => {
    for (const [method, url] of [
      ['GET', '/v2/'],
      ['GET', '/v2/_catalog'],
      ['PUT', '/v2/a/manifests/v1'],
      ['GET', '/v2/a/manifests/v1'],
    ] as const) {
      const response = await fetch(`${started.origin}${url}`, { method });
      expect(response.status).toBe(401);
      expect(response.headers.get('www-authenticate')).toMatch(/^Basic realm="[^"]+"/u);
      expect(await response.json()).toMatchObject({ errors: [{ code: 'UNAUTHORIZED' }] });
    }
    expect(checks).toEqual([]);
  });

  it('the right one opens, a wrong one does not', async () => {
    expect((await get(basic('ann', 'secret'))).status).toBe(200);
    expect((await get(basic('ann', 'wrong'))).status).toBe(401);
    expect((await get({ Authorization: 'Bearer x' })).status).toBe(401);
  });

  it('is checked once in a window, however many requests come', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => get(basic('ann', 'secret'))),
    );
    expect(answers.every((answer) => answer.status === 200)).toBe(true);
    for (let round = 0; round < 20; round += 1) await get(basic('ann', 'secret'));
    expect(checks).toEqual(['secret']);
  });

  it('a wrong one is checked every time', async () => {
    await get(basic('ann', 'wrong'));
    await get(basic('ann', 'wrong'));
    expect(checks).toHaveLength(2);
  });

  it('an unknown user, and one without bcrypt hash, costs one check and is refused', async () => {
    expect((await get(basic('nobody', 'secret'))).status).toBe(401);
    expect((await get(basic('old', 'secret'))).status).toBe(401);
    expect(checks).toHaveLength(2);
  });

  it('follows the file: a removed user is out, a new one is in', async () => {
    expect((await get(basic('ann', 'secret'))).status).toBe(200);
    await writeFile(file, `bob:${await hash('other', 4)}\n`);
    await utimes(file, new Date(), new Date(Date.now() + 5000));
    await expect
      .poll(async () => (await get(basic('ann', 'secret'))).status, { timeout: 5000 })
      .toBe(401);
    expect((await get(basic('bob', 'other'))).status).toBe(200);
  });

  it('a file broken while running changes nothing; a file broken at the start is an error', async () => {
    await writeFile(file, 'no colon here');
    await utimes(file, new Date(), new Date(Date.now() + 5000));
    await new Promise((resolve) => {
      setTimeout(resolve, 1100);
    });
    expect((await get(basic('ann', 'secret'))).status).toBe(200);
    await expect(
      createLocalRegistry({
        storageDir: path.join(dir, 'storage'),
        htpasswdFile: file,
        checkPassword: compare,
      }),
    ).rejects.toThrow('line 1');
  });

  it('too many passwords at once are 429 with Retry-After, not a queue without end', async () => {
    let answerAll: (isRight: boolean) => void = () => undefined;
    const gate = new Promise<boolean>((resolve) => {
      answerAll = resolve;
    });
    const slow = await startLocalRegistry({ htpasswdFile: file, checkPassword: () => gate });
    const answers = await Promise.all(
      Array.from({ length: 120 }, async (_, index) => {
        const headers = basic(`user${index}`, 'x');
        const answer = await fetch(`${slow.origin}/v2/`, { headers });
        // The first refusal shows that the queue is full; now the others may have their answer.
        if (answer.status === 429) answerAll(false);
        return answer;
      }),
    );
    const statuses = new Set(answers.map((answer) => answer.status));
    expect(statuses).toEqual(new Set([401, 429]));
    const busy = answers.find((answer) => answer.status === 429);
    expect(busy?.headers.get('retry-after')).toBe('1');
    await slow.stop();
  });

  it('names the user in events', async () => {
    const actors: (string | undefined)[] = [];
    started.registry.events.subscribe((event) => actors.push(event.actor));
    const digest = 'sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
    await fetch(`${started.origin}/v2/a/blobs/uploads/?digest=${digest}`, {
      method: 'POST',
      headers: basic('ann', 'secret'),
    });
    expect(actors).toEqual(['ann']);
  });
});

describe('an open registry', () => {
  let open: StartedLocalRegistry;

  beforeEach(async () => {
    open = await startLocalRegistry({ hostNames: ['registry.example.com'] });
  });
  afterEach(() => open.stop());

  const statusFor = (headers: Record<string, string>): Promise<number> =>
    new Promise((resolve, reject) => {
      const req = request(`${open.origin}/v2/`, { headers }, (res) => {
        res.resume();
        resolve(res.statusCode ?? 0);
      });
      req.on('error', reject);
      req.end();
    });

  it.each([
    '127.0.0.1:5055',
    'localhost',
    '[::1]:5055',
    'kind-registry:5055',
    'host.docker.internal:5055',
    'my.registry.test',
    'registry.example.com',
  ])('answers to the name %s', async (host) => {
    expect(await statusFor({ Host: host })).toBe(200);
  });

  it.each(['evil.example.net', 'evil.com:5055', '127.0.0.1.evil.com'])(
    'does not answer to %s (DNS rebinding)',
    async (host) => {
      expect(await statusFor({ Host: host })).toBe(403);
    },
  );

  it('does not answer to web pages', async () => {
    expect(await statusFor({ Origin: 'https://evil.com' })).toBe(403);
    expect(await statusFor({ 'Sec-Fetch-Site': 'cross-site' })).toBe(403);
    expect(await statusFor({ 'Sec-Fetch-Site': 'none' })).toBe(200);
  });

  it('is not opened beyond loopback unless forced (trap 52)', async () => {
    await expect(open.registry.listen({ port: 0, host: '0.0.0.0' })).rejects.toThrow(
      '--force-open-network',
    );
    const forced = await open.registry.listen({
      port: 0,
      host: '0.0.0.0',
      isOpenNetworkForced: true,
    });
    expect((await fetch(`http://127.0.0.1:${forced.port}/v2/`)).status).toBe(200);
  });
});
