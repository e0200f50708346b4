import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { collectWithDistribution, startDistribution } from '#test/distribution';
import { digestOf, pushBlob, pushImage, startLocalRegistry } from '#test/local-registry';
import { accept, findMissing, pushVariety } from '#test/push-variety';
import { realPart } from '#test/real-parts';
import { makeTemporaryDir, runOrThrow } from '#test/registry-command';

const isMissing = realPart('docker-registry') === undefined || realPart('skopeo') === undefined;

describe.skipIf(isMissing)('exchange of folders with CNCF distribution', () => {
  let storageDir: string;

  beforeAll(async () => {
    storageDir = await makeTemporaryDir('interop');
  });
  afterAll(() => rm(storageDir, { recursive: true, force: true }));

  it('what was pushed here is served there, survives its garbage-collect, and is served here again', async () => {
    const ours = await startLocalRegistry({ storageDir });
    const content = await pushVariety(ours.origin, true);
    expect(await findMissing(ours.origin, content)).toEqual([]);
    await ours.stop();

    const theirs = await startDistribution(storageDir);
    expect(await findMissing(theirs.origin, content)).toEqual([]);
    const catalog = (await (await fetch(`${theirs.origin}/v2/_catalog`)).json()) as object;
    expect(catalog).toEqual({ repositories: ['mix/image', 'mix/index', 'mix/sha512'] });
    const listed = await fetch(`${theirs.origin}/v2/mix/image/tags/list`);
    const { tags } = (await listed.json()) as { tags: string[] };
    // Distribution 2.8 lists in the order of the disk.
    expect(new Set(tags)).toEqual(new Set(['signature', 'v1']));
    const copy = ['copy', '--all', '--preserve-digests', '--src-tls-verify=false'];
    await runOrThrow('skopeo', [
      ...copy,
      '--dest-tls-verify=false',
      `docker://${theirs.host}/mix/image:v1`,
      `docker://${theirs.host}/copied/app:v1`,
    ]);
    await theirs.stop();

    expect(await collectWithDistribution(storageDir)).toContain('mix/image');
    const theirsAgain = await startDistribution(storageDir);
    expect(await findMissing(theirsAgain.origin, content)).toEqual([]);
    await theirsAgain.stop();

    const again = await startLocalRegistry({ storageDir });
    expect(await findMissing(again.origin, content)).toEqual([]);
    const digest = content[0]?.digest ?? '';
    const referrers = await fetch(`${again.origin}/v2/mix/image/referrers/${digest}`);
    expect(await referrers.json()).toMatchObject({
      manifests: [{ artifactType: 'application/x.signature' }],
    });
    const copied = await fetch(`${again.origin}/v2/copied/app/manifests/v1`);
    expect(copied.headers.get('docker-content-digest')).toBe(digest);
    const { problems } = await again.registry.check({ isDeep: true });
    expect(problems.filter((problem) => problem.severity === 'problem')).toEqual([]);

    const report = await again.registry.collectGarbage({ graceMs: 0 });
    expect(report.manifests).toEqual([]);
    expect(await findMissing(again.origin, content)).toEqual([]);
    await again.stop();
  });

  it('our garbage collection leaves a folder that is served there', async () => {
    const ours = await startLocalRegistry({ storageDir });
    const content = await pushVariety(ours.origin, true);
    await pushImage(ours.origin, 'mix/image', 'gone', { content: 'gone' });
    await fetch(`${ours.origin}/v2/mix/image/manifests/gone`, { method: 'DELETE' });
    const report = await ours.registry.collectGarbage();
    expect(report.blobs.length).toBeGreaterThan(0);
    await ours.stop();
    const theirs = await startDistribution(storageDir);
    expect(await findMissing(theirs.origin, content)).toEqual([]);
    await theirs.stop();
  });
});

describe.skipIf(isMissing)('a folder that distribution made', () => {
  let storageDir: string;

  beforeAll(async () => {
    storageDir = await makeTemporaryDir('interop-theirs');
  });
  afterAll(() => rm(storageDir, { recursive: true, force: true }));

  it('is served: images, indexes, referrers, Docker schema 2, sha512 blobs', async () => {
    const theirs = await startDistribution(storageDir);
    const content = await pushVariety(theirs.origin, false);
    const { digest: strong } = await pushBlob(
      theirs.origin,
      'mix/image',
      'sha512 blob',
      undefined,
      'sha512',
    );
    const copy = ['copy', '--src-tls-verify=false', '--dest-tls-verify=false', '--format', 'v2s2'];
    await runOrThrow('skopeo', [
      ...copy,
      `docker://${theirs.host}/mix/image:v1`,
      `docker://${theirs.host}/mix/docker:v1`,
    ]);
    await theirs.stop();

    const ours = await startLocalRegistry({ storageDir });
    expect(await findMissing(ours.origin, content)).toEqual([]);
    const blob = await fetch(`${ours.origin}/v2/mix/image/blobs/${strong}`);
    expect(blob.headers.get('docker-content-digest')).toBe(strong);
    expect(await blob.text()).toBe('sha512 blob');
    const docker = await fetch(`${ours.origin}/v2/mix/docker/manifests/v1`);
    expect(docker.headers.get('content-type')).toBe(
      'application/vnd.docker.distribution.manifest.v2+json',
    );
    const catalog = await fetch(`${ours.origin}/v2/_catalog`);
    expect(await catalog.json()).toEqual({
      repositories: ['mix/docker', 'mix/image', 'mix/index'],
    });
    const referrers = await fetch(
      `${ours.origin}/v2/mix/image/referrers/${content[0]?.digest ?? ''}`,
    );
    expect(await referrers.json()).toMatchObject({
      manifests: [{ annotations: { 'org.example.by': 'test' } }],
    });
    expect((await ours.registry.check({ isDeep: true })).problems).toEqual([]);
    await ours.stop();
  });

  it('changes made there while we were off are seen', async () => {
    const before = await startLocalRegistry({ storageDir });
    await (await fetch(`${before.origin}/v2/mix/image/tags/list`)).text();
    await before.stop();
    const theirs = await startDistribution(storageDir);
    await pushImage(theirs.origin, 'mix/image', 'added', { content: 'added' });
    const head = await fetch(`${theirs.origin}/v2/mix/image/manifests/v1`, {
      method: 'HEAD',
      headers: { Accept: accept },
    });
    const digest = head.headers.get('docker-content-digest') ?? '';
    const url = `${theirs.origin}/v2/mix/image/manifests/${digest}`;
    expect((await fetch(url, { method: 'DELETE' })).status).toBe(202);
    await theirs.stop();
    const ours = await startLocalRegistry({ storageDir });
    const tags = await fetch(`${ours.origin}/v2/mix/image/tags/list`);
    expect(await tags.json()).toEqual({ name: 'mix/image', tags: ['added', 'signature'] });
    expect((await fetch(`${ours.origin}/v2/mix/image/manifests/v1`)).status).toBe(404);
    expect((await fetch(`${ours.origin}/v2/mix/image/manifests/${digest}`)).status).toBe(404);
    await ours.stop();
  });

  it('an upload begun there is finished here', async () => {
    const content = Buffer.from('half of it, and the other half');
    const theirs = await startDistribution(storageDir);
    const opened = await fetch(`${theirs.origin}/v2/mix/image/blobs/uploads/`, { method: 'POST' });
    const location = opened.headers.get('location') ?? '';
    const id = opened.headers.get('docker-upload-uuid') ?? '';
    const sent = await fetch(location, { method: 'PATCH', body: content.subarray(0, 11) });
    expect(sent.status).toBe(202);
    await theirs.stop();
    const ours = await startLocalRegistry({ storageDir });
    const session = `${ours.origin}/v2/mix/image/blobs/uploads/${id}`;
    expect((await fetch(session)).headers.get('range')).toBe('0-10');
    const ended = await fetch(`${session}?digest=${digestOf(content)}`, {
      method: 'PUT',
      headers: { 'Content-Range': `11-${content.length - 1}` },
      body: content.subarray(11),
    });
    expect(ended.status).toBe(201);
    await ours.stop();
  });
});
