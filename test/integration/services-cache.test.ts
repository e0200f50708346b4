import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { splitNames } from '#contract/tag';
import { createMemoryStore } from '#core/credentials/memory-store';
import { startDockerRegistry, type DockerRegistry } from '#test/docker-registry';
import { shopApi } from '#test/gallery';
import { startFront, type Front } from '#test/nginx-front';
import type { OpenedServices } from '#test/open-services';
import { pushContent } from '#test/push-set';
import { realPart } from '#test/real-parts';
import {
  addRegistry,
  basic,
  makeProfile,
  password,
  read,
  savedViews,
  startServices,
  valueOf,
} from '#test/services-steps';

const isMissing = realPart('docker-registry') === undefined || realPart('nginx') === undefined;
const repository = 'shop/api';
const content = shopApi();

/** What a person does who looks at a repository: its tags, their details, two images, a child and a referrer. */
async function look(services: OpenedServices, registryId: string): Promise<string> {
  const { pages } = await read(services, 'tag:list', { registryId, repository });
  const tags = pages.flatMap((page) => splitNames(page.names));
  const details = await read(services, 'tag:details', { registryId, repository, tags });
  const rows = details.pages.flatMap((page) => page.details).map(({ tag, digest }) => tag + digest);
  const seen: unknown[] = [rows.toSorted((a, b) => a.localeCompare(b))];
  const inspect = async (reference: string) => {
    const { end } = await read(services, 'image:inspect', { registryId, repository, reference });
    seen.push(end);
    return end;
  };
  const index = await inspect('1.8.2');
  for (const { digest } of index.entries) await inspect(digest);
  await inspect('1.8.1');
  return JSON.stringify(seen);
}

/** Requests for what never changes: a manifest or a blob, body and all. */
const bodiesOf = (requests: readonly string[]): string[] =>
  requests.filter((line) => /^GET \S+\/(manifests|blobs)\//u.test(line));

describe.skipIf(isMissing)('a second look at a repository already seen', () => {
  let registry: DockerRegistry;
  let front: Front;
  beforeAll(async () => {
    registry = await startDockerRegistry();
    await pushContent(registry, repository, content);
    front = await startFront({ upstream: registry.origin });
  });
  afterAll(async () => {
    await front.stop();
    await registry.stop();
  });

  it('trap 24: asks for no manifest and no config again, nor after a restart', async () => {
    const directory = await makeProfile();
    const services = await startServices({ directory });
    const { id: registryId } = await addRegistry(services, front.host);
    const first = await look(services, registryId);
    const afterFirst = (await front.requests()).length;
    expect(bodiesOf(await front.requests()).length).toBeGreaterThan(5);

    expect(await look(services, registryId)).toBe(first);
    const second = (await front.requests()).slice(afterFirst);
    expect(bodiesOf(second)).toEqual([]);
    // A tag may have moved: that costs one HEAD a row, which no registry counts as a pull.
    expect(second.every((line) => /^(HEAD \S+\/manifests|GET \S+\/tags\/list)/u.test(line))).toBe(
      true,
    );
    await services.close();

    const again = await startServices({ directory, secrets: createMemoryStore() });
    const afterSecond = (await front.requests()).length;
    expect(await look(again, registryId)).toBe(first);
    expect(bodiesOf((await front.requests()).slice(afterSecond))).toEqual([]);
  });

  it('sees at once that a tag has moved', async () => {
    const services = await startServices();
    const { id: registryId } = await addRegistry(services, front.host);
    const digestNow = async (): Promise<string> => {
      const request = { registryId, repository: 'moving', reference: 'latest' };
      return (await read(services, 'image:inspect', request)).end.digest;
    };
    await pushContent(registry, 'moving', content);
    const before = await digestNow();
    const moved = content.tags.get('1.8.1') ?? '';
    const bytes = content.manifests.get(moved)?.bytes.toString() ?? '';
    await fetch(`${registry.origin}/v2/moving/manifests/latest`, {
      method: 'PUT',
      headers: { 'content-type': 'application/vnd.oci.image.manifest.v1+json' },
      body: bytes,
    });
    expect([before, await digestNow()]).toEqual([content.tags.get('latest'), moved]);
  });

  it('is right with a damaged cache', async () => {
    const directory = await makeProfile();
    const services = await startServices({ directory });
    const { id: registryId } = await addRegistry(services, front.host);
    const first = await look(services, registryId);
    await services.close();
    const folder = path.join(directory, 'content');
    const names = await readdir(folder, { recursive: true, withFileTypes: true });
    const files = names.filter((entry) => entry.isFile());
    expect(files.length).toBeGreaterThan(5);
    for (const file of files)
      await writeFile(path.join(file.parentPath, file.name), '{"not":"it"}');
    const again = await startServices({ directory });
    expect(await look(again, registryId)).toBe(first);
    expect(again.unexpected).toEqual([]);
  });
});

describe.skipIf(isMissing)('blobs that are kept at another host', () => {
  it('trap 26: are read there without the password', async () => {
    const registry = await startDockerRegistry({ htpasswd: { ada: 'pw' } });
    const authorization = basic('ada', 'pw');
    // Refuses every request that has an Authorization of its own, as object stores do.
    const store = await startFront({ upstream: registry.origin, authorizeUpstream: authorization });
    const blobsAt = store.origin.replace('127.0.0.1', 'localhost');
    const front = await startFront({ upstream: registry.origin, blobsAt });
    try {
      await pushContent({ ...registry, authorization }, repository, content);
      const services = await startServices();
      const login = password('ada', 'pw');
      const { id: registryId } = await addRegistry(services, front.host, { login });
      await look(services, registryId);
      const lines = await store.requests();
      expect(lines.length).toBeGreaterThan(0);
      expect(lines.every((line) => line.startsWith('GET /v2/') && line.endsWith(' 200'))).toBe(
        true,
      );
    } finally {
      await front.stop();
      await store.stop();
      await registry.stop();
    }
  });
});

describe('a damaged settings file', () => {
  it('is kept aside, said, and does not stop the next registry', async () => {
    const directory = await mkdtemp(path.join(tmpdir(), 'tagboat-damaged-'));
    await writeFile(path.join(directory, 'settings.json'), '{"version":1,"registries":[{"id":');
    const services = await startServices({ directory });
    const controller = new AbortController();
    const told = await new Promise<string>((resolve) => {
      services
        .stream(
          'app:notices',
          {},
          {
            signal: controller.signal,
            onPage: (notices) => resolve(notices.map(({ message }) => message).join(' ')),
          },
        )
        .catch(() => undefined);
    });
    controller.abort();
    expect(told).toMatch(/settings/iu);
    expect((await readdir(directory)).join(' ')).toMatch(/corrupt/u);
    const input = { address: 'registry.invalid', login: { kind: 'none' as const } };
    valueOf(await services.call('registry:add', { input }));
    await services.close();
    const again = await startServices({ directory });
    expect(await savedViews(again)).toHaveLength(1);
    await again.close();
    await rm(directory, { recursive: true, force: true });
  });
});
