import { useEffect } from 'react';
import { matchesShortcut } from '#lib/shortcuts';
import { runAction, useActions } from '#state/actions';
import { useDialogs } from '#state/dialogs';
import { usePalette } from '#state/palette';
import { cycleRegion } from './regions';

/** While a dialog is open only the palette's own key works: what lies behind is not to be moved. */
const isModalOpen = (): boolean =>
  useDialogs.getState().dialog !== null || usePalette.getState().isPaletteOpen;

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || target.matches('input, textarea, select'));

const hasModifier = (event: KeyboardEvent): boolean =>
  event.ctrlKey || event.metaKey || event.altKey || event.key.length > 1;

const onKeyDown = (event: KeyboardEvent): void => {
  if (event.defaultPrevented || event.isComposing) return;
  if (isModalOpen()) return;
  if (event.key === 'F6') {
    event.preventDefault();
    cycleRegion(event.shiftKey ? -1 : 1);
    return;
  }
  if (isTyping(event.target) && !hasModifier(event)) return;
  const action = [...useActions.getState().actions.values()].find(
    ({ shortcut }) => shortcut !== undefined && matchesShortcut(event, shortcut),
  );
  if (action === undefined) return;
  event.preventDefault();
  runAction(action.id);
};

/** Shortcuts of all registered actions, and F6 between the regions. */
export const useShortcuts = (): void => {
  useEffect(() => {
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, []);
};
