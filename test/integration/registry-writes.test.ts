import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startDockerRegistry, type DockerRegistry } from '#test/docker-registry';
import { pushImage } from '#test/push-content';
import { realPart } from '#test/real-parts';
import { collect, digest, openClient, rejection, repo, tag } from '#test/registry-calls';
import {
  manifestHeaders,
  sampleImage,
  sha256Of,
  startScriptedRegistry,
} from '#test/scripted-registry';
import { startTokenServer, type TokenServer } from '#test/token-server';

const isMissing = realPart('docker-registry') === undefined;
const name = repo('team/app');

describe.skipIf(isMissing)('writes to CNCF distribution', () => {
  let registry: DockerRegistry;
  beforeAll(async () => {
    registry = await startDockerRegistry();
    await pushImage(registry, 'team/app', '1.0');
  });
  afterAll(() => registry.stop());

  it('puts the same bytes under another tag, so that the digest stays (trap 19)', async () => {
    const client = openClient(registry.origin);
    const { bytes, mediaType, digest: old } = await client.getManifest(name, tag('1.0'));
    expect(await client.putManifest(name, tag('copy'), { bytes, mediaType })).toEqual({
      digest: old,
    });
    expect((await client.headManifest(name, tag('copy')))?.digest).toBe(old);
  });

  it('pushes a small blob', async () => {
    const client = openClient(registry.origin);
    const made = await client.putBlob(name, Buffer.from('{}'));
    expect(made).toBe(sha256Of('{}'));
    expect(await client.headBlob(name, made)).toMatchObject({ sizeBytes: 2 });
  });

  it('deletes by digest, and names what cannot be deleted (trap 2)', async () => {
    const client = openClient(registry.origin);
    await pushImage(registry, 'team/app', 'gone');
    const found = await client.headManifest(name, tag('gone'));
    expect(await rejection(client.deleteManifest(name, tag('gone')))).toMatchObject({
      code: 'request-refused',
      status: 400,
      ociCode: 'DIGEST_INVALID',
    });
    await client.deleteManifest(name, digest(found?.digest ?? ''));
    expect(await client.headManifest(name, tag('gone'))).toBeUndefined();
    expect(await rejection(client.deleteManifest(name, digest(found?.digest ?? '')))).toMatchObject(
      {
        code: 'not-found',
      },
    );
  });
});

describe.skipIf(isMissing)('writes behind a token server', () => {
  let tokens: TokenServer;
  let registry: DockerRegistry;
  beforeAll(async () => {
    tokens = await startTokenServer({ grant: (scope) => !scope.includes('delete') });
    registry = await startDockerRegistry({ token: tokens });
  });
  afterAll(async () => {
    await registry.stop();
    await tokens.close();
  });

  it('asks for delete by itself, never together with push (trap 28)', async () => {
    const client = openClient(registry.origin);
    const { config, manifest, manifestDigest } = sampleImage();
    await client.putBlob(name, Buffer.from(config));
    const mediaType = manifestHeaders('')['content-type'] ?? '';
    await client.putManifest(name, tag('a'), { bytes: Buffer.from(manifest), mediaType });
    expect(await collect(client.tags(name))).toMatchObject([{ tags: ['a'] }]);
    const refused = await rejection(client.deleteManifest(name, digest(manifestDigest)));
    expect(['unauthorized', 'denied']).toContain(refused.code);
    const asked = new Set(tokens.requests.flatMap(({ scopes }) => scopes));
    expect(asked).toContain('repository:team/app:pull,push');
    expect(asked).toContain('repository:team/app:delete');
    expect([...asked].filter((scope) => /push.*delete|delete.*push/u.test(scope))).toEqual([]);
  });
});

describe('writes to a registry that misbehaves', () => {
  const { manifest, manifestDigest } = sampleImage();
  const content = {
    bytes: Buffer.from(manifest),
    mediaType: manifestHeaders('')['content-type'] ?? '',
  };

  it('sends no write a second time', async () => {
    const registry = await startScriptedRegistry({ '*': { status: 503 } });
    const client = openClient(registry.origin);
    const calls = [
      client.putManifest(name, tag('a'), content),
      client.deleteManifest(name, digest(manifestDigest)),
      client.putBlob(name, Buffer.from('x')),
    ];
    for (const call of calls)
      expect(await rejection(call)).toMatchObject({ code: 'registry-failed' });
    expect(registry.requests).toHaveLength(3);
    await registry.close();
  });

  it('does not follow a redirected write, and says what OCI-Subject said', async () => {
    const subject = `sha256:${'a'.repeat(64)}`;
    const registry = await startScriptedRegistry({
      'PUT /v2/team/app/manifests/a': { status: 201, headers: { 'oci-subject': subject } },
      'PUT /v2/team/app/manifests/b': {
        status: 201,
        headers: { 'docker-content-digest': subject },
      },
      'PUT /v2/team/app/manifests/c': {
        status: 307,
        headers: { location: '/v2/team/app/manifests/a' },
      },
    });
    const client = openClient(registry.origin);
    expect(await client.putManifest(name, tag('a'), content)).toEqual({
      digest: manifestDigest,
      subject,
    });
    expect(await rejection(client.putManifest(name, tag('b'), content))).toMatchObject({
      code: 'digest-mismatch',
    });
    expect(await rejection(client.putManifest(name, tag('c'), content))).toMatchObject({
      status: 307,
    });
    await registry.close();
  });

  it('keeps the query of a Location, and refuses another origin (trap 31)', async () => {
    let location = 'more?_state=a%2Fb';
    const registry = await startScriptedRegistry({
      'POST /v2/team/app/blobs/uploads/': () => ({ status: 202, headers: { location } }),
      'PUT /v2/team/app/blobs/uploads/more': { status: 201 },
    });
    const client = openClient(registry.origin);
    const made = await client.putBlob(name, Buffer.from('x'));
    expect(registry.lines()[1]).toBe(
      `PUT /v2/team/app/blobs/uploads/more?_state=a%2Fb&digest=${made}`,
    );
    location = 'http://other.example/upload';
    expect(await rejection(client.putBlob(name, Buffer.from('x')))).toMatchObject({
      code: 'redirect-refused',
    });
    location = 'http://[';
    expect(await rejection(client.putBlob(name, Buffer.from('x')))).toMatchObject({
      code: 'response-malformed',
    });
    await registry.close();
  });
});
