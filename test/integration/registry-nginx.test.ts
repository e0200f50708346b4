import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { startDockerRegistry, type DockerRegistry } from '#test/docker-registry';
import { startNginx } from '#test/nginx';
import { pushImage, type PushedImage } from '#test/push-content';
import { realPart } from '#test/real-parts';
import { digest, openClient, openScript, rejection, repo, tag } from '#test/registry-calls';
import { createTestCa, type IssuedCertificate, type TestCa } from '#test/test-ca';

const isMissing = [realPart('nginx'), realPart('docker-registry')].includes(undefined);

describe.skipIf(isMissing)('CNCF distribution behind nginx', () => {
  let ca: TestCa;
  let server: IssuedCertificate;
  let registry: DockerRegistry;
  let image: PushedImage;
  beforeAll(async () => {
    ca = await createTestCa();
    server = await ca.issue(['127.0.0.1']);
    registry = await startDockerRegistry();
    image = await pushImage(registry, 'app', 'x');
  });
  afterAll(async () => {
    await registry.stop();
    await ca.close();
  });

  const open = async (body: string) => {
    const tls = `ssl_certificate ${server.certFile}; ssl_certificate_key ${server.keyFile};`;
    const nginx = await startNginx({ tls: true, body: `${tls} ${body}` });
    onTestFinished(() => nginx.stop());
    return nginx;
  };
  const passOn = () =>
    `proxy_set_header Host $http_host; location / { proxy_pass http://${registry.host}; }`;

  it('wants a client certificate, and takes the right one', async () => {
    const { host } = await open(
      `ssl_client_certificate ${ca.certFile}; ssl_verify_client on; ${passOn()}`,
    );
    const trust = { ca: [ca.certPem] };
    const none = await rejection(openClient(`https://${host}`, { tls: trust }).ping());
    expect(none).toMatchObject({ code: 'tls-client-certificate', status: 400 });
    const own = await ca.issue(['ada'], { client: true });
    const clientCertificate = { certPem: own.certPem, keyPem: own.keyPem };
    const client = openClient(`https://${host}`, { tls: { ...trust, clientCertificate } });
    expect(await client.ping()).toMatchObject({
      access: 'open',
      serverHeader: expect.stringMatching(/^nginx/) as unknown,
    });
    const stranger = await ca.selfSigned(['eve']);
    const strange = { certPem: stranger.certPem, keyPem: stranger.keyPem };
    const refused = openClient(`https://${host}`, {
      tls: { ...trust, clientCertificate: strange },
    });
    expect((await rejection(refused.ping())).code).toBe('tls-client-certificate');
  });

  it('tells a plain HTTP request to its TLS port', async () => {
    const { host } = await open(passOn());
    expect((await rejection(openClient(`http://${host}`).ping())).code).toBe('https-required');
  });

  it('redirects blobs to another host, which gets the bytes but no more', async () => {
    const storage = await openScript({ '*': { body: 'layer of x' } });
    const { host } = await open(
      `location ~ /blobs/ { return 307 https://127.0.0.1:1/refused; } ${passOn()}`,
    );
    const plain = await startNginx({
      body: `location ~ /blobs/ { return 307 ${storage.origin}/b; } ${passOn()}`,
    });
    onTestFinished(() => plain.stop());
    const blob = digest(image.layerDigest);
    const bytes = await openClient(`http://${plain.host}`).getBlob(repo('app'), blob, {
      maxBytes: 99,
    });
    expect(Buffer.from(bytes).toString()).toBe('layer of x');
    const client = openClient(`https://${host}`, { tls: { ca: [ca.certPem] } });
    const error = await rejection(client.getBlob(repo('app'), blob, { maxBytes: 99 }));
    expect(error).toMatchObject({ code: 'connection-refused', host: '127.0.0.1:1' });
  });

  it('refuses a redirect from HTTPS to HTTP, and a loop', async () => {
    const { host } = await open(
      `location /v2/ { return 302 http://$http_host$request_uri; }
       location /loop/ { return 302 https://$http_host$request_uri; }`,
    );
    const tls = { ca: [ca.certPem] };
    const down = await rejection(openClient(`https://${host}`, { tls }).ping());
    expect(down.code).toBe('redirect-refused');
    const loop = await rejection(openClient(`https://${host}/loop`, { tls }).ping());
    expect(loop.code).toBe('redirect-loop');
  });

  it('passes lists and manifests on unharmed, through a pool of kept connections', async () => {
    const { host } = await open(passOn());
    const client = openClient(`https://${host}`, { tls: { ca: [ca.certPem] } });
    const calls = Array.from({ length: 40 }, () => client.getManifest(repo('app'), tag('x')));
    const digests = (await Promise.all(calls)).map((manifest) => manifest.digest);
    expect(new Set(digests)).toEqual(new Set([image.manifestDigest]));
  });

  it("whose upstream is gone gives 502, which is the registry's failure", async () => {
    const { host } = await open('location / { proxy_pass http://127.0.0.1:1; }');
    const error = await rejection(
      openClient(`https://${host}`, { tls: { ca: [ca.certPem] } }).ping(),
    );
    expect(error).toMatchObject({ code: 'registry-failed', status: 502 });
    expect(error.ociMessage).toBeUndefined();
  });
});
