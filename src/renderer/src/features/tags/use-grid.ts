import {
  type KeyboardEvent,
  type MouseEvent,
  useCallback,
  useEffect,
  useRef,
  useState,
} from 'react';
import { useCheckedTags } from '#state/checked-tags';
import { useLayout } from '#state/layout';
import { useSelection } from '#state/selection';
import {
  type CheckChange,
  checkRange,
  type GridFocus,
  moveIndex,
  type SelectableRows,
  toggleRow,
} from './selection';

/** Arrow keys held down pass over rows; only the one they rest on is opened in the inspector. */
const openDelayMs = 120;

export type Grid = {
  /** Row that takes part in the tab order; it has the focus when the table has. */
  readonly tabbableIndex: number;
  readonly onKeyDown: (event: KeyboardEvent) => void;
  readonly onClick: (event: MouseEvent) => void;
  /** Right click and the menu key. */
  readonly onContextMenu: (event: MouseEvent) => void;
};

/** What a key asks for beside moving about: it opens a plan or a question, and changes nothing by itself. */
export type GridCommand = 'delete' | 'rename' | 'add-tag';

const commandKeys: Readonly<Record<string, GridCommand>> = {
  Delete: 'delete',
  Backspace: 'delete',
  F2: 'rename',
  t: 'add-tag',
};

type GridOptions = {
  readonly rows: SelectableRows;
  /** A place in the list means something only among the rows of one filter. */
  readonly filterText: string;
  readonly pageRows: () => number;
  /** The focus moved by keyboard: the row of the tab order is to be shown and focused. */
  readonly onMove: () => void;
  readonly onCopy: (lead: string) => void;
  readonly onCommand: (command: GridCommand, lead: string) => void;
  /** Enter on a row, beside opening it. */
  readonly onEnter: (lead: string) => void;
  readonly onMenu: (lead: string, anchor: { readonly x: number; readonly y: number }) => void;
};

const applyChecks = (changes: readonly CheckChange[]): void => {
  const { setTagsChecked } = useCheckedTags.getState();
  for (const { tags, isChecked } of changes) {
    if (tags.length > 0) setTagsChecked(tags, isChecked);
  }
};

const toggle = (rows: SelectableRows, lead: string): void =>
  applyChecks([toggleRow(rows, lead, useCheckedTags.getState().checkedTags)]);

/** Opens a row in the inspector, at once or when the focus rests. */
const useOpener = () => {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  return useCallback((tag: string, when: 'now' | 'soon'): void => {
    const open = (): void => {
      const now = useSelection.getState();
      if (now.tag !== tag || now.digest !== null) now.selectTag(tag);
    };
    clearTimeout(timer.current);
    if (when === 'now') open();
    else timer.current = setTimeout(open, openDelayMs);
  }, []);
};

/** The focus by tag; a selection from elsewhere (palette, restart) takes it along. */
const useGridFocus = () => {
  const selected = useSelection((state) => state.tag);
  const [focus, setFocus] = useState<GridFocus>({ tag: selected, anchor: selected });
  const [followed, setFollowed] = useState(selected);
  if (followed !== selected) {
    setFollowed(selected);
    // Nothing selected any more: the focus stays where it was.
    if (selected !== null && selected !== focus.tag) {
      setFocus({ tag: selected, anchor: selected });
    }
  }
  return { focus, setFocus };
};

/** The row of the tab order. One that was removed leaves its place to the row that moves up. */
const usePlace = (index: number, filterText: string, count: number): number => {
  const [last, setLast] = useState({ index: 0, filterText });
  const isKnown = last.filterText === filterText;
  const next = index >= 0 ? index : isKnown ? last.index : 0;
  if (!isKnown || next !== last.index) setLast({ index: next, filterText });
  return Math.max(0, Math.min(next, count - 1));
};

const closest = (target: EventTarget, selector: string): HTMLElement | null =>
  target instanceof Element ? target.closest<HTMLElement>(selector) : null;

const isModified = (event: KeyboardEvent | MouseEvent): boolean => event.ctrlKey || event.metaKey;

const isCopyKey = (event: KeyboardEvent): boolean =>
  isModified(event) &&
  event.key.toLowerCase() === 'c' &&
  String(window.getSelection() ?? '') === '';

const useClicks = (
  rows: SelectableRows,
  { focus, setFocus }: ReturnType<typeof useGridFocus>,
  open: ReturnType<typeof useOpener>,
) => {
  return (event: MouseEvent): void => {
    const row = closest(event.target, '[data-lead]');
    const lead = row?.dataset['lead'];
    if (row === null || lead === undefined || closest(event.target, 'button, a') !== null) return;
    const isOnCheck = closest(event.target, '[data-check]') !== null;
    if (event.shiftKey) applyChecks(checkRange(rows, focus, lead));
    else if (isOnCheck || isModified(event)) toggle(rows, lead);
    else open(lead, 'now');
    setFocus({ tag: lead, anchor: event.shiftKey ? (focus.anchor ?? lead) : lead });
    row.focus({ preventScroll: true });
  };
};

/** Focus, range and ticks of the tag table by keyboard and mouse. The handlers serve all rows. */
export const useGrid = (options: GridOptions): Grid => {
  const { rows, pageRows, onMove, onCopy, onCommand, onEnter, onMenu } = options;
  const gridFocus = useGridFocus();
  const { focus, setFocus } = gridFocus;
  const open = useOpener();
  const onClick = useClicks(rows, gridFocus, open);
  const focusIndex = focus.tag === null ? -1 : rows.leads.indexOf(focus.tag);
  const tabbableIndex = usePlace(focusIndex, options.filterText, rows.leads.length);

  const moveTo = (index: number, isRange: boolean): void => {
    const lead = rows.leads[index];
    if (lead === undefined) return;
    const from = focusIndex < 0 ? (rows.leads[tabbableIndex] ?? lead) : focus.tag;
    const anchor = focusIndex < 0 ? from : (focus.anchor ?? from);
    if (isRange) applyChecks(checkRange(rows, { tag: from, anchor }, lead));
    setFocus({ tag: lead, anchor: isRange ? anchor : lead });
    onMove();
    open(lead, 'soon');
  };

  const commands: Record<string, (lead: string) => void> = {
    ' ': (lead) => toggle(rows, lead),
    Enter: (lead) => {
      useLayout.getState().setInspectorOpen(true);
      open(lead, 'now');
      onEnter(lead);
    },
    Escape: () => useCheckedTags.getState().clearChecked(),
  };
  for (const [key, command] of Object.entries(commandKeys)) {
    commands[key] = (lead) => onCommand(command, lead);
  }

  const onKeyDown = (event: KeyboardEvent): void => {
    const lead = rows.leads[tabbableIndex];
    if (lead === undefined || closest(event.target, '[data-lead]') === null) return;
    const target = moveIndex(event.key, tabbableIndex, rows.leads.length, pageRows());
    const command = Object.hasOwn(commands, event.key) ? commands[event.key] : undefined;
    if (target !== undefined) moveTo(target, event.shiftKey);
    else if (isModified(event) && event.key.toLowerCase() === 'a') {
      applyChecks([{ tags: rows.leads.flatMap((one) => rows.tagsOf(one)), isChecked: true }]);
    } else if (isCopyKey(event)) onCopy(lead);
    else if (command !== undefined && !isModified(event) && !event.altKey) command(lead);
    else return;
    event.preventDefault();
  };

  const onContextMenu = (event: MouseEvent): void => {
    const row = closest(event.target, '[data-lead]');
    const lead = row?.dataset['lead'];
    if (row === null || lead === undefined) return;
    event.preventDefault();
    // The menu key has no place of its own: the menu then opens at the row.
    const box = row.getBoundingClientRect();
    const isByKey = event.clientX === 0 && event.clientY === 0;
    onMenu(
      lead,
      isByKey ? { x: box.left + 48, y: box.bottom } : { x: event.clientX, y: event.clientY },
    );
    setFocus({ tag: lead, anchor: lead });
  };

  return { tabbableIndex, onKeyDown, onClick, onContextMenu };
};
