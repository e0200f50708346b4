import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  pushBlob,
  pushImage,
  startLocalRegistry,
  type StartedLocalRegistry,
} from '#test/local-registry';

let started: StartedLocalRegistry;
let origin: string;

beforeAll(async () => {
  started = await startLocalRegistry();
  ({ origin } = started);
});
afterAll(() => started.stop());

const remove = (path: string): Promise<Response> =>
  fetch(`${origin}/v2/${path}`, { method: 'DELETE' });
const statusOf = async (path: string): Promise<number> =>
  (await fetch(`${origin}/v2/${path}`)).status;

describe('distribution-spec, Deleting tags', () => {
  it('removes the tag alone: siblings and the manifest stay (trap 1, trap 2)', async () => {
    const image = await pushImage(origin, 'delete/tags', 'one', { content: 'x' });
    await pushImage(origin, 'delete/tags', 'two', { content: 'x' });
    expect((await remove('delete/tags/manifests/one')).status).toBe(202);
    expect(await statusOf('delete/tags/manifests/one')).toBe(404);
    expect(await statusOf('delete/tags/manifests/two')).toBe(200);
    expect(await statusOf(`delete/tags/manifests/${image.digest}`)).toBe(200);
    const list = await fetch(`${origin}/v2/delete/tags/tags/list`);
    expect(await list.json()).toEqual({ name: 'delete/tags', tags: ['two'] });
  });

  it('an unknown tag is 404 MANIFEST_UNKNOWN', async () => {
    const response = await remove('delete/tags/manifests/never');
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ errors: [{ code: 'MANIFEST_UNKNOWN' }] });
  });
});

describe('distribution-spec, Deleting Manifests', () => {
  it('removes the manifest and every tag that points at it, and no other', async () => {
    const image = await pushImage(origin, 'delete/digest', 'one', { content: 'x' });
    await pushImage(origin, 'delete/digest', 'two', { content: 'x' });
    await pushImage(origin, 'delete/digest', 'other', { content: 'y' });
    expect((await remove(`delete/digest/manifests/${image.digest}`)).status).toBe(202);
    for (const reference of ['one', 'two', image.digest]) {
      expect(await statusOf(`delete/digest/manifests/${reference}`)).toBe(404);
    }
    expect(await statusOf('delete/digest/manifests/other')).toBe(200);
    expect((await remove(`delete/digest/manifests/${image.digest}`)).status).toBe(404);
  });

  it('removes a manifest pushed under sha512, with its tags', async () => {
    const image = await pushImage(origin, 'delete/sha512', undefined, { algorithm: 'sha512' });
    await fetch(`${origin}/v2/delete/sha512/manifests/${image.digest}?tag=v1`, {
      method: 'PUT',
      headers: { 'Content-Type': 'application/vnd.oci.image.manifest.v1+json' },
      body: image.bytes,
    });
    expect((await remove(`delete/sha512/manifests/${image.digest}`)).status).toBe(202);
    expect(await statusOf(`delete/sha512/manifests/${image.digest}`)).toBe(404);
    expect(await statusOf('delete/sha512/manifests/v1')).toBe(404);
  });

  it('can be pushed again afterwards', async () => {
    const image = await pushImage(origin, 'delete/again', 'v1');
    await remove(`delete/again/manifests/${image.digest}`);
    await pushImage(origin, 'delete/again', 'v1');
    expect(await statusOf('delete/again/manifests/v1')).toBe(200);
  });

  it('a malformed digest is 400', async () => {
    expect((await remove('delete/digest/manifests/sha256:x')).status).toBe(400);
  });
});

describe('distribution-spec, Deleting Blobs', () => {
  it.each(['sha256', 'sha512'])('removes the blob from this repository (%s)', async (algorithm) => {
    const blob = await pushBlob(origin, 'delete/blob', `b-${algorithm}`, undefined, algorithm);
    await pushBlob(origin, 'delete/other', `b-${algorithm}`, undefined, algorithm);
    expect(await statusOf(`delete/blob/blobs/${blob.digest}`)).toBe(200);
    expect((await remove(`delete/blob/blobs/${blob.digest}`)).status).toBe(202);
    expect(await statusOf(`delete/blob/blobs/${blob.digest}`)).toBe(404);
    expect(await statusOf(`delete/other/blobs/${blob.digest}`)).toBe(200);
    expect((await remove(`delete/blob/blobs/${blob.digest}`)).status).toBe(404);
  });
});

describe('switches', () => {
  it('without deletes, DELETE is 405 UNSUPPORTED, and an upload can still be cancelled', async () => {
    const fixed = await startLocalRegistry({ canDelete: false });
    const image = await pushImage(fixed.origin, 'fixed', 'v1');
    for (const path of ['manifests/v1', `manifests/${image.digest}`, `blobs/${image.config}`]) {
      const response = await fetch(`${fixed.origin}/v2/fixed/${path}`, { method: 'DELETE' });
      expect(response.status).toBe(405);
      expect(await response.json()).toMatchObject({ errors: [{ code: 'UNSUPPORTED' }] });
    }
    const session = await fetch(`${fixed.origin}/v2/fixed/blobs/uploads/`, { method: 'POST' });
    const location = `${fixed.origin}${session.headers.get('location') ?? ''}`;
    expect((await fetch(location, { method: 'DELETE' })).status).toBe(204);
    await fixed.stop();
  });

  it('read-only, everything that writes is 405 and everything else works', async () => {
    const storageDir = await mkdtemp(join(tmpdir(), 'tagboat-read-only-'));
    const writable = await startLocalRegistry({ storageDir });
    await pushImage(writable.origin, 'readonly/app', 'v1');
    await writable.stop();
    const readOnly = await startLocalRegistry({ storageDir, isReadOnly: true });
    const base = `${readOnly.origin}/v2/readonly/app`;
    for (const [method, path] of [
      ['POST', 'blobs/uploads/'],
      ['PUT', 'manifests/v2'],
      ['DELETE', 'manifests/v1'],
    ] as const) {
      expect((await fetch(`${base}/${path}`, { method })).status).toBe(405);
    }
    expect((await fetch(`${base}/manifests/v1`)).status).toBe(200);
    await readOnly.stop();
    await rm(storageDir, { recursive: true });
  });

  it.each([
    ['POST', '/v2/'],
    ['PUT', '/v2/_catalog'],
    ['PATCH', '/v2/x/tags/list'],
    ['PUT', '/v2/x/blobs/uploads/'],
    ['GET', '/v2/x/blobs/uploads/'],
  ])('%s %s is 405 with Allow', async (method, path) => {
    const response = await fetch(`${origin}${path}`, { method });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).not.toBeNull();
  });
});
