import type { QueryClient } from '@tanstack/react-query';
import { type RenderResult, cleanup, configure, render } from '@testing-library/react';
import type { ReactNode } from 'react';
import { afterEach, beforeEach, vi } from 'vitest';
import { type FakeApi, type FakeState, installFakeApi } from '#test/fake-api';
import { createQueryClient } from '#lib/query-client';
import { useCheckedTags } from '#state/checked-tags';
import { useDialogs } from '#state/dialogs';
import { useFilters } from '#state/filters';
import { initialLayout, useLayout } from '#state/layout';
import { usePalette } from '#state/palette';
import { initialPreferences, usePreferences } from '#state/preferences';
import { initialSelection, useSelection } from '#state/selection';
import { initialTable, useTable } from '#state/table';
import { Providers } from '../../../src/renderer/src/app/Providers';

class FixedResizeObserver implements ResizeObserver {
  constructor(private readonly tell: ResizeObserverCallback) {}
  observe(target: Element): void {
    const box = { inlineSize: 1000, blockSize: 800 };
    const entry = {
      target,
      contentRect: target.getBoundingClientRect(),
      borderBoxSize: [box],
      contentBoxSize: [box],
      devicePixelContentBoxSize: [box],
    };
    this.tell([entry], this);
  }
  unobserve(): void {}
  disconnect(): void {}
}

const define = (target: object, name: string, value: unknown): void => {
  Object.defineProperty(target, name, { value, configurable: true, writable: true });
};

/** What jsdom lacks and the window uses: media queries, sizes for the virtual lists, scrolling. */
const completeJsdom = (): void => {
  define(window, 'matchMedia', (query: string) => ({
    matches: false,
    media: query,
    addEventListener: () => undefined,
    removeEventListener: () => undefined,
  }));
  define(globalThis, 'ResizeObserver', FixedResizeObserver);
  // A window under test is never idle: nothing is rehearsed in it.
  define(globalThis, 'requestIdleCallback', () => 0);
  define(globalThis, 'cancelIdleCallback', () => undefined);
  define(Element.prototype, 'scrollIntoView', () => undefined);
  define(Element.prototype, 'scrollTo', () => undefined);
  Object.defineProperty(HTMLElement.prototype, 'offsetHeight', {
    get: () => 800,
    configurable: true,
  });
  Object.defineProperty(HTMLElement.prototype, 'offsetWidth', {
    get: () => 1000,
    configurable: true,
  });
};

const resetSlices = (): void => {
  useSelection.setState(initialSelection);
  useLayout.setState(initialLayout);
  useTable.setState(initialTable);
  usePreferences.setState(initialPreferences);
  useFilters.setState({ repositories: '', tags: '' });
  useDialogs.setState({ dialog: null });
  usePalette.setState({ isPaletteOpen: false });
  useCheckedTags.getState().clearChecked();
};

/** Call once at the top of a test file: each test then starts with an empty window and fresh slices. */
export const setUpWindow = (): void => {
  // Waiting ends as soon as what is waited for is there; these only bound a busy machine.
  configure({ asyncUtilTimeout: 20_000 });
  vi.setConfig({ testTimeout: 60_000 });
  beforeEach(() => {
    completeJsdom();
    resetSlices();
  });
  afterEach(cleanup);
};

export type RenderedWindow = RenderResult & {
  readonly fake: FakeApi;
  readonly client: QueryClient;
};

/** Renders inside the window's providers, with a scripted `window.tagboat` behind it. */
export const renderInWindow = (
  ui: ReactNode,
  over: Partial<FakeState> = {},
  /** Scripts the bridge before the first render asks it anything. */
  prepare: (fake: FakeApi) => void = () => undefined,
): RenderedWindow => {
  const fake = installFakeApi(over);
  prepare(fake);
  const client = createQueryClient();
  return { ...render(<Providers client={client}>{ui}</Providers>), fake, client };
};
