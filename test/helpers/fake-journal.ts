import type { ChangeView } from '#contract/change';

/** An entry of the journal; override what a test is about. */
export const changeRow = (over: Partial<ChangeView> = {}): ChangeView => ({
  changeId: 'change-1',
  registryId: 'harbor',
  host: 'harbor.corp.example',
  repository: 'shop/api',
  text: 'Untag 2 tags, delete 1 image',
  startedAt: '2026-08-20T10:00:00.000Z',
  outcome: 'done',
  completed: 3,
  total: 3,
  isUndo: false,
  ...over,
});

const hourMs = 3_600_000;

/** One entry of each outcome, newest first, over the days before `now`. */
export const fakeJournal = (now: number): readonly ChangeView[] => {
  const ago = (hours: number): string => new Date(now - hours * hourMs).toISOString();
  return [
    changeRow({
      changeId: 'running',
      outcome: 'running',
      text: 'Untag 40 tags, delete 31 images',
      completed: 28,
      total: 71,
      repository: 'platform/gateway',
      startedAt: ago(0.02),
    }),
    changeRow({
      changeId: 'interrupted',
      outcome: 'interrupted',
      text: 'Untag 7 tags, delete 5 images',
      completed: 3,
      total: 7,
      repository: 'team/app',
      startedAt: ago(0.4),
    }),
    changeRow({ changeId: 'done', text: 'Move 1 tag', completed: 1, total: 1, startedAt: ago(1) }),
    changeRow({
      changeId: 'undo',
      text: 'Add 2 tags',
      isUndo: true,
      completed: 4,
      total: 4,
      startedAt: ago(26),
    }),
    changeRow({ changeId: 'undone', outcome: 'undone', startedAt: ago(27) }),
    changeRow({
      changeId: 'exceptions',
      outcome: 'done-with-exceptions',
      text: 'Untag 12 tags',
      completed: 12,
      total: 12,
      repository: 'search/indexer',
      startedAt: ago(28),
    }),
    changeRow({
      changeId: 'stopped',
      outcome: 'stopped',
      text: 'Delete 6 images',
      completed: 2,
      total: 9,
      repository: 'data/pipeline/ingest',
      startedAt: ago(75),
    }),
    changeRow({
      changeId: 'cancelled',
      outcome: 'cancelled',
      text: 'Untag 200 tags',
      completed: 114,
      total: 200,
      repository: 'ml/train',
      startedAt: ago(76),
    }),
    changeRow({
      changeId: 'orphan',
      host: 'old.corp.example',
      repository: 'legacy/billing',
      text: 'Delete the repository',
      completed: 1,
      total: 1,
      startedAt: ago(9000),
    }),
  ].map((row) => (row.changeId === 'orphan' ? withoutRegistry(row) : row));
};

/** As main tells an entry whose registry has left the list. */
export const withoutRegistry = ({ registryId: _gone, ...row }: ChangeView): ChangeView => row;

/** As many entries as asked for, one an hour. */
export const manyChanges = (count: number, now: number): readonly ChangeView[] =>
  Array.from({ length: count }, (_, at) =>
    changeRow({
      changeId: `change-${at}`,
      text: `Untag ${at + 1} ${at === 0 ? 'tag' : 'tags'}`,
      repository: `team/app-${at % 7}`,
      startedAt: new Date(now - at * hourMs).toISOString(),
    }),
  );
