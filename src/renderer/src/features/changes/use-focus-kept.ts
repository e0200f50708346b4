import { useEffect } from 'react';
import { useDialogs } from '#state/dialogs';

/** Where the focus goes when the row or button that opened the dialog is gone. */
const fallback = (): HTMLElement | null =>
  document.querySelector<HTMLElement>('[data-lead][tabindex="0"]') ??
  document.getElementById('region-main');

/** A change may take away the very row it was asked from; the focus then goes to the one in its place. */
export const useFocusKept = (): void => {
  useEffect(
    () => () => {
      // After the dialog is gone, and after the usual way back has been tried.
      setTimeout(() => {
        if (useDialogs.getState().dialog !== null) return;
        const { activeElement } = document;
        if (activeElement === null || activeElement === document.body) {
          fallback()?.focus({ preventScroll: true });
        }
      }, 20);
    },
    [],
  );
};
