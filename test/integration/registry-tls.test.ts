import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { createServer as createHttpServer, type IncomingMessage } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { X509Certificate } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { probeCertificates } from '#core/registry/index';
import { freePort } from '#test/docker-registry';
import {
  expectPlainWords,
  openClient,
  openRawServer,
  openScript,
  password,
  rejection,
} from '#test/registry-calls';
import { realPart } from '#test/real-parts';
import { createTestCa, type IssuedCertificate, type TestCa } from '#test/test-ca';

const isMissing = realPart('openssl') === undefined;
const ping = { '*': { body: {} } };

describe.skipIf(isMissing)('TLS', () => {
  let ca: TestCa;
  let good: IssuedCertificate;
  beforeAll(async () => {
    ca = await createTestCa();
    good = await ca.issue(['127.0.0.1', 'localhost']);
  });
  afterAll(() => ca.close());

  const serve = (certificate: IssuedCertificate, extra = {}) =>
    openScript(ping, { tls: { cert: certificate.certPem, key: certificate.keyPem, ...extra } });
  const fingerprint = (certificate: IssuedCertificate) =>
    new X509Certificate(certificate.certPem).fingerprint256;

  it('trusts a private CA beside the well-known ones', async () => {
    const { origin } = await serve(good);
    expect(await openClient(origin, { tls: { ca: [ca.certPem] } }).ping()).toMatchObject({
      access: 'open',
    });
    const error = await rejection(openClient(origin).ping());
    expect(error.code).toBe('tls-untrusted');
    expectPlainWords(error.message);
  });

  it.each([
    ['self-signed', () => ca.selfSigned(['127.0.0.1']), 'tls-untrusted'],
    ['expired', () => ca.issue(['127.0.0.1'], { expired: true }), 'tls-expired'],
    ['for another host', () => ca.issue(['other.example']), 'tls-host-mismatch'],
  ])('refuses a certificate that is %s, and shows it', async (_title, issue, code) => {
    const certificate = await issue();
    const { origin, requests } = await serve(certificate);
    const client = openClient(origin, {
      tls: { ca: [ca.certPem] },
      credential: password('a', 'b'),
    });
    const error = await rejection(client.ping());
    expect(error).toMatchObject({ code, step: 'ping' });
    expect(error.tls?.chain[0]?.fingerprintSha256).toBe(fingerprint(certificate));
    expect(requests).toEqual([]);
    expectPlainWords(error.message);
  });

  it('trusts a certificate by fingerprint, however it is written', async () => {
    const odd = await ca.issue(['other.example'], { expired: true });
    const { origin } = await serve(odd);
    const written = fingerprint(odd);
    for (const text of [written, written.toLowerCase().replaceAll(':', '')]) {
      const client = openClient(origin, { tls: { trustedFingerprints: [text] } });
      expect(await client.ping()).toMatchObject({ access: 'open' });
    }
  });

  it('sends nothing to a certificate whose fingerprint is another', async () => {
    const odd = await ca.selfSigned(['127.0.0.1']);
    const { origin, requests } = await serve(odd);
    const tls = { trustedFingerprints: [fingerprint(good)] };
    const client = openClient(origin, { tls, credential: password('a', 'b') });
    for (let round = 0; round < 3; round += 1) {
      const error = await rejection(client.ping());
      expect(error.code).toBe('tls-untrusted');
      expect(error.tls?.chain[0]?.fingerprintSha256).toBe(fingerprint(odd));
    }
    expect(requests).toEqual([]);
  });

  it('does not take a resumed session for a checked host name', async () => {
    const other = await ca.issue(['other.example']);
    const { origin, requests } = await serve(other, { maxVersion: 'TLSv1.2' });
    const client = openClient(origin, { tls: { ca: [ca.certPem] } });
    const pinned = openClient(origin, {
      tls: { ca: [ca.certPem], trustedFingerprints: [fingerprint(good)] },
    });
    for (const one of [client, client, pinned, pinned]) {
      expect((await rejection(one.ping())).code).toBe('tls-host-mismatch');
    }
    expect(requests).toEqual([]);
  });

  it('still checks certificates in the usual way beside a fingerprint', async () => {
    const { origin } = await serve(good);
    const tls = { ca: [ca.certPem], trustedFingerprints: [fingerprint(good).replace(/^../, '00')] };
    expect(await openClient(origin, { tls }).ping()).toMatchObject({ access: 'open' });
  });

  it('shows a chain without trusting it or sending a request', async () => {
    const { origin, requests } = await serve({ ...good, certPem: good.certPem + ca.certPem });
    const chain = await probeCertificates(origin, { timeoutMs: 5_000 });
    expect(chain).toMatchObject([
      {
        subject: 'CN=127.0.0.1',
        issuer: 'CN=Tagboat test authority',
        fingerprintSha256: fingerprint(good),
        subjectAltNames: ['IP Address:127.0.0.1', 'DNS:localhost'],
        isCa: false,
        isSelfSigned: false,
      },
      { subject: 'CN=Tagboat test authority', isCa: true, isSelfSigned: true },
    ]);
    expect(new Date(chain[0]?.validTo ?? '').getTime()).toBeGreaterThan(Date.now());
    expect(requests).toEqual([]);
  });

  it('cannot show what does not answer, or not with TLS', async () => {
    const plain = await openScript(ping);
    const probe = (origin: string, timeoutMs = 5_000) =>
      rejection(probeCertificates(origin, { timeoutMs }));
    expect((await probe(plain.origin.replace('http:', 'https:'))).code).toBe('tls-not-offered');
    expect((await probe(plain.origin)).code).toBe('tls-not-offered');
    expect((await probe(`https://127.0.0.1:${await freePort()}`)).code).toBe('connection-refused');
    const silent = await openRawServer(() => {});
    expect(await probe(silent.replace('http:', 'https:'), 100)).toMatchObject({
      code: 'timed-out',
      step: 'certificates',
    });
  });

  it('tells a plain HTTP port from one that stalls in the handshake', async () => {
    const plain = await openScript(ping);
    const error = await rejection(openClient(plain.origin.replace('http:', 'https:')).ping());
    expect(error.code).toBe('tls-not-offered');
    expectPlainWords(error.message);
    const silent = await openRawServer(() => {});
    const stalled = openClient(silent.replace('http:', 'https:'), { limits: { connectMs: 300 } });
    expect((await rejection(stalled.ping())).code).toBe('timed-out');
  });

  it('tells an HTTPS port that is spoken to in plain HTTP', async () => {
    const { origin } = await serve(good);
    const error = await rejection(openClient(origin.replace('https:', 'http:')).ping());
    expect(['not-a-registry', 'https-required', 'connection-lost']).toContain(error.code);
  });

  describe('with client certificates', () => {
    const mutual = { requestCert: true, rejectUnauthorized: true };

    it('shows its own, with a passphrase, and only to the registry', async () => {
      const client = await ca.issue(['ada'], { client: true, passphrase: 'secret' });
      const { origin } = await serve(good, { ...mutual, ca: ca.certPem });
      const clientCertificate = { certPem: client.certPem, keyPem: client.keyPem };
      const tls = {
        ca: [ca.certPem],
        clientCertificate: { ...clientCertificate, passphrase: 'secret' },
      };
      expect(await openClient(origin, { tls }).ping()).toMatchObject({ access: 'open' });

      const other = await serve(good, { ...mutual, ca: ca.certPem });
      const redirecting = await openScript(
        { '*': { status: 307, headers: { location: `${other.origin}/v2/` } } },
        { tls: { cert: good.certPem, key: good.keyPem } },
      );
      const error = await rejection(openClient(redirecting.origin, { tls }).ping());
      expect(['tls-client-certificate', 'connection-lost']).toContain(error.code);
      expect(other.requests).toEqual([]);

      const wrong = { ...tls, clientCertificate: { ...clientCertificate, passphrase: 'wrong' } };
      expect((await rejection(openClient(origin, { tls: wrong }).ping())).code).toBe(
        'tls-settings-invalid',
      );
    });

    it('says that one is missing', async () => {
      for (const maxVersion of ['TLSv1.2', 'TLSv1.3']) {
        const { origin } = await serve(good, { ...mutual, ca: ca.certPem, maxVersion });
        const error = await rejection(openClient(origin, { tls: { ca: [ca.certPem] } }).ping());
        expect(['tls-client-certificate', 'tls-handshake-failed', 'connection-lost']).toContain(
          error.code,
        );
      }
    });
  });

  it('says when the settings cannot work', async () => {
    const { origin } = await serve(good);
    for (const tls of [
      { ca: ['not a certificate'] },
      { ca: [`-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n`] },
      { clientCertificate: { certPem: good.certPem, keyPem: 'no key' } },
    ]) {
      const error = await rejection(openClient(origin, { tls }).ping());
      expect(error.code).toBe('tls-settings-invalid');
      expectPlainWords(error.message);
    }
  });

  describe('through a proxy', () => {
    /** A proxy that tunnels to 127.0.0.1 whatever host is asked for, and forwards plain requests itself. */
    async function openProxy(
      options: { status?: number; login?: string; tls?: IssuedCertificate } = {},
    ) {
      const seen: string[] = [];
      const isAllowed = ({ headers }: IncomingMessage) =>
        options.login === undefined ||
        headers['proxy-authorization'] === `Basic ${Buffer.from(options.login).toString('base64')}`;
      const server = options.tls
        ? createTlsServer({ cert: options.tls.certPem, key: options.tls.keyPem })
        : createHttpServer();
      server.on('request', (request, response) => {
        seen.push(`${request.method} ${request.url} ${request.headers.host}`);
        response.writeHead(isAllowed(request) ? 200 : 407);
        response.end('{}');
      });
      server.on('connect', (request: IncomingMessage, socket: Socket) => {
        seen.push(`CONNECT ${request.url}`);
        socket.on('error', () => {});
        const status = isAllowed(request) ? (options.status ?? 200) : 407;
        socket.write(`HTTP/1.1 ${status} Answer\r\n\r\n`);
        if (status !== 200) return void socket.end();
        const port = Number(request.url?.split(':').at(-1));
        const upstream = connect(port, '127.0.0.1');
        upstream.on('error', () => socket.destroy());
        socket.pipe(upstream).pipe(socket);
      });
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      onTestFinished(() => {
        server.closeAllConnections();
        server.close();
      });
      const { port } = server.address() as AddressInfo;
      return { host: `127.0.0.1:${port}`, seen };
    }

    const proxies = (url: string, noProxy: string[] = []) => ({
      httpsProxy: url,
      httpProxy: url,
      noProxy,
    });

    it('reaches the registry by CONNECT and checks its certificate end to end', async () => {
      const named = await ca.issue(['registry.example']);
      const { port, requests } = await serve(named);
      const proxy = await openProxy({ login: 'us er:p:w' });
      const settings = proxies(`http://us%20er:p%3Aw@${proxy.host}`);
      const tls = { ca: [ca.certPem] };
      const origin = `https://registry.example:${port}`;
      expect(await openClient(origin, { tls, proxy: settings }).ping()).toMatchObject({
        access: 'open',
      });
      expect(proxy.seen).toEqual([`CONNECT registry.example:${port}`]);
      expect(requests[0]?.headers['proxy-authorization']).toBeUndefined();
      const untrusted = await rejection(openClient(origin, { proxy: settings }).ping());
      expect(untrusted.code).toBe('tls-untrusted');
      expect(untrusted.tls?.chain[0]?.subject).toBe('CN=registry.example');
      const wrongName = `https://other.example:${port}`;
      expect((await rejection(openClient(wrongName, { tls, proxy: settings }).ping())).code).toBe(
        'tls-host-mismatch',
      );
    });

    it('checks a fingerprint inside the tunnel', async () => {
      const named = await ca.selfSigned(['registry.example']);
      const { port, requests } = await serve(named);
      const proxy = proxies(`http://${(await openProxy()).host}`);
      const origin = `https://registry.example:${port}`;
      const tls = { trustedFingerprints: [fingerprint(named)] };
      expect(await openClient(origin, { tls, proxy }).ping()).toMatchObject({ access: 'open' });
      const other = { trustedFingerprints: [fingerprint(good)] };
      expect((await rejection(openClient(origin, { tls: other, proxy }).ping())).code).toBe(
        'tls-untrusted',
      );
      expect(requests).toHaveLength(1);
    });

    it('may itself be reached by TLS', async () => {
      const { port } = await serve(await ca.issue(['registry.example']));
      const proxy = await openProxy({ tls: good });
      const client = openClient(`https://registry.example:${port}`, {
        tls: { ca: [ca.certPem] },
        proxy: proxies(`https://${proxy.host}`),
      });
      expect(await client.ping()).toMatchObject({ access: 'open' });
    });

    it('forwards plain HTTP with the whole URL', async () => {
      const proxy = await openProxy();
      const client = openClient('http://registry.example:5000', {
        allowPlainHttp: true,
        proxy: proxies(proxy.host),
      });
      expect(await client.ping()).toMatchObject({ access: 'open' });
      expect(proxy.seen).toEqual(['GET http://registry.example:5000/v2/ registry.example:5000']);
    });

    it('is not used for loopback and NO_PROXY', async () => {
      const proxy = await openProxy();
      const { origin } = await serve(good);
      const tls = { ca: [ca.certPem] };
      await openClient(origin, { tls, proxy: proxies(`http://${proxy.host}`) }).ping();
      const spared = openClient('https://registry.invalid', {
        proxy: proxies(`http://${proxy.host}`, ['.invalid']),
      });
      expect((await rejection(spared.ping())).code).toBe('dns-failed');
      expect(proxy.seen).toEqual([]);
    });

    it('that fails is told from a registry that fails', async () => {
      const away = `127.0.0.1:${await freePort()}`;
      const cases = [
        { proxy: proxies(`http://${away}`), origin: 'https://registry.example' },
        { proxy: proxies(`http://${away}`), origin: 'http://registry.example' },
        { proxy: proxies('socks5://127.0.0.1:1080'), origin: 'https://registry.example' },
        {
          proxy: proxies(`http://${(await openProxy({ status: 503 })).host}`),
          origin: 'https://registry.example',
        },
        {
          proxy: proxies(`http://${(await openProxy({ login: 'a:b' })).host}`),
          origin: 'https://registry.example',
        },
      ];
      for (const { proxy, origin } of cases) {
        const error = await rejection(openClient(origin, { proxy, allowPlainHttp: true }).ping());
        expect(error).toMatchObject({ code: 'proxy-failed', host: 'registry.example' });
        expectPlainWords(error.message);
      }
    });

    it('that stalls times out', async () => {
      const silent = await openRawServer(() => {});
      const client = openClient('https://registry.example', {
        proxy: proxies(silent),
        limits: { connectMs: 300 },
      });
      expect((await rejection(client.ping())).code).toBe('proxy-failed');
    });
  });
});
