import { useEffect, useState } from 'react';

/** Gives the focus back, when this unmounts, to what had it when it mounted; unless something else took it meanwhile. */
export const useReturnFocus = (): void => {
  const [before] = useState(() => document.activeElement);
  useEffect(
    () => () => {
      if (!(before instanceof HTMLElement)) return;
      // After the dialog's own nodes are gone, which is when the browser drops the focus to the body.
      setTimeout(() => {
        const { activeElement } = document;
        const isFree = activeElement === null || activeElement === document.body;
        if (isFree && before.isConnected) before.focus({ preventScroll: true });
      }, 0);
    },
    [before],
  );
};
