import type { ChangeReport, ChangeStep, ChangeView, PlanRow, PlanView } from '#contract/change';
import {
  formatComesBack,
  formatLostPart,
  formatNote,
  formatPlanAction,
  formatReason,
  formatStep,
  type ExecutionReport,
  type JournalSummary,
  type Plan,
  type PlanItem,
  type RepositoryGraph,
  type StepResult,
  type UndoPlan,
} from '#core/cleanup/index';
import type { Digest } from '#oci/digest';

/** What a view is made of besides the plan. */
export type PlanSource = {
  readonly planId: string;
  readonly registryId: string;
  readonly repository: string;
  /** Absent for an undo, which frees nothing. */
  readonly graph?: RepositoryGraph;
  readonly undo?: Pick<UndoPlan, 'cannotComeBack' | 'changedMeanwhile'>;
};

const count = (number: number, one: string, many: string): string =>
  `${number.toLocaleString('en')} ${number === 1 ? one : many}`;

const sentence = (parts: readonly (string | false)[]): string => {
  const text = parts.filter((part) => part !== false).join(', ');
  return text.charAt(0).toUpperCase() + text.slice(1);
};

/** "Bring back 1 image, put back 2 tags" */
const undoAction = ({ items, summary }: Plan): string => {
  const restored = items.filter(({ verdict }) => verdict === 'restore').length;
  const lists = items.filter(({ verdict }) => verdict === 'update-list').length;
  const { added, moved, untagged } = summary;
  return sentence([
    restored > 0 && `bring back ${count(restored, 'image', 'images')}`,
    added > 0 && `put back ${count(added, 'tag', 'tags')}`,
    moved > 0 && `move back ${count(moved, 'tag', 'tags')}`,
    untagged > 0 && `untag ${count(untagged, 'tag', 'tags')}`,
    lists > 0 && `mend ${count(lists, 'list of referrers', 'lists of referrers')}`,
  ]);
};

/** "Untagged 2 tags, deleted 1 image": a plan that has run. */
const doneWords = (plan: Plan, isUndo: boolean): string => {
  const { added, moved, untagged, deletedImages } = plan.summary;
  if (plan.steps.some(({ kind }) => kind === 'remove-repository')) return 'Deleted the repository';
  if (isUndo) {
    const action = undoAction(plan);
    return action === '' ? 'Marked as undone' : `Undone: ${action.toLowerCase()}`;
  }
  return sentence([
    added > 0 && `added ${count(added, 'tag', 'tags')}`,
    moved > 0 && `moved ${count(moved, 'tag', 'tags')}`,
    untagged > 0 && `untagged ${count(untagged, 'tag', 'tags')}`,
    deletedImages > 0 && `deleted ${count(deletedImages, 'image', 'images')}`,
  ]);
};

/** Nothing of a change is left to take back, and nothing is lost: all that is to be done is to say so in the journal. */
const isOnlyClosing = ({ steps, blockers }: Plan, undo: PlanSource['undo']): boolean =>
  undo?.cannotComeBack.length === 0 &&
  steps.length === 0 &&
  blockers.every(({ code }) => code === 'nothing-to-do');

export const viewOfPlan = (plan: Plan, source: PlanSource): PlanView => {
  const { planId, registryId, repository, graph, undo } = source;
  const bytesOf = countOwnBytes(graph);
  const isClosing = isOnlyClosing(plan, undo);
  return {
    planId,
    registryId,
    repository,
    rows: plan.items.map((item) => viewOfItem(item, graph, bytesOf)),
    steps: plan.steps.map((step) => ({ text: formatStep(step), requests: step.requests })),
    requestCount: plan.requestCount,
    blockers: (isClosing ? [] : plan.blockers).map(({ message, setting }) => ({
      message,
      ...(setting === undefined ? {} : { setting }),
    })),
    confirmations: plan.confirmations,
    freed: {
      bytes: plan.freed.uniqueBytes,
      isLowerBound: plan.freed.isLowerBound,
      comesBack: formatComesBack(plan.freed),
    },
    summary: plan.summary,
    action: actionOf(plan, undo !== undefined, isClosing),
    isDestructive: isDestructive(plan),
    notes: [
      ...(isClosing ? ['Everything is as it was before this change; nothing has to be done.'] : []),
      ...notesOf(plan),
      ...(undo ? undoNotes(undo) : []),
    ],
  };
};

const actionOf = (plan: Plan, isUndo: boolean, isClosing: boolean): string => {
  if (isClosing) return 'Mark as undone';
  return isUndo ? undoAction(plan) : formatPlanAction(plan);
};

const isDestructive = ({ steps }: Plan): boolean =>
  steps.some(
    ({ kind }) => kind === 'untag' || kind === 'delete-manifest' || kind === 'remove-repository',
  );

const notesOf = ({ mayHideUntagged, leavesEmptyRepository }: Plan): string[] => [
  ...(mayHideUntagged
    ? [
        'This registry does not list images without a tag. An index without a tag that needs a platform of this plan cannot be seen.',
      ]
    : []),
  ...(leavesEmptyRepository
    ? ['The registry goes on listing the name of the repository after its last image has gone.']
    : []),
];

const undoNotes = ({ cannotComeBack, changedMeanwhile }: NonNullable<PlanSource['undo']>) => [
  ...cannotComeBack.map(formatLostPart),
  ...changedMeanwhile.map((tag) => `${tag} was changed by somebody else meanwhile; it stays so.`),
];

const viewOfItem = (
  { target, role, verdict, reason }: PlanItem,
  graph: RepositoryGraph | undefined,
  ownBytes: (digest: Digest) => number | undefined,
): PlanRow => {
  const of = 'digest' in reason ? { of: reason.digest } : {};
  const row = { role, verdict, why: formatReason(reason), ...of };
  if (target.kind === 'tag') return { ...row, target };
  const label = graph?.nodes.get(target.digest)?.description.label;
  const bytes = verdict === 'delete' ? ownBytes(target.digest) : undefined;
  return {
    ...row,
    target: { kind: 'image', digest: target.digest },
    ...(label === undefined ? {} : { label }),
    ...(bytes === undefined ? {} : { ownBytes: bytes }),
  };
};

/** The manifest itself, and blobs that no other manifest of the repository uses. */
const countOwnBytes = (
  graph: RepositoryGraph | undefined,
): ((digest: Digest) => number | undefined) => {
  if (graph === undefined) return () => undefined;
  const users = new Map<Digest, number>();
  for (const { blobs } of graph.nodes.values()) {
    for (const digest of new Set(blobs.map((blob) => blob.digest))) {
      users.set(digest, (users.get(digest) ?? 0) + 1);
    }
  }
  return (digest) => {
    const node = graph.nodes.get(digest);
    if (node === undefined) return undefined;
    const own = new Map(
      node.blobs
        .filter((blob) => !blob.isForeign && users.get(blob.digest) === 1)
        .map((blob) => [blob.digest, blob.sizeBytes]),
    );
    return [...own.values()].reduce((sum, size) => sum + size, node.sizeBytes);
  };
};

export const viewOfStep = ({ step, state, note, message }: StepResult): ChangeStep => ({
  text: formatStep(step),
  state,
  ...(note === undefined ? {} : { note: formatNote(note) }),
  ...(message === undefined ? {} : { message }),
});

export const viewOfReport = (
  report: ExecutionReport,
  plan: Plan,
  isUndo: boolean,
): ChangeReport => ({
  changeId: report.id,
  outcome: report.outcome,
  text: doneWords(plan, isUndo),
  steps: report.results.map(viewOfStep),
  ...(report.stoppedBy === undefined ? {} : { stoppedBy: report.stoppedBy }),
  lostTags: report.lostTags,
});

const maxNames = 3;

/** "Untag 6 tags: 1.8.2, pr-4127, pr-4119 and 3 more": a journal of numbers alone would tell nothing apart. */
const namedWords = (plan: Plan, action: string): string => {
  const names = plan.items.flatMap(({ target, role, verdict }) => {
    const isChanged = verdict === 'untag' || verdict === 'add-tag' || verdict === 'move-tag';
    return target.kind === 'tag' && role === 'asked' && isChanged ? [target.tag] : [];
  });
  if (names.length === 0) return action;
  const more = names.length - maxNames;
  const shown = names.slice(0, maxNames).join(', ');
  return `${action}: ${shown}${more > 0 ? ` and ${more} more` : ''}`;
};

/** @param registry the one the entry belongs to; undefined when it is no longer in the list */
export const viewOfEntry = (
  entry: JournalSummary,
  registry: { readonly id: string; readonly host: string } | undefined,
  isRunning: boolean,
): ChangeView => {
  const { id, place, plan, startedAt, completed, outcome, undoes } = entry;
  const isUndo = undoes !== undefined;
  return {
    changeId: id,
    ...(registry === undefined ? {} : { registryId: registry.id }),
    host: registry?.host ?? place.registry,
    repository: place.repository,
    text: namedWords(plan, isUndo ? undoAction(plan) : formatPlanAction(plan)),
    startedAt,
    outcome: outcome ?? (isRunning ? 'running' : 'interrupted'),
    completed,
    total: plan.steps.length,
    isUndo,
  };
};
