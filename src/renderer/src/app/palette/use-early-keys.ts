import { useLayoutEffect } from 'react';
import { usePalette } from '#state/palette';

/** The palette's own field, which takes its keys itself. */
export const paletteFieldId = 'palette-field';

const isAtField = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && target.id === paletteFieldId;

/** Does with a key what the field would have done. Says whether it was such a key. */
const takeKey = (key: string): boolean => {
  const { query, setQuery, setEnterWanted, closePalette } = usePalette.getState();
  if (key.length === 1) setQuery(query + key);
  else if (key === 'Backspace') setQuery(query.slice(0, -1));
  else if (key === 'Enter') setEnterWanted(true);
  else if (key === 'Escape') closePalette();
  else return false;
  return true;
};

const onKeyDown = (event: KeyboardEvent): void => {
  if (isAtField(event.target) || event.isComposing) return;
  if (event.ctrlKey || event.metaKey || event.altKey || !takeKey(event.key)) return;
  event.preventDefault();
  event.stopPropagation();
};

/**
 * Keeps what is typed between the palette's shortcut and the moment its field has the focus: its code is loaded when it
 * is first opened, and fast fingers do not wait for that.
 */
export const useEarlyKeys = (): void => {
  useLayoutEffect(() => {
    window.addEventListener('keydown', onKeyDown, { capture: true });
    return () => window.removeEventListener('keydown', onKeyDown, { capture: true });
  }, []);
};
