import { useCallback, useEffect, useRef, useState } from 'react';
import { api } from '#lib/api';

const shownMs = 1600;

export type CopyState = 'idle' | 'copied' | 'failed';

export type Copy = {
  /** Goes back to idle by itself. */
  readonly state: CopyState;
  readonly copy: (text: string) => void;
};

/** Puts text on the clipboard through main and says for a moment how it went. */
export const useCopy = (): Copy => {
  const [state, setState] = useState<CopyState>('idle');
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const copy = useCallback((text: string): void => {
    const show = (next: CopyState): void => {
      clearTimeout(timer.current);
      setState(next);
      timer.current = setTimeout(() => setState('idle'), shownMs);
    };
    api.app.copyText({ text }).then(
      (result) => show(result.ok ? 'copied' : 'failed'),
      () => show('failed'),
    );
  }, []);
  return { state, copy };
};
