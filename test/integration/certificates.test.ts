import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import https from 'node:https';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openCertificates, type HostCertificate } from '#core/certificates/index';
import { pushImage, startLocalRegistry, type StartedLocalRegistry } from '#test/local-registry';
import { realPart } from '#test/real-parts';
import { run, runOrThrow } from '#test/registry-command';

const hasTools = realPart('openssl') !== undefined && realPart('skopeo') !== undefined;

describe.skipIf(!hasTools)('certificates, read by others', () => {
  let directory: string;
  let made: HostCertificate;
  let leafFile: string;
  let plain: StartedLocalRegistry;
  let port: number;

  beforeAll(async () => {
    directory = await mkdtemp(path.join(tmpdir(), 'tagboat-certificates-'));
    made = await openCertificates({ directory: path.join(directory, 'kept') }).certificateFor([
      'localhost',
      '127.0.0.1',
      '::1',
      'registry.internal',
    ]);
    leafFile = path.join(directory, 'leaf.pem');
    await writeFile(leafFile, made.certificatePem);
    plain = await startLocalRegistry();
    await pushImage(plain.origin, 'team/app', 'one');
    const { certificatePem: cert, keyPem: key } = made;
    ({ port } = await plain.registry.listen({ port: 0, tls: { cert, key } }));
  });
  afterAll(async () => {
    await plain.stop();
    await rm(directory, { recursive: true, force: true });
  });

  it('openssl verifies them strictly, for each name and as a server only', async () => {
    const verify = (...more: string[]) =>
      run('openssl', ['verify', '-x509_strict', '-CAfile', made.authority.file, ...more, leafFile]);
    for (const name of [
      ['-verify_hostname', 'localhost'],
      ['-verify_hostname', 'registry.internal'],
      ['-verify_ip', '127.0.0.1'],
      ['-verify_ip', '::1'],
    ]) {
      expect((await verify('-purpose', 'sslserver', ...name)).stderr).toBe('');
    }
    expect((await verify('-verify_hostname', 'example.com')).code).not.toBe(0);
    expect((await verify('-purpose', 'smimesign')).code).not.toBe(0);
  });

  it('openssl prints the fingerprint that the page shows, and the limits of the authority', async () => {
    const show = (...what: string[]) =>
      runOrThrow('openssl', ['x509', '-in', made.authority.file, '-noout', ...what]);
    expect(await show('-fingerprint', '-sha256')).toContain(made.authority.fingerprint);
    const text = await show('-text');
    expect(text).toContain('CA:TRUE, pathlen:0');
    expect(text).toContain('Certificate Sign, CRL Sign');
    expect(text).toContain('TLS Web Server Authentication');
  });

  it('an authority of its own cannot be signed with the certificate of the registry', async () => {
    const file = (name: string) => path.join(directory, name);
    await writeFile(file('leaf.key'), made.keyPem);
    await writeFile(file('ext'), 'subjectAltName=DNS:example.com\n');
    const request = ['req', '-new', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1'];
    await runOrThrow('openssl', [
      ...request,
      '-nodes',
      '-subj',
      '/CN=x',
      '-keyout',
      file('x.key'),
      '-out',
      file('x.csr'),
    ]);
    const signer = ['-CA', leafFile, '-CAkey', file('leaf.key'), '-set_serial', '7'];
    await runOrThrow('openssl', [
      'x509',
      '-req',
      '-in',
      file('x.csr'),
      ...signer,
      '-extfile',
      file('ext'),
      '-out',
      file('x.crt'),
    ]);
    const check = await run('openssl', [
      'verify',
      '-CAfile',
      made.authority.file,
      '-untrusted',
      leafFile,
      file('x.crt'),
    ]);
    expect(check.code).not.toBe(0);
    expect(check.stderr).toContain('invalid CA certificate');
  });

  it('the local registry serves with them; skopeo pulls when it has the CA, and refuses without', async () => {
    const certDir = path.join(directory, 'certs.d');
    const inspect = (...trust: string[]) =>
      run('skopeo', ['inspect', '--raw', ...trust, `docker://127.0.0.1:${port}/team/app:one`]);
    await runOrThrow('mkdir', ['-p', certDir]);
    await writeFile(path.join(certDir, 'ca.crt'), made.authority.certificatePem);
    expect(await inspect('--cert-dir', certDir)).toMatchObject({ code: 0 });
    expect((await inspect()).stderr).toMatch(/unknown authority/u);
  });

  it('Node sees a chain of two for each name', async () => {
    for (const host of ['127.0.0.1', 'localhost']) {
      const status = await new Promise<number | undefined>((resolve, reject) => {
        https
          .get(
            { host, port, path: '/v2/', ca: made.authority.certificatePem, family: 4 },
            (res) => {
              res.resume();
              resolve(res.statusCode);
            },
          )
          .once('error', reject);
      });
      expect(status).toBe(200);
    }
  });
});
