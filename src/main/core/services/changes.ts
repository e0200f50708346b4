import type { ChangeProgress, ChangeReport, PlanProgress, PlanView } from '#contract/change';
import type { RequestOf } from '#contract/contract';
import type { ContractError } from '#contract/result';
import {
  collectGraph,
  depthFor,
  executePlan,
  focusFor,
  makePlan,
  openRegistryRepository,
  planUndo,
  resumePlan,
  type ExecutionProgress,
  type ExecutionReport,
  type Journal,
  type JournalEntry,
  type Place,
  type Plan,
  type PlanPolicy,
  type Repository,
} from '#core/cleanup/index';
import type { SavedRegistry } from '#core/settings/schema';
import type { SettingsStore } from '#core/settings/settings';
import type { Tasks } from '#core/tasks/tasks';
import { habitsOf } from '#core/vendors/habits';
import { parseRepositoryName, type RepositoryName } from '#oci/repository-name';
import { readOnlyMark, viewOfAbilities, type AbilityBook } from './abilities';
import type { ChangeJournal } from './change-journal';
import { readChangeRequest } from './change-requests';
import { viewOfPlan, viewOfReport, viewOfStep } from './change-views';
import type { Clients } from './clients';
import { ServiceFailure } from './failure';
import { createHeldPlans, type HeldPlan, type HeldPlans } from './held-plans';
import { untilAborted, type Handlers, type StreamSink } from './handlers';
import type { RegistryStore } from './registry-store';
import { createStops } from './stops';

type ChangeHandlers = Pick<Handlers, Extract<keyof Handlers, `change:${string}`>>;

export type ChangePorts = {
  readonly store: RegistryStore;
  readonly clients: Pick<Clients, 'of'>;
  readonly settings: Pick<SettingsStore, 'current'>;
  readonly tasks: Tasks<ContractError>;
  readonly abilities: AbilityBook;
  readonly journal: Journal;
  readonly changes: ChangeJournal;
};

export const createChangeHandlers = (ports: ChangePorts): ChangeHandlers => {
  const held = createHeldPlans();
  const stops = createStops();
  return {
    'change:plan': (request, sink) => planChange(ports, held, request, sink),
    'change:plan-undo': ({ changeId }, sink) => planWayBack(ports, held, changeId, sink),
    'change:run': async ({ planId, confirmed }, sink) => {
      const shown = held.find(planId);
      refuseUnconfirmed(shown.plan, confirmed);
      refuseMarked(ports, shown);
      // A plan runs once: what it was made from is not true any more afterwards.
      held.drop(planId);
      return stops.during(planId, sink, (stoppable) => runPlan(ports, shown, stoppable));
    },
    'change:continue': ({ changeId }, sink) =>
      stops.during(changeId, sink, (stoppable) => continueEntry(ports, changeId, stoppable)),
    'change:stop': ({ startedBy }) => {
      stops.stop(startedBy);
      return null;
    },
    'change:watch': async (_request, { page, signal }) => {
      const stop = ports.changes.watch(page);
      await untilAborted(signal);
      stop();
      return null;
    },
    'change:abilities': async ({ registryId, repository, again = false }, { signal }) => {
      const name = parseRepositoryName(repository);
      const record = await ports.abilities.of(registryId, name, { again, signal });
      return viewOfAbilities(record, ports.store.get(registryId), name);
    },
  };
};

const planChange = async (
  ports: ChangePorts,
  { hold }: HeldPlans,
  { registryId, repository, requests }: RequestOf<'change:plan'>,
  sink: StreamSink<PlanProgress>,
): Promise<PlanView> => {
  const name = parseRepositoryName(repository);
  const asked = requests.map(readChangeRequest);
  const policy = await readPolicy(ports, registryId, name, sink);
  const { signal, page } = sink;
  const graph = await collectGraph(await openRepository(ports, registryId, name), {
    depth: depthFor(asked),
    focus: focusFor(asked),
    signal,
    onProgress: atMostEvery(50, page),
  });
  const plan = makePlan(graph, asked, policy);
  const planId = hold({ plan, registryId, repository: name, graph });
  return viewOfPlan(plan, { planId, registryId, repository, graph });
};

const planWayBack = async (
  ports: ChangePorts,
  { hold }: HeldPlans,
  changeId: string,
  sink: StreamSink<PlanProgress>,
): Promise<PlanView> => {
  const entry = await openEntry(ports, changeId);
  const { place } = entry.header;
  if (ports.changes.isRunning(place)) throw stillRunning();
  const saved = registryAt(ports, place);
  const name = parseRepositoryName(place.repository);
  const policy = await readPolicy(ports, saved.id, name, sink);
  const target = await openRepository(ports, saved.id, name);
  const undo = await planUndo(entry, target, policy, sink.signal);
  const source = { registryId: saved.id, repository: name };
  const planId = hold({ plan: undo.plan, ...source, undoes: changeId });
  return viewOfPlan(undo.plan, { planId, ...source, undo });
};

const stillRunning = (): ServiceFailure =>
  new ServiceFailure('repository-busy', 'This change is still running. Wait until it has ended.');

const openRepository = async (
  { clients }: ChangePorts,
  registryId: string,
  repository: RepositoryName,
): Promise<Repository> => openRegistryRepository(await clients.of(registryId), repository);

const readPolicy = async (
  { store, settings, abilities }: ChangePorts,
  registryId: string,
  repository: RepositoryName,
  { page, signal }: StreamSink<PlanProgress>,
): Promise<PlanPolicy> => {
  const saved = store.get(registryId);
  page({ phase: 'abilities', completed: 0, total: 1 });
  const capabilities = await abilities.of(registryId, repository, { signal });
  const product = store.views.get().find(({ id }) => id === registryId)?.product ?? '';
  return {
    capabilities,
    isReadOnly: readOnlyMark(saved, repository) !== 'no',
    protectedTags: settings.current().protectedTags,
    ...habitsOf(product),
  };
};

const refuseUnconfirmed = ({ confirmations }: Plan, confirmed: readonly string[]): void => {
  const given = new Set(confirmed);
  const missing = confirmations.find(({ tag }) => !given.has(tag));
  if (missing === undefined) return;
  throw new ServiceFailure(
    'plan-refused',
    `${missing.tag} is protected (${missing.pattern}) and was not confirmed. Confirm it, or leave it out.`,
  );
};

/** The mark may have been set after the plan was shown. */
const refuseMarked = ({ store }: ChangePorts, { registryId, repository }: HeldPlan): void => {
  const mark = readOnlyMark(store.get(registryId), repository);
  if (mark === 'no') return;
  throw new ServiceFailure('plan-refused', `This ${mark} is marked read-only in Tagboat.`);
};

const openEntry = async ({ journal }: ChangePorts, changeId: string): Promise<JournalEntry> => {
  const entry = await journal.open(changeId);
  if (entry !== undefined) return entry;
  throw new ServiceFailure('plan-unknown', 'This change is no longer in the journal.');
};

const registryAt = ({ store }: ChangePorts, { registry }: Place): SavedRegistry => {
  const [saved] = store.ofPlace(registry);
  if (saved !== undefined) return saved;
  throw new ServiceFailure(
    'registry-unknown',
    `${registry} is no longer in the list of registries. Add it again to go on.`,
    { host: registry },
  );
};

const runPlan = async (
  ports: ChangePorts,
  shown: HeldPlan,
  sink: StreamSink<ChangeProgress>,
): Promise<ChangeReport> => {
  const { registryId, repository, plan, graph } = shown;
  const place = { registry: ports.store.placeOf(registryId), repository };
  const undoes = shown.undoes === undefined ? undefined : await openEntry(ports, shown.undoes);
  const target = await openRepository(ports, registryId, repository);
  const report = await watched(ports, place, plan, sink, (watching) =>
    executePlan({ plan, place, graph, undoes, repository: target, ...watching }),
  );
  ports.abilities.learn(registryId, repository, report.learned);
  return viewOfReport(report, plan, undoes !== undefined);
};

const continueEntry = async (
  ports: ChangePorts,
  changeId: string,
  sink: StreamSink<ChangeProgress>,
): Promise<ChangeReport> => {
  const { header } = await openEntry(ports, changeId);
  const { place, plan } = header;
  if (ports.changes.isRunning(place)) throw stillRunning();
  const saved = registryAt(ports, place);
  const repository = parseRepositoryName(place.repository);
  refuseMarked(ports, { plan, registryId: saved.id, repository });
  const target = await openRepository(ports, saved.id, repository);
  const report = await watched(ports, place, plan, sink, (watching) =>
    resumePlan({ id: changeId, repository: target, ...watching }),
  );
  if (report === undefined) {
    throw new ServiceFailure(
      'plan-unknown',
      'This change was taken back already. There is nothing to go on with.',
    );
  }
  ports.abilities.learn(saved.id, repository, report.learned);
  return viewOfReport(report, plan, header.undoes !== undefined);
};

type Watching = {
  readonly journal: Journal;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: ExecutionProgress) => void;
};

/** Runs a change as a task: it shows in the status bar, and can be stopped there too. */
const watched = <T extends ExecutionReport | undefined>(
  { tasks, journal, changes }: ChangePorts,
  place: Place,
  plan: Plan,
  { page, signal: asked }: StreamSink<ChangeProgress>,
  work: (watching: Watching) => Promise<T>,
): Promise<T> => {
  const title = `Changing ${place.repository}`;
  const total = plan.steps.length;
  const tell = atMostEvery(50, page);
  return changes.during(place, (refresh) =>
    tasks.run({ title, unit: 'steps', total, signal: asked }, ({ signal, progress }) => {
      let isTold = false;
      return work({
        journal,
        signal,
        onProgress: ({ completed, total: all, last }) => {
          if (!isTold) refresh();
          isTold = true;
          progress(completed, all);
          tell({
            completed,
            total: all,
            ...(last === undefined ? {} : { last: viewOfStep(last) }),
          });
        },
      });
    }),
  );
};

/** Passes on the first, the last, and at most one in `intervalMs`: a window shows no more. */
const atMostEvery = <P extends { readonly completed: number; readonly total: number }>(
  intervalMs: number,
  tell: (progress: P) => void,
): ((progress: P) => void) => {
  let toldAt = -Infinity;
  return (progress) => {
    const now = performance.now();
    if (progress.completed < progress.total && now - toldAt < intervalMs) return;
    toldAt = now;
    tell(progress);
  };
};
