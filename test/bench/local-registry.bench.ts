/**
 * The local registry against Debian's docker-registry and a bare node:http server, in one run. Every row is measured
 * in turns (ours, theirs, ours, …) and the middle of the turns counts, so that what else the machine does weighs on
 * both sides. Writes docs/benchmarks/local-registry.md.
 */
import { spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { timeWrite } from './local-registry/floor';
import { measureThroughput, timePull, timePush } from './local-registry/load';
import {
  startBare,
  startOurs,
  startSink,
  startTheirs,
  type Measured,
  type Start,
} from './local-registry/servers';
import { makeLayout, makeStore, repositoryCount, tagCount } from './local-registry/store';
import { addFloor, addRow, mib, report, say } from './local-registry/table';

const turns = Number(process.env['TAGBOAT_BENCH_TURNS'] ?? 5);
const secondsPerTurn = Number(process.env['TAGBOAT_BENCH_SECONDS'] ?? 3);
const largeBytes = 512 * 1024 * 1024;
const only = process.env['TAGBOAT_BENCH_ROWS']?.split(',');

const dir = mkdtempSync(path.join(tmpdir(), 'tagboat-bench-'));
process.once('exit', () => {
  rmSync(dir, { recursive: true, force: true });
});

const wants = (row: string): boolean => only === undefined || only.includes(row);
const median = (values: readonly number[]): number =>
  values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)] ?? Number.NaN;
/** Medians of `measure` for several subjects, taken in turns. */
async function inTurns<Subject>(
  subjects: readonly Subject[],
  measure: (subject: Subject, turn: number) => Promise<number>,
): Promise<number[]> {
  const results = subjects.map(() => [] as number[]);
  for (let turn = 0; turn < turns; turn += 1) {
    for (const [index, subject] of subjects.entries()) {
      results[index]?.push(await measure(subject, turn));
    }
  }
  return results.map(median);
}

const storeDir = path.join(dir, 'store');
say('making a store of 5,000 repositories and 10,000 tags …');
const store = makeStore(storeDir);
const pushDirs = { ours: path.join(dir, 'push-ours'), theirs: path.join(dir, 'push-theirs') };

if (wants('start')) await benchStart();
const pushed = {
  ours: await startOurs(pushDirs.ours),
  theirs: await startTheirs(pushDirs.theirs),
};
if (wants('large')) await benchLarge();
if (wants('skopeo')) await benchSkopeo();
const pushPeaks = [pushed.ours.memory().peakBytes, pushed.theirs.memory().peakBytes] as const;
await pushed.ours.stop();
await pushed.theirs.stop();

const reading = { ours: await startOurs(storeDir), theirs: await startTheirs(storeDir) };
if (wants('manifest')) await benchManifest();
if (wants('blob')) await benchBlob();
if (wants('lists')) await benchLists();
benchMemory();
await reading.ours.stop();
await reading.theirs.stop();
await report(turns, only === undefined);

async function benchStart(): Promise<void> {
  const startFloor: Start = () => startBare({}, '');
  const [ours = 0, theirs = 0, bare = 0] = await inTurns<Start>(
    [startOurs, startTheirs, startFloor],
    async (start) => {
      const measured = await start(storeDir);
      await measured.stop();
      return measured.startSeconds * 1000;
    },
  );
  addRow(
    'start to first 200, 5,000 repositories',
    { ours: `${ours.toFixed(0)} ms`, other: `${theirs.toFixed(0)} ms`, ratio: ours / theirs },
    { text: 'at most 2.5 × docker-registry', isMet: ours / theirs <= 2.5 },
  );
  addFloor(
    `Start: a bare node:http server takes ${bare.toFixed(0)} ms, ${(bare / theirs).toFixed(2)} × docker-registry.`,
  );
}

async function benchLarge(): Promise<void> {
  const block = randomBytes(64 * 1024 * 1024);
  const chunks: Buffer[] = [];
  for (let sent = 0; sent < largeBytes; sent += 1024 * 1024) {
    const start = sent % block.byteLength;
    chunks.push(block.subarray(start, start + 1024 * 1024));
  }
  const subjects = [pushed.ours, pushed.theirs];
  const digests: string[] = [];
  const withFloor = [...subjects, 'floor' as const];
  const pushSeconds = await inTurns(withFloor, async (measured, turn) => {
    // Another content every turn, or there would be nothing to store.
    chunks[0] = randomBytes(1024 * 1024);
    if (measured === 'floor') return timeWrite(path.join(dir, 'floor'), chunks);
    const digest = `sha256:${hashAll(chunks)}`;
    digests[subjects.indexOf(measured)] = digest;
    const origin = `http://127.0.0.1:${measured.port}`;
    const session = await fetch(`${origin}/v2/large/turn${turn}/blobs/uploads/`, {
      method: 'POST',
    });
    const url = new URL(session.headers.get('location') ?? '', origin);
    url.searchParams.set('digest', digest);
    return timePush(measured.port, `${url.pathname}${url.search}`, chunks);
  });
  const [ours = 0, theirs = 0, floor = 0] = pushSeconds.map((seconds) => largeBytes / seconds);
  addRow(
    'push one 512 MiB blob, synced',
    { ours: `${mib(ours)}/s`, other: `${mib(theirs)}/s`, ratio: ours / theirs },
    { text: 'at least 2 × docker-registry', isMet: ours / theirs >= 2 },
  );
  addFloor(
    `Push: hashing, writing and flushing the same bytes one after another in one thread, without a network, comes to ${mib(floor)}/s, ${(floor / theirs).toFixed(2)} × docker-registry.`,
  );
  const pullSeconds = await inTurns<Measured>(subjects, (measured) => {
    const digest = digests[subjects.indexOf(measured)] ?? '';
    return timePull(measured.port, `/v2/large/turn${turns - 1}/blobs/${digest}`);
  });
  const [oursPull = 0, theirsPull = 0] = pullSeconds.map((seconds) => largeBytes / seconds);
  addRow(
    'pull one 512 MiB blob',
    { ours: `${mib(oursPull)}/s`, other: `${mib(theirsPull)}/s`, ratio: oursPull / theirsPull },
    { text: 'at least 0.8 × docker-registry', isMet: oursPull / theirsPull >= 0.8 },
  );
}

function hashAll(chunks: readonly Buffer[]): string {
  const hash = createHash('sha256');
  for (const chunk of chunks) hash.update(chunk);
  return hash.digest('hex');
}

async function benchSkopeo(): Promise<void> {
  const sink = await startSink();
  const storages = [pushDirs.ours, pushDirs.theirs];
  const subjects = [pushed.ours, pushed.theirs, sink];
  let archive = '';
  const [ours = 0, theirs = 0, floor = 0] = await inTurns<Measured>(
    subjects,
    async (measured, turn) => {
      // An image that is new every turn: skopeo remembers where it has seen a layer, and would ask for it there.
      if (measured === subjects[0]) archive = makeArchive(turn);
      const storage = storages[subjects.indexOf(measured)];
      if (storage !== undefined) rmSync(`${storage}/docker`, { recursive: true, force: true });
      const target = `docker://127.0.0.1:${measured.port}/skopeo/turn${turn}:v1`;
      const started = process.hrtime.bigint();
      skopeo(['copy', '--dest-tls-verify=false', `oci-archive:${archive}:v1`, target]);
      return Number(process.hrtime.bigint() - started) / 1e9;
    },
  );
  await sink.stop();
  addRow(
    'skopeo copy, 12 layers of 20 MiB, archive to registry',
    { ours: `${ours.toFixed(2)} s`, other: `${theirs.toFixed(2)} s`, ratio: ours / theirs },
    { text: 'at most 0.6 × docker-registry', isMet: ours / theirs <= 0.6 },
  );
  const share = (ours - floor) / (theirs - floor);
  addFloor(
    `skopeo copy: skopeo sends one layer after another, and to a bare node:http server that throws everything away it takes ${floor.toFixed(2)} s, ${(floor / theirs).toFixed(2)} × docker-registry: what a registry does is only the rest. Of the time beyond it, the local registry takes ${share.toFixed(2)} of docker-registry's.`,
  );
}

function makeArchive(turn: number): string {
  const layout = path.join(dir, `layout-${turn}`);
  const archive = path.join(dir, 'image.tar');
  rmSync(archive, { force: true });
  makeLayout(layout);
  skopeo(['copy', `oci:${layout}:v1`, `oci-archive:${archive}:v1`]);
  rmSync(layout, { recursive: true });
  // Or the disk would still be writing the archive while the first of the registries flushes its layers.
  spawnSync('sync');
  return archive;
}

function skopeo(args: readonly string[]): void {
  const { status, stderr } = spawnSync('skopeo', args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`skopeo ${args.join(' ')}: ${stderr}`);
}

async function benchManifest(): Promise<void> {
  const url = '/v2/big/manifests/v50.50.0';
  const answer = await fetch(`http://127.0.0.1:${reading.ours.port}${url}`);
  const names = [
    'Docker-Distribution-API-Version',
    'Content-Type',
    'Content-Length',
    'Docker-Content-Digest',
    'ETag',
  ];
  const headers = Object.fromEntries(names.map((name) => [name, answer.headers.get(name) ?? '']));
  const bare = await startBare(headers, await answer.text());
  const load = {
    connections: 32,
    durationMs: secondsPerTurn * 1000,
    headers: 'Accept: application/vnd.oci.image.manifest.v1+json\r\n',
  };
  const subjects = [reading.ours, bare, reading.theirs];
  const [ours = 0, floor = 0, theirs = 0] = await inTurns(
    subjects,
    async ({ port }) => (await measureThroughput(port, url, load)).answersPerSecond,
  );
  await bare.stop();
  addRow(
    'manifest GET by tag, 32 connections, against bare node:http',
    { ours: `${ours.toFixed(0)}/s`, other: `${floor.toFixed(0)}/s`, ratio: ours / floor },
    { text: 'at least 0.75 × bare node:http', isMet: ours / floor >= 0.75 },
  );
  addRow(
    'manifest GET by tag, 32 connections',
    { ours: `${ours.toFixed(0)}/s`, other: `${theirs.toFixed(0)}/s`, ratio: ours / theirs },
    { text: 'at least 15 × docker-registry', isMet: ours / theirs >= 15 },
  );
}

async function benchBlob(): Promise<void> {
  const url = `/v2/big/blobs/${store.blobDigest}`;
  const load = { connections: 32, durationMs: secondsPerTurn * 1000 };
  const [ours = 0, theirs = 0] = await inTurns(
    [reading.ours, reading.theirs],
    async ({ port }) => (await measureThroughput(port, url, load)).answersPerSecond,
  );
  addRow(
    '1 MiB blob GET, 32 connections',
    { ours: `${ours.toFixed(0)}/s`, other: `${theirs.toFixed(0)}/s`, ratio: ours / theirs },
    { text: 'at least 3 × docker-registry', isMet: ours / theirs >= 3 },
  );
}

async function benchLists(): Promise<void> {
  const subjects = [reading.ours, reading.theirs];
  const load = { connections: 4, durationMs: secondsPerTurn * 1000 };
  const before = reading.ours.memory().nowBytes;
  const [tags = 0, theirTags = 0] = await inTurns(
    subjects,
    async ({ port }) => (await measureThroughput(port, '/v2/big/tags/list', load)).answersPerSecond,
  );
  addRow(
    `tags/list with ${tagCount.toLocaleString('en')} tags`,
    { ours: `${tags.toFixed(0)}/s`, other: `${theirTags.toFixed(0)}/s`, ratio: tags / theirTags },
    { text: 'at least 2.5 × docker-registry', isMet: tags / theirTags >= 2.5 },
  );
  const [walk = 0, theirWalk = 0] = await inTurns(subjects, ({ port }) => walkCatalog(port));
  addRow(
    `_catalog walk over ${repositoryCount.toLocaleString('en')} repositories, pages of 100`,
    { ours: `${walk.toFixed(0)}/s`, other: `${theirWalk.toFixed(0)}/s`, ratio: walk / theirWalk },
    { text: 'at least 10 × docker-registry', isMet: walk / theirWalk >= 10 },
  );
  const after = reading.ours.memory().nowBytes;
  addRow(
    'resident memory after both lists, against before',
    { ours: mib(after), other: mib(before), ratio: after / before },
    { text: 'flat: at most 1.25', isMet: after / before <= 1.25 },
  );
}

/** Requests a second of a client that follows Link from the first page to the last. */
async function walkCatalog(port: number): Promise<number> {
  const origin = `http://127.0.0.1:${port}`;
  const started = process.hrtime.bigint();
  let requests = 0;
  let names = 0;
  let next: string | undefined = '/v2/_catalog?n=100';
  while (next !== undefined) {
    const response: Response = await fetch(new URL(next, origin));
    names += ((await response.json()) as { repositories: string[] }).repositories.length;
    next = /<([^>]+)>/u.exec(response.headers.get('link') ?? '')?.[1];
    requests += 1;
  }
  if (names !== repositoryCount + 1) throw new Error(`the walk saw ${names} repositories`);
  return requests / (Number(process.hrtime.bigint() - started) / 1e9);
}

function benchMemory(): void {
  const ours = Math.max(pushPeaks[0], reading.ours.memory().peakBytes);
  const theirs = Math.max(pushPeaks[1], reading.theirs.memory().peakBytes);
  addRow(
    'peak resident memory under that load',
    { ours: mib(ours), other: mib(theirs), ratio: ours / theirs },
    { text: "under docker-registry's", isMet: ours < theirs },
  );
}
