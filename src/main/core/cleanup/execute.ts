import { randomUUID } from 'node:crypto';
import type { Digest } from '#oci/digest';
import type { RepositoryGraph } from './graph';
import type { JournalEntry, KeptManifest, Place } from './journal';
import type { Blocker, Plan } from './plan';
import { PlanRun, type ExecutionReport, type RunOptions } from './plan-run';
import type { ReadRepository } from './repository';

export type ExecuteOptions = RunOptions & {
  readonly plan: Plan;
  readonly place: Place;
  /** Saves reading manifests that the plan was made from. */
  readonly graph?: Pick<RepositoryGraph, 'nodes'> | undefined;
  /** Where an undo takes the manifests from. */
  readonly undoes?: JournalEntry | undefined;
};

export type ResumeOptions = RunOptions & { readonly id: string };

/** A plan that may not run was handed over. */
export class PlanBlocked extends Error {
  override readonly name = 'PlanBlocked';
  constructor(readonly blockers: readonly Blocker[]) {
    super(blockers.map(({ message }) => message).join(' '));
  }
}

/**
 * Carries out a plan step by step. Before the first write everything that is needed for the way back is in the journal.
 * An undo that finds all as it was has no steps, and ends its entry all the same.
 * @throws PlanBlocked, JournalError (nothing was changed), or the registry's error while the manifests are read
 */
export const executePlan = async (options: ExecuteOptions): Promise<ExecutionReport> => {
  const { plan, place, journal, undoes } = options;
  const isNothingLeft = undoes !== undefined && isWithoutSteps(plan);
  if (plan.blockers.length > 0 && !isNothingLeft) throw new PlanBlocked(plan.blockers);
  const lock = await journal.lock(place);
  try {
    if (isNothingLeft) {
      await undoes.finish('undone');
      return { id: undoes.header.id, outcome: 'done', results: [], lostTags: [], learned: {} };
    }
    const header = {
      id: randomUUID(),
      place,
      plan,
      startedAt: new Date().toISOString(),
      ...(undoes !== undefined && { undoes: undoes.header.id }),
    };
    const entry = await journal.begin(header, readKept(options));
    const report = await new PlanRun(entry, options).run();
    if (undoes !== undefined && report.outcome === 'done') await undoes.finish('undone');
    return report;
  } finally {
    await lock.release();
  }
};

const isWithoutSteps = ({ steps, blockers }: Plan): boolean =>
  steps.length === 0 && blockers.every(({ code }) => code === 'nothing-to-do');

/**
 * Goes on where a crash, a stop or a cancel left off. Undefined when the journal has no such entry, or it was taken
 * back meanwhile: then its steps must not run again.
 */
export const resumePlan = async (options: ResumeOptions): Promise<ExecutionReport | undefined> => {
  const entry = await options.journal.open(options.id);
  if (entry === undefined) return undefined;
  const lock = await options.journal.lock(entry.header.place);
  try {
    // Another process may have gone on with it before the lock was free.
    const current = (await options.journal.open(options.id)) ?? entry;
    if (current.outcome === 'undone') return undefined;
    const report = await new PlanRun(current, options).run();
    const { undoes } = current.header;
    if (undoes !== undefined && report.outcome === 'done') {
      await (await options.journal.open(undoes))?.finish('undone');
    }
    return report;
  } finally {
    await lock.release();
  }
};

async function* readKept(options: ExecuteOptions): AsyncGenerator<KeptManifest> {
  const { plan, graph, undoes, repository } = options;
  for (const digest of plan.keep) {
    options.signal?.throwIfAborted();
    const content = await contentFor(digest, graph, undoes, repository, options.signal);
    if (content !== undefined) yield { digest, ...content };
  }
}

const contentFor = async (
  digest: Digest,
  graph: ExecuteOptions['graph'],
  undoes: JournalEntry | undefined,
  repository: ReadRepository,
  signal: AbortSignal | undefined,
): Promise<Omit<KeptManifest, 'digest'> | undefined> => {
  const node = graph?.nodes.get(digest);
  if (node?.bytes !== undefined) return { mediaType: node.mediaType, bytes: node.bytes };
  const kept = await undoes?.readManifest(digest);
  if (kept !== undefined) return kept;
  const stored = await repository.read(digest, signal);
  return stored && { mediaType: stored.mediaType, bytes: stored.bytes };
};
