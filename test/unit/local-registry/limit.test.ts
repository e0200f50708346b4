import { randomBytes } from 'node:crypto';
import { afterEach, expect, test } from 'vitest';
import { digestOf, pushBlob, pushImage, startLocalRegistry } from '#test/local-registry';

const mebibyte = 1024 * 1024;
const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

async function start(limitBytes: number) {
  const started = await startLocalRegistry({ limitBytes });
  stops.push(() => started.stop());
  return started;
}

/** Chunked, as docker sends layers: the length is not announced. */
async function stream(origin: string, repository: string, content: Buffer): Promise<Response> {
  const session = await fetch(`${origin}/v2/${repository}/blobs/uploads/`, { method: 'POST' });
  if (session.status !== 202) return session;
  const location = new URL(session.headers.get('location') ?? '', origin);
  const body = new ReadableStream({
    start(controller) {
      for (let at = 0; at < content.length; at += 65_536) {
        controller.enqueue(content.subarray(at, at + 65_536));
      }
      controller.close();
    },
  });
  const patched = await fetch(location, { method: 'PATCH', body, duplex: 'half' } as RequestInit);
  if (patched.status !== 202) return patched;
  const url = new URL(patched.headers.get('location') ?? '', origin);
  url.searchParams.set('digest', digestOf(content));
  return fetch(url, { method: 'PUT' });
}

test('an upload within the limit is taken, one beyond it is refused in words and leaves nothing', async () => {
  const { origin, registry } = await start(2 * mebibyte);
  const first = await stream(origin, 'shop/api', randomBytes(1.5 * mebibyte));
  expect(first.status).toBe(201);

  const second = await stream(origin, 'shop/api', randomBytes(mebibyte));
  expect(second.status).toBe(403);
  expect(await second.json()).toEqual({
    errors: [
      expect.objectContaining({
        code: 'DENIED',
        message: expect.stringContaining('it may hold 2 MiB') as string,
      }),
    ],
  });
  expect((await registry.count()).usedBytes).toBe(1.5 * mebibyte);
  // What is left can still be used.
  const third = await stream(origin, 'shop/api', randomBytes(mebibyte / 4));
  expect(third.status).toBe(201);
});

test('an upload that announces too much is refused before a byte of it is sent', async () => {
  const { origin } = await start(mebibyte);
  await expect(pushBlob(origin, 'shop/api', randomBytes(2 * mebibyte))).rejects.toThrow(
    /403.*raise its limit/u,
  );
});

test('several uploads at once do not get past the limit together', async () => {
  const { origin, registry } = await start(2 * mebibyte);
  const statuses = await Promise.all(
    Array.from({ length: 6 }, async () => {
      const answer = await stream(origin, 'shop/api', randomBytes(0.75 * mebibyte));
      return answer.status;
    }),
  );
  expect(statuses.filter((status) => status === 201).length).toBeLessThanOrEqual(2);
  expect((await registry.count()).usedBytes).toBeLessThanOrEqual(2 * mebibyte);
});

test('content that is there already, tags and manifests need no room', async () => {
  const { origin, registry } = await start(2 * mebibyte);
  await pushImage(origin, 'shop/api', '1.0', { content: 'x'.repeat(1000) });
  const { usedBytes } = await registry.count();
  registry.setLimit(usedBytes);
  const image = await fetch(`${origin}/v2/shop/api/manifests/1.0`);
  const again = await fetch(`${origin}/v2/shop/api/manifests/latest`, {
    method: 'PUT',
    headers: { 'Content-Type': image.headers.get('content-type') ?? '' },
    body: await image.text(),
  });
  expect(again.status).toBe(201);
  const refused = await fetch(`${origin}/v2/shop/api/blobs/uploads/`, { method: 'POST' });
  expect(refused.status).toBe(403);
});

test('bytes that garbage collection freed can be used again', async () => {
  const { origin, registry } = await start(1.5 * mebibyte);
  const image = await pushImage(origin, 'shop/api', '1.0', { content: 'y'.repeat(mebibyte) });
  await expect(pushBlob(origin, 'shop/api', randomBytes(mebibyte))).rejects.toThrow(/403/u);
  await fetch(`${origin}/v2/shop/api/manifests/${image.digest}`, { method: 'DELETE' });
  await registry.collectGarbage();
  await pushBlob(origin, 'shop/api', randomBytes(mebibyte));
});

test('the limit can be raised while the registry runs', async () => {
  const { origin, registry } = await start(mebibyte);
  await expect(pushBlob(origin, 'shop/api', randomBytes(2 * mebibyte))).rejects.toThrow(/403/u);
  registry.setLimit(undefined);
  await pushBlob(origin, 'shop/api', randomBytes(2 * mebibyte));
  expect(await registry.count()).toMatchObject({ usedBytes: 2 * mebibyte, tagCount: 0 });
});
