import { useRef } from 'react';
import type { TreeRow } from './tree';
import { findByTyping } from './tree-keys';

/** Letters typed within this time belong together. */
const togetherMs = 700;

type FindTyped = (rows: readonly TreeRow[], activeKey: string, key: string) => string | undefined;

/** Collects typed letters and finds the row they mean; undefined for keys that are no letters. */
export const useTypeAhead = (): FindTyped => {
  const typed = useRef({ text: '', at: 0 });
  return (rows, activeKey, key) => {
    if (key.length !== 1) return undefined;
    const now = performance.now();
    const before = now - typed.current.at < togetherMs ? typed.current.text : '';
    typed.current = { text: before + key, at: now };
    return findByTyping(rows, activeKey, typed.current.text);
  };
};
