import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RegistryEvent } from '#core/local-registry/index';
import {
  pushBlob,
  pushImage,
  startLocalRegistry,
  type StartedLocalRegistry,
} from '#test/local-registry';

type Envelope = { events: Record<string, unknown>[] };

/** A webhook target that records what it gets and answers as it is told. */
async function startTarget(): Promise<{
  url: string;
  envelopes: { body: Envelope; type: string }[];
  answers: number[];
  stop: () => Promise<void>;
}> {
  const envelopes: { body: Envelope; type: string }[] = [];
  const answers: number[] = [];
  const server = http.createServer((req, res) => {
    const chunks: Buffer[] = [];
    req.on('data', (chunk: Buffer) => chunks.push(chunk));
    req.on('end', () => {
      const status = answers.shift() ?? 200;
      if (status < 400) {
        envelopes.push({
          body: JSON.parse(Buffer.concat(chunks).toString()) as Envelope,
          type: req.headers['content-type'] ?? '',
        });
      }
      res.writeHead(status).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook?secret=1`,
    envelopes,
    answers,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

let started: StartedLocalRegistry;
let target: Awaited<ReturnType<typeof startTarget>>;
let logged: string[];

beforeEach(async () => {
  target = await startTarget();
  logged = [];
  started = await startLocalRegistry({
    webhooks: [{ url: target.url, backoffMs: 20, maxBackoffMs: 50 }],
    log: (entry) => logged.push(JSON.stringify(entry)),
  });
});
afterEach(async () => {
  await started.stop();
  await target.stop();
});

const actionsOf = (events: readonly { action: unknown }[]): unknown[] =>
  events.map((event) => event.action);

describe('events (distribution, notifications)', () => {
  it('tells push, pull, mount and delete with what they were about', async () => {
    const seen: RegistryEvent[] = [];
    started.registry.events.subscribe((event) => seen.push(event));
    const { origin } = started;
    const image = await pushImage(origin, 'ev/app', 'v1', { content: 'layer' });
    await fetch(`${origin}/v2/ev/app/manifests/v1`);
    await fetch(`${origin}/v2/ev/app/manifests/v1`, { method: 'HEAD' });
    await (await fetch(`${origin}/v2/ev/app/blobs/${image.layers[0] ?? ''}`)).text();
    const mount = new URLSearchParams({ mount: image.layers[0] ?? '', from: 'ev/app' });
    await fetch(`${origin}/v2/ev/other/blobs/uploads/?${mount.toString()}`, { method: 'POST' });
    await fetch(`${origin}/v2/ev/app/manifests/v1`, { method: 'DELETE' });
    await fetch(`${origin}/v2/ev/app/blobs/${image.config}`, { method: 'DELETE' });
    await expect.poll(() => seen.length).toBe(8);
    expect(actionsOf(seen)).toEqual([
      'push',
      'push',
      'push',
      'pull',
      'pull',
      'mount',
      'delete',
      'delete',
    ]);
    expect(seen[2]).toMatchObject({
      repository: 'ev/app',
      tag: 'v1',
      digest: image.digest,
      sizeBytes: image.bytes.length,
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      url: `${origin}/v2/ev/app/manifests/${image.digest}`,
    });
    expect(seen[5]).toMatchObject({ repository: 'ev/other', fromRepository: 'ev/app' });
    expect(seen[6]).toMatchObject({ repository: 'ev/app', tag: 'v1' });
    expect(seen[6]).not.toHaveProperty('digest');
    expect(new Set(seen.map((event) => event.id)).size).toBe(8);
  });

  it("a webhook gets them in distribution's envelope", async () => {
    const image = await pushImage(started.origin, 'ev/app', 'v1', { content: 'layer' });
    await expect.poll(() => target.envelopes.flatMap(({ body }) => body.events).length).toBe(3);
    const event = target.envelopes.flatMap(({ body }) => body.events)[2];
    expect(target.envelopes[0]?.type).toBe('application/vnd.docker.distribution.events.v2+json');
    expect(event).toMatchObject({
      action: 'push',
      target: {
        mediaType: 'application/vnd.oci.image.manifest.v1+json',
        digest: image.digest,
        size: image.bytes.length,
        length: image.bytes.length,
        repository: 'ev/app',
        tag: 'v1',
        url: `${started.origin}/v2/ev/app/manifests/${image.digest}`,
      },
      request: { method: 'PUT', host: new URL(started.origin).host },
      actor: {},
    });
    expect(event).toHaveProperty('source.instanceID');
    expect(event).toHaveProperty('request.addr');
    expect(Number.isNaN(Date.parse(String(event?.['timestamp'])))).toBe(false);
  });

  it('is tried again until it is taken, in order and without losing one', async () => {
    target.answers.push(500, 503, 404);
    for (let index = 0; index < 5; index += 1) await pushBlob(started.origin, 'ev', `${index}`);
    await expect
      .poll(() => target.envelopes.flatMap(({ body }) => body.events).length, { timeout: 5000 })
      .toBe(5);
    const order = target.envelopes
      .flatMap(({ body }) => body.events)
      .map((event) => (event['timestamp'] as string) ?? '');
    expect(order).toEqual(order.toSorted());
    expect(logged.some((line) => line.includes('webhook-failed'))).toBe(true);
    expect(logged.join('')).not.toContain('secret');
  });

  it('a redirect counts as taken and is not followed', async () => {
    target.answers.push(302);
    await pushBlob(started.origin, 'ev', 'x');
    await expect.poll(() => target.envelopes.length).toBe(1);
  });

  it('delivers what is waiting when the registry closes', async () => {
    target.answers.push(500);
    await pushBlob(started.origin, 'ev', 'last words');
    await started.registry.close();
    expect(target.envelopes.flatMap(({ body }) => body.events)).toHaveLength(1);
  });

  it('a listener that throws stops neither the request nor the others', async () => {
    const seen: string[] = [];
    started.registry.events.subscribe(() => {
      throw new Error('listener fault');
    });
    started.registry.events.subscribe((event) => seen.push(event.action));
    await pushBlob(started.origin, 'ev', 'y');
    expect(seen).toEqual(['push']);
    expect(logged.some((line) => line.includes('listener fault'))).toBe(true);
  });
});
