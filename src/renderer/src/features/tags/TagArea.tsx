import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { HintArea } from '#components/HintArea';
import { SkeletonRows } from '#components/SkeletonRows';
import { noChangeReason } from '#lib/change-reasons';
import { formatCount, formatCounted } from '#lib/format';
import { referenceText } from '#lib/references';
import { useRegistry } from '#lib/use-registry';
import { useCheckedTags } from '#state/checked-tags';
import { useFilters } from '#state/filters';
import type { ChangePlace } from '#state/plans';
import { useSelection } from '#state/selection';
import { runRowCommand } from './change-actions';
import { FilterStatus } from './FilterStatus';
import { SelectionBar } from './SelectionBar';
import { copyAndSay, useTagActions } from './tag-actions';
import { TagGrid } from './TagGrid';
import { TagHeader } from './TagHeader';
import { type RowMenu, TagMenu } from './TagMenu';
import { ListCut, ListProblem, NoMatch, NoTags, RepositoryProblem } from './TagStates';
import { TagToolbar } from './TagToolbar';
import { useColumns } from './use-columns';
import { type TagAreaModel, useTagArea } from './use-tag-area';
import classes from './TagArea.module.css';

export type TagAreaProps = { readonly registryId: string; readonly repository: string };

const mostPlatforms = 40;

/** Platforms for the completions, gathered when they are asked for: of what is read so far, each once. */
const usePlatforms = ({ details: { book } }: TagAreaModel): (() => readonly string[]) =>
  useCallback(() => {
    const found = new Set<string>();
    for (const { platforms } of book.byTag.values()) {
      for (const platform of platforms) found.add(platform);
      if (found.size >= mostPlatforms) break;
    }
    return [...found];
  }, [book]);

/** Why "Same image" may miss some. */
const alsoNoteOf = ({ list, unreadCount }: TagAreaModel): string | undefined => {
  const total = list.value.tags.length;
  if (unreadCount === 0 && list.isComplete) return undefined;
  return `Known for ${formatCount(total - unreadCount)} of ${formatCounted(total, 'tag')}; others are read as they come into view.`;
};

/** The tag the pull command is for: the selected one, else the newest version. */
const usePulledTag = ({ list }: TagAreaModel): string | undefined => {
  const selected = useSelection((state) => state.tag);
  const isListed = selected !== null && list.value.tags.includes(selected);
  return isListed ? selected : list.value.tags[0];
};

const readAllLabel = (total: number): string =>
  `Read details of all ${formatCounted(total, 'tag')}`;

const focusRows = (area: HTMLElement | null): void =>
  area?.querySelector<HTMLElement>('[data-lead][tabindex="0"]')?.focus();

const TagTable = ({
  model,
  columns,
  host,
  place,
  noChange,
  pulledTag,
}: {
  readonly model: TagAreaModel;
  readonly columns: ReturnType<typeof useColumns>['columns'];
  readonly host: string | undefined;
  readonly place: ChangePlace;
  readonly noChange: string | undefined;
  readonly pulledTag: string | undefined;
}) => {
  const { list, details, rows, unreadCount } = model;
  const total = list.value.tags.length;
  const { want } = details;
  const [menu, setMenu] = useState<RowMenu | null>(null);
  const onVisible = useMemo(
    () => (tags: readonly string[]) =>
      want(pulledTag === undefined || tags.includes(pulledTag) ? tags : [...tags, pulledTag]),
    [want, pulledTag],
  );
  if (rows.leads.length === 0 && rows.filter.terms.length > 0) {
    return (
      <div className={classes['state']}>
        <NoMatch
          total={total}
          unreadCount={rows.unread.length}
          readAllLabel={readAllLabel(total)}
          onReadAll={
            details.readAll.kind === 'running' ? undefined : () => details.startAll(list.value.tags)
          }
        />
      </div>
    );
  }
  return (
    <>
      <TagGrid
        label={`Tags of ${place.repository}`}
        rows={rows}
        book={details.book}
        columns={columns}
        alsoNote={unreadCount === 0 && list.isComplete ? undefined : alsoNoteOf(model)}
        isBusy={list.isStreaming}
        onVisible={onVisible}
        onRetry={details.retry}
        onCopy={(tag) =>
          copyAndSay(referenceText(host ?? '', place.repository, tag), 'Reference copied')
        }
        onCommand={(command, tag) =>
          runRowCommand(command, {
            place,
            noChange,
            tag,
            tags: rows.tagsOf(tag),
            digest: details.book.byTag.get(tag)?.digest,
          })
        }
        onMenu={(tag, anchor) => setMenu({ tag, anchor })}
      />
      <TagMenu
        menu={menu}
        host={host}
        place={place}
        noChange={noChange}
        details={menu === null ? undefined : details.book.byTag.get(menu.tag)}
        tags={menu === null ? [] : rows.tagsOf(menu.tag)}
        onClose={() => setMenu(null)}
      />
    </>
  );
};

const TagBody = (props: Parameters<typeof TagTable>[0]) => {
  const { model, place } = props;
  const { registryId, repository } = place;
  const { list, refresh } = model;
  const { tags, attachedTags } = list.value;
  if (tags.length > 0) return <TagTable {...props} />;
  if (list.error !== undefined) {
    return (
      <div className={classes['state']}>
        <RepositoryProblem
          error={list.error}
          registryId={registryId}
          repository={repository}
          onRetry={refresh}
        />
      </div>
    );
  }
  if (!list.isComplete) return <SkeletonRows count={12} label="Reading tags" />;
  return (
    <div className={classes['state']}>
      <NoTags attachedCount={attachedTags.length} onRetry={refresh} />
    </div>
  );
};

const TagAreaOf = ({ registryId, repository }: TagAreaProps) => {
  const area = useRef<HTMLDivElement>(null);
  const registry = useRegistry(registryId);
  const model = useTagArea({ registryId, repository });
  const { list, details, rows, unreadCount, refresh } = model;
  const { columns, dropped } = useColumns(area);
  const platforms = usePlatforms(model);
  const pulledTag = usePulledTag(model);
  const checked = useCheckedTags((state) => state.checkedTags);
  const noChange = noChangeReason(registry, repository);
  const place = useMemo(() => ({ registryId, repository }), [registryId, repository]);
  const { tags } = list.value;
  // A filter is about these tags; the next repository begins without one.
  useEffect(() => () => useFilters.getState().setTagFilter(''), []);
  const readAll = (): void => details.startAll(tags);
  useTagActions({
    host: registry?.host,
    repository,
    refresh,
    change: { place, noChange, checked },
    digestOf: (tag) => details.book.byTag.get(tag)?.digest,
    readAll: {
      title: readAllLabel(tags.length),
      run: readAll,
      disabledReason: unreadCount === 0 ? 'All of them are read.' : undefined,
    },
  });
  return (
    <div ref={area} className={classes['root']}>
      <TagHeader
        registryId={registryId}
        repository={repository}
        counts={{
          tags: tags.length,
          isComplete: list.isComplete,
          isReading: list.isStreaming,
          read: tags.length - unreadCount,
          images: details.book.byDigest.size,
          truncated: list.end?.truncated,
        }}
        tag={pulledTag}
        details={pulledTag === undefined ? undefined : details.book.byTag.get(pulledTag)}
        isRefreshing={list.isStreaming}
        onRefresh={refresh}
      />
      <TagToolbar
        platforms={platforms}
        dropped={dropped}
        onEnterRows={() => focusRows(area.current)}
      />
      <FilterStatus
        rows={rows}
        total={tags.length}
        unreadCount={unreadCount}
        readAll={details.readAll}
        onReadAll={readAll}
        onStop={details.stopAll}
        onRetryFailed={() => details.retry([...details.book.failures.keys()])}
      />
      {list.error !== undefined && tags.length > 0 && (
        <ListProblem error={list.error} onRetry={refresh} />
      )}
      {list.end?.truncated !== undefined && <ListCut reason={list.end.truncated} />}
      <TagBody
        model={model}
        columns={columns}
        place={place}
        noChange={noChange}
        host={registry?.host}
        pulledTag={pulledTag}
      />
      <SelectionBar
        host={registry?.host}
        place={place}
        noChange={noChange}
        total={tags.length}
        rows={rows}
        book={details.book}
      />
    </div>
  );
};

/** The middle of the window: a repository's tags, with filter, table and what can be done with them. */
export const TagArea = ({ registryId, repository }: TagAreaProps) => (
  <HintArea>
    <TagAreaOf
      key={`${registryId} ${repository}`}
      registryId={registryId}
      repository={repository}
    />
  </HintArea>
);
