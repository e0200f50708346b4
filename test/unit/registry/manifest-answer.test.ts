import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { parseDigest } from '#oci/digest';
import { readManifest, statManifest, tryReadCached } from '#core/registry/manifest-answer';
import { sampleImage, sha256Of } from '#test/scripted-registry';

const url = new URL('https://reg.example/v2/app/manifests/x');
const oci = 'application/vnd.oci.image.manifest.v1+json';
const { manifest, manifestDigest } = sampleImage();
const digest = parseDigest(manifestDigest);
const other = parseDigest(sha256Of('other'));

const answer = (body: string, headers: Record<string, string> = { 'content-type': oci }) => ({
  status: 200,
  headers,
  url,
  bytes: Buffer.from(body),
});

describe('readManifest', () => {
  it('hashes the raw bytes when the registry names no digest (trap 32)', () => {
    const spaced = manifest.replace('{', '{\n  ');
    expect(readManifest(answer(spaced), undefined)).toMatchObject({
      digest: sha256Of(spaced),
      mediaType: oci,
      sizeBytes: spaced.length,
    });
  });

  it('compares with the digest asked for and with the header (trap 32)', () => {
    const headers = { 'content-type': oci, 'docker-content-digest': manifestDigest };
    expect(readManifest(answer(manifest, headers), digest).digest).toBe(digest);
    const mismatch: unknown = expect.objectContaining({ code: 'digest-mismatch' });
    expect(() => readManifest(answer(manifest, headers), other)).toThrow(mismatch);
    const lying = { 'content-type': oci, 'docker-content-digest': other };
    expect(() => readManifest(answer(manifest, lying), digest)).toThrow(mismatch);
    expect(() => readManifest(answer(manifest, lying), undefined)).toThrow(mismatch);
  });

  it('verifies sha512 as well, and leaves an algorithm it does not know aside', () => {
    const sha512 = parseDigest(`sha512:${createHash('sha512').update(manifest).digest('hex')}`);
    const headers = { 'docker-content-digest': manifestDigest };
    expect(readManifest(answer(manifest, headers), sha512).digest).toBe(sha512);
    const unknown = { 'docker-content-digest': `blake3:${'a'.repeat(64)}` };
    expect(readManifest(answer(manifest, unknown), undefined).digest).toBe(digest);
    const garbage = { 'docker-content-digest': 'garbage' };
    expect(() => readManifest(answer(manifest, garbage), undefined)).toThrow('not a digest');
  });

  it('takes the type from the body when the header is a general one', () => {
    for (const type of [
      'application/json',
      'text/plain; charset=utf-8',
      'application/octet-stream',
    ]) {
      expect(readManifest(answer(manifest, { 'content-type': type }), digest).mediaType).toBe(oci);
    }
  });

  it('refuses a body that contradicts its Content-Type', () => {
    const type = 'application/vnd.oci.image.index.v1+json';
    expect(() => readManifest(answer(manifest, { 'content-type': type }), digest)).toThrow(
      expect.objectContaining({ code: 'response-malformed' }),
    );
  });

  it.each([
    ['<html>Sign in</html>', 'not-a-registry'],
    ['{"schemaVersion":2', 'response-malformed'],
    ['[]', 'response-malformed'],
    ['{"schemaVersion":2,"mediaType":"application/vnd.other+json"}', 'unsupported'],
  ])('refuses %s as %s', (body, code) => {
    expect(() => readManifest(answer(body, {}), undefined)).toThrow(
      expect.objectContaining({ code }),
    );
  });

  it('refuses a compressed answer that was not asked for', () => {
    const headers = { 'content-type': oci, 'content-encoding': 'gzip' };
    expect(() => readManifest(answer(manifest, headers), digest)).toThrow('compressed');
  });

  it('names a signed schema 1 manifest by the digest of its payload (trap 35)', () => {
    const payload =
      '{\n   "schemaVersion": 1,\n   "name": "app",\n   "tag": "x",\n   "fsLayers": []\n}';
    const cut = payload.length - 2;
    const head = { formatLength: cut, formatTail: Buffer.from('\n}').toString('base64url') };
    const encoded = Buffer.from(JSON.stringify(head)).toString('base64url');
    const signed = `${payload.slice(0, cut)},\n   "signatures": [{"protected": "${encoded}"}]\n}`;
    const type = 'application/vnd.docker.distribution.manifest.v1+prettyjws';
    const expected = parseDigest(sha256Of(payload));
    const headers = { 'content-type': type, 'docker-content-digest': expected };
    const read = readManifest(answer(signed, headers), expected);
    expect(read).toMatchObject({ digest: expected, manifest: { kind: 'schema1' } });
    expect(() => readManifest(answer(signed, { 'content-type': type }), other)).toThrow(
      expect.objectContaining({ code: 'digest-mismatch' }),
    );
  });
});

describe('statManifest', () => {
  const head = {
    'content-type': oci,
    'content-length': '7',
    'docker-content-digest': manifestDigest,
  };
  const stat = (headers: Record<string, string>, asked = undefined as typeof digest | undefined) =>
    statManifest({ status: 200, headers, url }, asked);

  it('reads a descriptor, and gives up where a header is missing (trap 32)', () => {
    expect(stat(head)).toEqual({ mediaType: oci, digest, size: 7 });
    for (const name of Object.keys(head)) {
      expect(stat({ ...head, [name]: '' }), name).toBeUndefined();
    }
    expect(stat({ ...head, 'docker-content-digest': '' }, digest)).toMatchObject({ digest });
  });

  it('refuses another digest than the one asked for', () => {
    expect(() => stat(head, other)).toThrow(expect.objectContaining({ code: 'digest-mismatch' }));
  });
});

describe('tryReadCached', () => {
  it('gives nothing for damaged bytes', () => {
    expect(tryReadCached(Buffer.from(manifest), digest)).toMatchObject({ digest, fromCache: true });
    expect(tryReadCached(Buffer.from(`${manifest} `), digest)).toBeUndefined();
    expect(tryReadCached(Buffer.from('no'), parseDigest(sha256Of('no')))).toBeUndefined();
  });
});
