import { type ChangeEvent, type KeyboardEvent, type RefObject, useMemo, useState } from 'react';
import { applyCompletion, completeFilter, type FilterCompletion } from '#lib/filter-complete';
import { useFilters } from '#state/filters';

type Suggestions = {
  readonly isOpen: boolean;
  readonly caret: number;
  /** -1: none is chosen, Enter goes to the rows. */
  readonly active: number;
};

const closed: Suggestions = { isOpen: false, caret: 0, active: -1 };

export type FilterFieldModel = {
  readonly text: string;
  readonly completions: readonly FilterCompletion[];
  readonly active: number;
  readonly choose: (completion: FilterCompletion) => void;
  readonly clear: () => void;
  readonly close: () => void;
  readonly onChange: (event: ChangeEvent<HTMLInputElement>) => void;
  readonly onKeyDown: (event: KeyboardEvent) => void;
};

/** Completions for the text, and which one is chosen. */
const useSuggestions = (text: string, platforms: () => readonly string[]) => {
  const [{ isOpen, caret, active }, setSuggestions] = useState(closed);
  const completions = useMemo(
    () => (isOpen ? completeFilter(text, caret, { platforms: platforms() }) : []),
    [isOpen, text, caret, platforms],
  );
  return {
    completions,
    active,
    close: () => setSuggestions(closed),
    openAt: (at: number) => setSuggestions({ isOpen: true, caret: at, active: -1 }),
    move: (by: number) => {
      const next = Math.min(completions.length - 1, Math.max(-1, active + by));
      setSuggestions({ isOpen, caret, active: next });
    },
  };
};

/** Text, completions and keys of the filter field. */
export const useFilterField = (
  input: RefObject<HTMLInputElement | null>,
  platforms: () => readonly string[],
  onEnterRows: () => void,
): FilterFieldModel => {
  const text = useFilters((state) => state.tags);
  const setText = useFilters((state) => state.setTagFilter);
  const { completions, active, close, openAt, move } = useSuggestions(text, platforms);
  const choose = (completion: FilterCompletion): void => {
    const next = applyCompletion(text, completion);
    setText(next.text);
    openAt(next.caret);
    requestAnimationFrame(() => input.current?.setSelectionRange(next.caret, next.caret));
  };
  const down = (): void => {
    if (completions.length > 0) move(1);
    else onEnterRows();
  };
  const enter = (): void => {
    const chosen = completions[active];
    if (chosen !== undefined) {
      choose(chosen);
      return;
    }
    close();
    onEnterRows();
  };
  const leave = (): void => {
    if (completions.length > 0) close();
    else if (text === '') onEnterRows();
    else setText('');
  };
  const keys: Readonly<Record<string, () => void>> = {
    ArrowDown: down,
    ArrowUp: () => move(-1),
    Enter: enter,
    Escape: leave,
  };
  return {
    text,
    completions,
    active,
    choose,
    close,
    clear: () => {
      setText('');
      input.current?.focus();
    },
    onChange: ({ target }) => {
      setText(target.value);
      openAt(target.selectionStart ?? target.value.length);
    },
    onKeyDown: (event) => {
      const run = Object.hasOwn(keys, event.key) ? keys[event.key] : undefined;
      if (run === undefined || event.nativeEvent.isComposing) return;
      event.preventDefault();
      run();
    },
  };
};
