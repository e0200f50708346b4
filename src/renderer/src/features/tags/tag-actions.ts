import { api, callOrThrow } from '#lib/api';
import { referenceText } from '#lib/references';
import { type Action, useRegisterActions } from '#state/actions';
import { useFilters } from '#state/filters';
import { useSelection } from '#state/selection';
import { sayOutcome } from '#state/status-message';
import { useTable } from '#state/table';
import { changeActions, type ChangeActionOptions } from './change-actions';

/** Puts text on the clipboard and says so in the status bar. */
export const copyAndSay = (text: string, done: string): void =>
  void sayOutcome(callOrThrow(api.app.copyText({ text })), done);

const focusFilter = (): void =>
  document.querySelector<HTMLInputElement>('[data-tag-filter]')?.focus();

type TagActionOptions = {
  readonly host: string | undefined;
  readonly repository: string;
  readonly refresh: () => void;
  readonly change: Omit<ChangeActionOptions, 'tag' | 'digest'>;
  /** The digest of a tag, where it is read. */
  readonly digestOf: (tag: string) => string | undefined;
  readonly readAll: {
    readonly title: string;
    readonly run: () => void;
    readonly disabledReason?: string | undefined;
  };
};

/** What the tag area adds to the command palette while it is open. */
export const useTagActions = (options: TagActionOptions): void => {
  const { host, repository, refresh, readAll } = options;
  const tag = useSelection((state) => state.tag);
  const groupByImage = useTable((state) => state.groupByImage);
  const isFiltered = useFilters((state) => state.tags !== '');
  const noTag = tag === null ? 'No tag is selected.' : undefined;
  const actions: readonly Action[] = [
    {
      id: 'tags.filter',
      title: 'Filter tags',
      section: 'Repository',
      shortcut: '/',
      keywords: 'search find',
      run: focusFilter,
    },
    {
      id: 'tags.clear-filter',
      title: 'Clear the tag filter',
      section: 'Repository',
      disabledReason: isFiltered ? undefined : 'There is no filter.',
      run: () => useFilters.getState().setTagFilter(''),
    },
    {
      id: 'tags.refresh',
      title: 'Read tags again',
      section: 'Repository',
      keywords: 'refresh reload update',
      run: refresh,
    },
    { id: 'tags.read-all', section: 'Repository', ...readAll },
    {
      id: 'tags.group',
      title: groupByImage ? 'Show one row for each tag' : 'Group tags by image',
      section: 'View',
      keywords: 'digest same',
      run: () => useTable.getState().setGroupByImage(!groupByImage),
    },
    {
      id: 'tags.copy-reference',
      title: 'Copy reference of the selected tag',
      section: 'Image',
      keywords: 'clipboard name',
      disabledReason: host === undefined ? 'The registry is not known yet.' : noTag,
      run: () => copyAndSay(referenceText(host ?? '', repository, tag ?? ''), 'Reference copied'),
    },
    ...changeActions({
      ...options.change,
      tag,
      digest: tag === null ? undefined : options.digestOf(tag),
    }),
  ];
  useRegisterActions(actions);
};
