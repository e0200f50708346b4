/**
 * Untagging 200 tags, against a bare loop of the requests that the strategy needs: on CNCF distribution 2.8 by a
 * placeholder that is deleted by digest, on the local registry by the tag itself.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Pool } from 'undici';
import {
  collectGraph,
  executePlan,
  makePlan,
  openJournal,
  openRegistryRepository,
  probeCapabilities,
  type ChangeRequest,
} from '#core/cleanup/index';
import { makePlaceholder } from '#core/cleanup/placeholder';
import { createRegistryClient } from '#core/registry/index';
import { MANIFEST_ACCEPT } from '#oci/media-type';
import { parseRepositoryName } from '#oci/repository-name';
import { parseTag, type Tag } from '#oci/tag';
import { startDockerRegistry } from '#test/docker-registry';
import { pushBlob, startLocalRegistry } from '#test/local-registry';
import { pushSampleImage } from '#test/sample-images';
import { median, ms, report, type Line } from './shared/report';

const turns = Number(process.env['TAGBOAT_BENCH_TURNS'] ?? 5);
const tagCount = 200;
const names = Array.from({ length: tagCount }, (_, at) => parseTag(`build-${at}`));
const accept = MANIFEST_ACCEPT.join(', ');

type Target = { readonly origin: string };

/** 200 tags and one more on one image. */
const fill = (target: Target, repository: string): Promise<unknown> =>
  pushSampleImage(target, repository, ['keep', ...names]);

type RequestOptions = {
  method: 'GET' | 'HEAD' | 'PUT' | 'DELETE';
  body?: Uint8Array;
  type?: string;
};

const send = async (pool: Pool, url: string, options: RequestOptions): Promise<number> => {
  const { method, body, type } = options;
  const { statusCode, body: answer } = await pool.request({
    method,
    path: url,
    headers: { accept, ...(type === undefined ? {} : { 'content-type': type }) },
    ...(body === undefined ? {} : { body: Buffer.from(body) }),
  });
  await answer.dump();
  return statusCode;
};

const expectStatus = (wanted: number, got: number, what: string): void => {
  if (got !== wanted) throw new Error(`${what} was answered with ${got}, not ${wanted}`);
};

/** Look, put the placeholder, delete it, look: one tag after the other, on one connection that stays open. */
async function barePlaceholders(target: Target, repository: string): Promise<number> {
  const pool = new Pool(target.origin, { connections: 1 });
  const base = `/v2/${repository}/manifests`;
  const start = performance.now();
  await pushBlob(target.origin, repository, '{}');
  for (const tag of names) {
    const { bytes, mediaType, digest } = makePlaceholder('bench', tag, '');
    expectStatus(200, await send(pool, `${base}/${tag}`, { method: 'HEAD' }), 'HEAD');
    const put = { method: 'PUT', body: bytes, type: mediaType } as const;
    expectStatus(201, await send(pool, `${base}/${tag}`, put), 'PUT');
    expectStatus(202, await send(pool, `${base}/${digest}`, { method: 'DELETE' }), 'DELETE');
    expectStatus(404, await send(pool, `${base}/${tag}`, { method: 'HEAD' }), 'HEAD after');
  }
  const taken = performance.now() - start;
  await pool.close();
  return taken;
}

/** Look, delete the tag, look. */
async function bareDeletions(target: Target, repository: string): Promise<number> {
  const pool = new Pool(target.origin, { connections: 1 });
  const base = `/v2/${repository}/manifests`;
  const start = performance.now();
  for (const tag of names) {
    expectStatus(200, await send(pool, `${base}/${tag}`, { method: 'HEAD' }), 'HEAD');
    expectStatus(202, await send(pool, `${base}/${tag}`, { method: 'DELETE' }), 'DELETE');
    expectStatus(404, await send(pool, `${base}/${tag}`, { method: 'HEAD' }), 'HEAD after');
  }
  const taken = performance.now() - start;
  await pool.close();
  return taken;
}

/** From the button to the report: the journal is written, every step checked and recorded. */
async function ourRun(target: Target, repository: string, folder: string): Promise<number> {
  const client = createRegistryClient({
    origin: target.origin,
    userAgent: 'Tagboat/bench',
    resolveCredential: () => Promise.resolve(undefined),
  });
  const name = parseRepositoryName(repository);
  const opened = openRegistryRepository(client, name);
  const capabilities = await probeCapabilities(client, name);
  const requests = names.map((tag: Tag): ChangeRequest => ({ kind: 'untag', tag }));
  const graph = await collectGraph(opened, { depth: 'tags', focus: names });
  const plan = makePlan(graph, requests, { capabilities });
  const place = { registry: new URL(target.origin).host, repository };
  const start = performance.now();
  const journal = openJournal(folder);
  const { outcome } = await executePlan({ repository: opened, journal, place, plan, graph });
  const taken = performance.now() - start;
  await client.close();
  if (outcome !== 'done') throw new Error(`the run ended as ${outcome}`);
  return taken;
}

async function measure(
  work: string,
  target: Target,
  bare: (target: Target, repository: string) => Promise<number>,
  folder: string,
): Promise<Line> {
  const ours: number[] = [];
  const floors: number[] = [];
  for (let turn = 0; turn < turns; turn += 1) {
    await fill(target, `bench/ours-${turn}`);
    await fill(target, `bench/bare-${turn}`);
    const both = [
      async () => void ours.push(await ourRun(target, `bench/ours-${turn}`, folder)),
      async () => void floors.push(await bare(target, `bench/bare-${turn}`)),
    ];
    for (const one of turn % 2 === 0 ? both : both.toReversed()) await one();
  }
  const ratio = median(ours.map((taken, at) => taken / (floors[at] ?? Number.NaN)));
  return {
    work,
    ours: ms(median(ours)),
    floor: `${ms(median(floors))} bare requests`,
    result: `${ratio.toFixed(2)} times`,
    bar: 'at most 1.2 times',
    isMet: ratio <= 1.2,
  };
}

const folder = mkdtempSync(path.join(tmpdir(), 'tagboat-changes-'));
const distribution = await startDockerRegistry();
const local = await startLocalRegistry();
try {
  report(
    'changes',
    'Changes',
    'Untagging 200 tags of one image that has one tag more: from the button to the report, with the journal flushed to the disk before each step, against a bare loop of the same requests on one open connection. Medians of pairs taken in turns.',
    [
      await measure(
        `untag ${tagCount} tags on CNCF distribution 2.8, by placeholder`,
        distribution,
        barePlaceholders,
        folder,
      ),
      await measure(
        `untag ${tagCount} tags on the local registry, by tag`,
        local,
        bareDeletions,
        folder,
      ),
    ],
  );
} finally {
  await distribution.stop();
  await local.stop();
  rmSync(folder, { recursive: true, force: true });
}
