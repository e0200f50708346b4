import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { onTestFinished } from 'vitest';
import {
  collectGraph,
  depthFor,
  executePlan,
  focusFor,
  makePlan,
  openJournal,
  openRegistryRepository,
  planUndo,
  probeCapabilities,
  resumePlan,
  type CapabilityRecord,
  type ChangeRequest,
  type ExecutionReport,
  type Journal,
  type Plan,
  type PlanPolicy,
  type Repository,
  type RepositoryGraph,
  type UndoPlan,
} from '#core/cleanup/index';
import type { ExecuteOptions } from '#core/cleanup/execute';
import type { RegistryClient, RegistryClientOptions } from '#core/registry/index';
import { parseRepositoryName } from '#oci/repository-name';
import { allTagsSeen, memoryCache, openClient } from './registry-calls';
import { sha256Of } from './scripted-registry';

const run = promisify(execFile);

export type Planned = { readonly graph: RepositoryGraph; readonly plan: Plan };

export type Undone = UndoPlan & { readonly report: ExecutionReport };

/** One repository of a running registry, as an app service would hold it: client, capabilities, journal on the disk. */
export type Scene = {
  readonly name: string;
  readonly client: RegistryClient;
  readonly repository: Repository;
  readonly capabilities: CapabilityRecord;
  readonly policy: PlanPolicy;
  readonly journal: Journal;
  readonly journalDir: string;
  readonly place: { readonly registry: string; readonly repository: string };
  /** Tag map by looking at every listed tag. */
  tags(): Promise<Record<string, string>>;
  plan(...requests: ChangeRequest[]): Promise<Planned>;
  execute(planned: Planned, extra?: Partial<ExecuteOptions>): Promise<ExecutionReport>;
  /** Plans and carries out. */
  change(...requests: ChangeRequest[]): Promise<ExecutionReport>;
  planUndo(id: string): Promise<UndoPlan>;
  undo(id: string, extra?: Partial<ExecuteOptions>): Promise<Undone>;
  /** Goes on with an interrupted entry. */
  resume(id: string, extra?: Partial<ExecuteOptions>): Promise<ExecutionReport | undefined>;
};

export type SceneOptions = {
  /** Instead of probing. */
  capabilities?: CapabilityRecord;
  policy?: Partial<PlanPolicy>;
  client?: Partial<RegistryClientOptions>;
  journalDir?: string;
  execute?: Partial<ExecuteOptions>;
};

/** A folder that is removed when the test ends. */
export async function temporaryDir(name: string): Promise<string> {
  const directory = await mkdtemp(path.join(tmpdir(), `tagboat-${name}-`));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

/** What each listed tag points to. */
export async function tagMapOf(repository: Repository): Promise<Record<string, string>> {
  const { tags } = await repository.listTags();
  const map: Record<string, string> = {};
  for (const tag of [...tags].sort()) {
    const found = await repository.resolve(tag);
    if (found !== undefined) map[tag] = found.digest;
  }
  return map;
}

/** Opens a repository for one test; its capabilities are probed, unless they are given. */
export async function openScene(
  { origin }: { origin: string },
  name: string,
  options: SceneOptions = {},
): Promise<Scene> {
  const repositoryName = parseRepositoryName(name);
  // As the app has it: bytes of digests that are gone are still in the cache.
  const kept = { contentCache: memoryCache(), seenTags: allTagsSeen };
  const client = openClient(origin, { ...kept, ...options.client });
  const repository = openRegistryRepository(client, repositoryName);
  const capabilities = options.capabilities ?? (await probeCapabilities(client, repositoryName));
  const policy = { capabilities, ...options.policy };
  const journalDir = options.journalDir ?? (await temporaryDir('journal'));
  const journal = openJournal(journalDir);
  const place = { registry: new URL(origin).host, repository: name };
  const shared = { repository, journal, place, ...options.execute };

  const plan: Scene['plan'] = async (...requests) => {
    const graph = await collectGraph(repository, {
      depth: depthFor(requests),
      focus: focusFor(requests),
    });
    return { graph, plan: makePlan(graph, requests, policy) };
  };
  const execute: Scene['execute'] = (planned, extra = {}) =>
    executePlan({ ...shared, ...planned, ...extra });
  const openEntry = async (id: string) => {
    const entry = await journal.open(id);
    if (entry === undefined) throw new Error(`the journal has no entry ${id}`);
    return entry;
  };

  return {
    name,
    client,
    repository,
    capabilities,
    policy,
    journal,
    journalDir,
    place,
    tags: () => tagMapOf(repository),
    plan,
    execute,
    change: async (...requests) => execute(await plan(...requests)),
    planUndo: async (id) => planUndo(await openEntry(id), repository, policy),
    resume: (id, extra = {}) => resumePlan({ ...shared, id, ...extra }),
    async undo(id, extra = {}) {
      const undoes = await openEntry(id);
      const undo = await planUndo(undoes, repository, policy);
      const report = await executePlan({ ...shared, plan: undo.plan, undoes, ...extra });
      return { ...undo, report };
    },
  };
}

/**
 * skopeo pulls an image with all its platforms into a throw-away folder, and says the digest of the manifest it is
 * served: the hash of the raw bytes.
 */
export async function pull(host: string, name: string, reference: string): Promise<string> {
  const separator = reference.includes(':') ? '@' : ':';
  const source = `docker://${host}/${name}${separator}${reference}`;
  const target = await mkdtemp(path.join(tmpdir(), 'tagboat-pull-'));
  try {
    const options = ['--insecure-policy', 'copy', '--all', '--preserve-digests', '--quiet'];
    await run('skopeo', [...options, '--src-tls-verify=false', source, `dir:${target}`]);
  } finally {
    await rm(target, { recursive: true, force: true });
  }
  return rawDigest(source);
}

async function rawDigest(source: string): Promise<string> {
  const arguments_ = ['inspect', '--raw', '--tls-verify=false', source];
  const { stdout } = await run('skopeo', arguments_, { encoding: 'buffer' });
  return sha256Of(stdout);
}

/** Whether skopeo finds nothing there any more. */
export async function isUnpullable(
  host: string,
  name: string,
  reference: string,
): Promise<boolean> {
  try {
    await pull(host, name, reference);
    return false;
  } catch (error) {
    return /manifest unknown|not found|unknown/iu.test(String(error));
  }
}
