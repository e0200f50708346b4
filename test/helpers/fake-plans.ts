import type {
  ChangeProgress,
  ChangeReport,
  ChangeRequest,
  PlanProgress,
  PlanRow,
  PlanView,
} from '#contract/change';
import { attachedTagsOf, fakeDetails, fakeDigest, fakeDigestOf, tagsOf } from './fake-tags';

const short = (digest: string): string => digest.slice(7, 19);

const comesBack =
  'The space comes back when the registry collects garbage, which its owner may have to start.';

type Asked = { readonly tags: ReadonlyMap<string, 'untag' | 'delete'>; readonly rows: PlanRow[] };

const tagRow = (
  tag: string,
  over: Pick<PlanRow, 'role' | 'verdict' | 'why' | 'of'>,
  digest = fakeDigestOf(tag),
): PlanRow => ({ target: { kind: 'tag', tag, digest }, ...over });

const tagsOn = (repository: string, digest: string): readonly string[] =>
  tagsOf(repository).filter((tag) => fakeDigestOf(tag) === digest);

const readRequest = (repository: string, request: ChangeRequest, asked: Asked): void => {
  const tags = asked.tags as Map<string, 'untag' | 'delete'>;
  switch (request.kind) {
    case 'untag':
      return void tags.set(request.tag, 'untag');
    case 'delete-tag':
      return void tags.set(request.tag, 'delete');
    case 'delete-image':
      for (const tag of request.tags) tags.set(tag, 'delete');
      return;
    case 'delete-repository':
      for (const tag of tagsOf(repository)) tags.set(tag, 'delete');
      return;
    case 'rename-tag':
      tags.set(request.from, 'untag');
      asked.rows.push(
        tagRow(
          request.to,
          { role: 'asked', verdict: 'add-tag', why: 'Asked for.' },
          fakeDigestOf(request.from),
        ),
      );
      return;
    case 'tag':
    case 'move-tag':
      asked.rows.push(
        tagRow(
          request.tag,
          {
            role: 'asked',
            verdict: request.kind === 'tag' ? 'add-tag' : 'move-tag',
            why: 'Asked for.',
          },
          request.digest,
        ),
      );
  }
};

const childRows = (tag: string, digest: string): readonly PlanRow[] => {
  if (fakeDetails(tag).shape !== 'index') return [];
  return ['amd64', 'arm64', 'arm/v7'].map((platform, at) => ({
    target: { kind: 'image', digest: fakeDigest(`${digest} ${platform}`) },
    role: 'child',
    verdict: 'delete',
    why: `Part of the index ${short(digest)}, and of nothing else.`,
    of: digest,
    label: 'Image',
    ownBytes: 4_100_000 + at * 1_300_000,
  }));
};

const signatureRows = (repository: string, digest: string): readonly PlanRow[] =>
  attachedTagsOf(repository)
    .filter((attached) => attached.digest === digest)
    .flatMap(({ tag }) => {
      const own = fakeDigest(`signature of ${digest}`);
      const why = `Belongs to ${short(digest)}.`;
      return [
        tagRow(tag, { role: 'attached-tag', verdict: 'untag', why, of: digest }, own),
        {
          target: { kind: 'image' as const, digest: own },
          role: 'referrer' as const,
          verdict: 'delete' as const,
          why,
          of: digest,
          label: 'Signature',
          ownBytes: 1204,
        },
      ];
    });

const imageRows = (repository: string, digest: string, asked: Asked): readonly PlanRow[] => {
  const all = tagsOn(repository, digest);
  const kept = all.filter((tag) => !asked.tags.has(tag));
  const deletes = all.some((tag) => asked.tags.get(tag) === 'delete');
  const [first = ''] = all;
  const image = { kind: 'image', digest } as const;
  const label = fakeDetails(first).artifact.label;
  const siblings = kept.map((tag) =>
    tagRow(tag, {
      role: 'same-digest',
      verdict: 'keep',
      why: `Points to the same image ${short(digest)}.`,
      of: digest,
    }),
  );
  if (kept.length > 0 || !deletes) {
    const why =
      kept.length > 0
        ? `Still tagged ${kept.slice(0, 3).join(', ')}.`
        : 'Only the name goes; the image can still be pulled by its digest.';
    return [...siblings, { target: image, role: 'asked', verdict: 'keep', why, label }];
  }
  const seed = Number.parseInt(digest.slice(7, 11), 16);
  return [
    {
      target: image,
      role: 'asked',
      verdict: 'delete',
      why: 'Asked for.',
      label,
      ownBytes: 1_000_000 + seed * 190,
    },
    ...childRows(first, digest),
    ...signatureRows(repository, digest),
  ];
};

const count = (number: number, noun: string): string =>
  `${number} ${noun}${number === 1 ? '' : 's'}`;

const actionOf = ({ added, moved, untagged, deletedImages }: PlanView['summary']): string => {
  const text = [
    added > 0 && `add ${count(added, 'tag')}`,
    moved > 0 && `move ${count(moved, 'tag')}`,
    untagged > 0 && `untag ${count(untagged, 'tag')}`,
    deletedImages > 0 && `delete ${count(deletedImages, 'image')}`,
  ]
    .filter((part) => part !== false)
    .join(', ');
  return text.charAt(0).toUpperCase() + text.slice(1);
};

const stepsOf = (rows: readonly PlanRow[]): PlanView['steps'] =>
  rows.flatMap(({ target, verdict }) => {
    if (target.kind === 'image') {
      return verdict === 'delete' ? { text: `Delete ${short(target.digest)}`, requests: 2 } : [];
    }
    if (verdict === 'untag') return { text: `Remove the tag ${target.tag}`, requests: 3 };
    if (verdict !== 'add-tag' && verdict !== 'move-tag') return [];
    return { text: `Tag ${short(target.digest ?? '')} as ${target.tag}`, requests: 2 };
  });

const summaryOf = (rows: readonly PlanRow[]): PlanView['summary'] => {
  const countWhere = (test: (row: PlanRow) => boolean): number => rows.filter(test).length;
  return {
    added: countWhere(({ verdict }) => verdict === 'add-tag'),
    moved: countWhere(({ verdict }) => verdict === 'move-tag'),
    untagged: countWhere(({ verdict, role }) => verdict === 'untag' && role === 'asked'),
    deletedImages: countWhere(({ verdict, role }) => verdict === 'delete' && role === 'asked'),
    deletedManifests: countWhere(({ verdict }) => verdict === 'delete'),
  };
};

/** The plan main would make of these requests, over the fake repositories. */
export const fakePlanFor = (
  place: { readonly registryId: string; readonly repository: string },
  requests: readonly ChangeRequest[],
  over: Partial<PlanView> = {},
): PlanView => {
  const { registryId, repository } = place;
  const asked: Asked = { tags: new Map(), rows: [] };
  for (const request of requests) readRequest(repository, request, asked);
  const removed = [...asked.tags.keys()];
  const digests = new Set(removed.map(fakeDigestOf));
  const rows: readonly PlanRow[] = [
    ...asked.rows,
    ...removed.map((tag) => tagRow(tag, { role: 'asked', verdict: 'untag', why: 'Asked for.' })),
    ...[...digests].flatMap((digest) => imageRows(repository, digest, asked)),
  ];
  const steps = stepsOf(rows);
  const summary = summaryOf(rows);
  return {
    planId: 'plan-1',
    registryId,
    repository,
    rows,
    steps,
    requestCount: steps.reduce((sum, step) => sum + step.requests, 2),
    blockers: [],
    confirmations: removed
      .filter((tag) => tag === 'latest' || tag === 'stable' || tag.startsWith('v'))
      .map((tag) => ({ tag, pattern: tag.startsWith('v') ? 'v*' : tag })),
    freed: {
      bytes: rows.reduce((sum, { ownBytes = 0 }) => sum + ownBytes, 0),
      isLowerBound: false,
      comesBack,
    },
    summary,
    action: actionOf(summary),
    isDestructive: removed.length > 0,
    notes: [],
    ...over,
  };
};

/** What is told while a plan is made. */
export const fakePlanning: readonly PlanProgress[] = [
  { phase: 'abilities', completed: 0, total: 1 },
  { phase: 'tags', completed: 12, total: 24 },
  { phase: 'manifests', completed: 8, total: 20 },
];

/** What is told while a plan runs to its end without anything special. */
export const fakeRunOf = ({ steps }: PlanView): readonly ChangeProgress[] =>
  steps.map(({ text }, at) => ({
    completed: at + 1,
    total: steps.length,
    last: { text, state: 'done' },
  }));

export const fakeReportOf = (plan: PlanView, over: Partial<ChangeReport> = {}): ChangeReport => ({
  changeId: 'change-1',
  outcome: 'done',
  text: plan.action
    .replace(/^Untag\b/u, 'Untagged')
    .replace(/^Add\b/u, 'Added')
    .replace(/^Move\b/u, 'Moved')
    .replace(', delete ', ', deleted ')
    .replace(', untag ', ', untagged '),
  steps: plan.steps.map(({ text }) => ({ text, state: 'done' })),
  lostTags: [],
  ...over,
});
