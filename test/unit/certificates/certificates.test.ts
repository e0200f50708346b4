import { X509Certificate } from 'node:crypto';
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openCertificates } from '#core/certificates/index';

const dayMs = 24 * 60 * 60 * 1000;
const start = Date.UTC(2026, 0, 1);

let directory: string;
let nowMs: number;
const open = () => openCertificates({ directory, now: () => nowMs, machineName: 'desk' });
const file = (name: string) => path.join(directory, name);
const serial = (pem: string) => new X509Certificate(pem).serialNumber;

beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'tagboat-certificates-'));
  nowMs = start;
});
afterEach(() => rm(directory, { recursive: true, force: true }));

describe('the authority', () => {
  it('is made once, and the same after a restart', async () => {
    expect(await open().existingAuthority()).toBeUndefined();
    const first = await open().authority();
    expect(await open().authority()).toEqual(first);
    expect(await open().existingAuthority()).toEqual(first);
    expect(first.fingerprint).toMatch(/^(?:[0-9A-F]{2}:){31}[0-9A-F]{2}$/u);
  });

  it('is made once for calls at the same time', async () => {
    const certificates = open();
    const made = await Promise.all([
      certificates.authority(),
      certificates.authority(),
      certificates.certificateFor(['localhost']),
    ]);
    expect(
      new Set([made[0].fingerprint, made[1].fingerprint, made[2].authority.fingerprint]),
    ).toHaveLength(1);
  });

  it.skipIf(process.platform === 'win32')('keeps its key from everybody else', async () => {
    const certificates = open();
    await certificates.certificateFor(['localhost']);
    for (const name of ['authority.pem', 'registry.pem']) {
      expect((await stat(file(name))).mode & 0o777).toBe(0o600);
    }
    await chmod(file('authority.pem'), 0o644);
    const { file: published } = await certificates.authority();
    expect((await stat(file('authority.pem'))).mode & 0o777).toBe(0o600);
    expect(await readFile(published, 'utf8')).not.toContain('PRIVATE KEY');
  });

  it.each([
    ['cut off', (text: string) => text.slice(0, 500)],
    ['empty', () => ''],
    ['without its key', (text: string) => text.slice(0, text.indexOf('-----BEGIN PRIVATE'))],
    ['not PEM', () => '\u0000'.repeat(4096)],
    ['huge', (text: string) => text + 'x'.repeat(1024 * 1024)],
  ])('is not replaced in silence when its file is %s', async (_, damage) => {
    await open().authority();
    const text = damage(await readFile(file('authority.pem'), 'utf8'));
    await writeFile(file('authority.pem'), text);
    await expect(open().authority()).rejects.toMatchObject({
      name: 'CertificateProblem',
      code: 'damaged',
      file: file('authority.pem'),
    });
    await expect(open().certificateFor(['localhost'])).rejects.toThrow(/from a backup/u);
    expect(await readFile(file('authority.pem'), 'utf8')).toBe(text);
  });

  it('refuses the key of another authority', async () => {
    await open().authority();
    const mine = await readFile(file('authority.pem'), 'utf8');
    await open().replaceAuthority();
    const other = await readFile(file('authority.pem'), 'utf8');
    const key = '-----BEGIN PRIVATE';
    await writeFile(
      file('authority.pem'),
      mine.slice(0, mine.indexOf(key)) + other.slice(other.indexOf(key)),
    );
    await expect(open().authority()).rejects.toMatchObject({ code: 'damaged' });
  });

  it('can be replaced on purpose; the old one stays beside it', async () => {
    const certificates = open();
    const old = await certificates.certificateFor(['localhost']);
    const replaced = await certificates.replaceAuthority();
    expect(replaced.fingerprint).not.toBe(old.authority.fingerprint);
    const kept = (await readdir(directory)).filter((name) => name.includes('.replaced-'));
    expect(kept).toHaveLength(1);
    expect(serial(await readFile(file(kept[0] ?? ''), 'utf8'))).toBe(
      serial(old.authority.certificatePem),
    );
    const signed = await certificates.certificateFor(['localhost']);
    expect(signed.authority).toEqual(replaced);
    expect(
      new X509Certificate(signed.certificatePem).verify(
        new X509Certificate(replaced.certificatePem).publicKey,
      ),
    ).toBe(true);
  });

  it('is made anew when it has expired, and the certificate with it', async () => {
    const old = await open().certificateFor(['localhost']);
    nowMs = start + 3651 * dayMs;
    const renewed = await open().certificateFor(['localhost']);
    expect(renewed.authority.fingerprint).not.toBe(old.authority.fingerprint);
    expect(Date.parse(renewed.authority.expiresAt)).toBeGreaterThan(nowMs);
  });
});

describe('the certificate of the registry', () => {
  it('is for the names asked for, and kept while they stay the same', async () => {
    const names = ['localhost', '127.0.0.1', '::1', 'Desk.local', '192.168.7.20'];
    const made = await open().certificateFor(names);
    expect(made.hostNames).toEqual(['localhost', '127.0.0.1', '::1', 'desk.local', '192.168.7.20']);
    const certificate = new X509Certificate(made.certificatePem);
    expect(certificate.checkHost('desk.local')).toBe('desk.local');
    expect(certificate.checkIP('::1')).toBe('::1');
    expect(certificate.checkHost('other.local')).toBeUndefined();
    const again = await open().certificateFor([...names].reverse());
    expect(again.keyPem).toBe(made.keyPem);
  });

  it.each([
    ['more names', ['localhost', '127.0.0.1', 'desk']],
    ['fewer names', ['localhost']],
    ['other names', ['localhost', '127.0.0.2']],
  ])('is made again for %s, by the same authority', async (_, names) => {
    const made = await open().certificateFor(['localhost', '127.0.0.1']);
    const other = await open().certificateFor(names);
    expect(other.keyPem).not.toBe(made.keyPem);
    expect(other.authority).toEqual(made.authority);
  });

  it('is renewed thirty days before its end, not earlier', async () => {
    const made = await open().certificateFor(['localhost']);
    nowMs = Date.parse(made.renewAt) - 1000;
    expect((await open().certificateFor(['localhost'])).keyPem).toBe(made.keyPem);
    nowMs = Date.parse(made.renewAt);
    const renewed = await open().certificateFor(['localhost']);
    expect(renewed.keyPem).not.toBe(made.keyPem);
    expect(renewed.authority).toEqual(made.authority);
    expect(Date.parse(made.expiresAt) - Date.parse(made.renewAt)).toBe(30 * dayMs);
  });

  it('is made again when the clock was set back before its start', async () => {
    await open().authority();
    nowMs = start + 100 * dayMs;
    const made = await open().certificateFor(['localhost']);
    nowMs = start;
    expect((await open().certificateFor(['localhost'])).keyPem).not.toBe(made.keyPem);
  });

  it('ends with the authority, and is then not made again at every call', async () => {
    const { expiresAt } = await open().authority();
    nowMs = Date.parse(expiresAt) - 20 * dayMs;
    const made = await open().certificateFor(['localhost']);
    expect(made.expiresAt).toBe(expiresAt);
    expect(made.authority.expiresAt).toBe(expiresAt);
    expect((await open().certificateFor(['localhost'])).keyPem).toBe(made.keyPem);
  });

  it('can be given away without a trace, by the same authority', async () => {
    const mine = await open().certificateFor(['localhost']);
    const given = await open().issue(['registry.example.com']);
    expect(given.authority).toEqual(mine.authority);
    expect(
      new X509Certificate(given.certificatePem).checkHost('registry.example.com'),
    ).toBeDefined();
    expect((await open().certificateFor(['localhost'])).keyPem).toBe(mine.keyPem);
  });

  it('is made again when its file is damaged', async () => {
    const made = await open().certificateFor(['localhost']);
    await writeFile(file('registry.pem'), 'nothing');
    const again = await open().certificateFor(['localhost']);
    expect(again.authority).toEqual(made.authority);
    expect(await readFile(file('registry.pem'), 'utf8')).toContain('PRIVATE KEY');
  });

  it('is refused for names that cannot be in one; the kept one stays', async () => {
    const made = await open().certificateFor(['localhost']);
    const before = await readFile(file('registry.pem'), 'utf8');
    await expect(open().certificateFor(['localhost', 'a b'])).rejects.toMatchObject({
      code: 'host-name',
    });
    await expect(open().certificateFor([])).rejects.toMatchObject({ code: 'host-name' });
    expect(await readFile(file('registry.pem'), 'utf8')).toBe(before);
    expect((await open().certificateFor(['localhost'])).keyPem).toBe(made.keyPem);
  });
});
