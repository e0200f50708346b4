// @vitest-environment jsdom
import { act, waitFor } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { errorOf, registryRow } from '#test/fake-rows';
import { useStatusMessage } from '#state/status-message';
import {
  createAsker,
  useAskRegistries,
} from '../../../src/renderer/src/features/registries/ask-registries';
import { renderInWindow, setUpWindow } from '../renderer/render-window';

const unknown = (id: string) => registryRow({ id, name: id, state: { kind: 'unknown' } });

type Asked = { readonly id: string; readonly signal: AbortSignal; readonly end: () => void };

const createScene = () => {
  const asked: Asked[] = [];
  const asker = createAsker(
    (id, signal) =>
      new Promise<void>((_resolve, reject) => {
        asked.push({ id, signal, end: () => reject(new Error('It does not answer.')) });
      }),
  );
  return { asker, asked, ids: () => asked.map(({ id }) => id) };
};

describe('asking the saved registries', () => {
  it('asks two at once, in their order, each once, and a failure holds up nobody', async () => {
    const { asker, asked, ids } = createScene();
    const rows = ['a', 'b', 'c', 'd'].map(unknown);
    asker.want(rows);
    expect(ids()).toEqual(['a', 'b']);
    asked[0]?.end();
    await waitFor(() => expect(ids()).toEqual(['a', 'b', 'c']));
    asker.want(rows);
    asked[1]?.end();
    asked[2]?.end();
    await waitFor(() => expect(ids()).toEqual(['a', 'b', 'c', 'd']));
  });

  it('leaves those alone whose state is known', () => {
    const { asker, ids } = createScene();
    asker.want([registryRow({ id: 'ready', name: 'ready' }), unknown('new')]);
    expect(ids()).toEqual(['new']);
  });

  it('ends with the window', async () => {
    const { asker, asked, ids } = createScene();
    asker.want(['a', 'b', 'c'].map(unknown));
    asker.close();
    expect(asked.every(({ signal }) => signal.aborted)).toBe(true);
    asked[0]?.end();
    await Promise.resolve();
    expect(ids()).toEqual(['a', 'b']);
  });
});

const Asking = () => {
  useAskRegistries();
  return null;
};

describe('the window at its start', () => {
  setUpWindow();

  it('asks the registries that were not asked yet, quietly', async () => {
    useStatusMessage.getState().clear();
    const registries = [registryRow({ id: 'ready', name: 'ready' }), unknown('a'), unknown('b')];
    const { fake } = renderInWindow(<Asking />, { registries }, (fake) => {
      fake.scriptStream('registry:refresh', (_request, send) => {
        const error = errorOf('dns-failed', 'No such host.');
        setTimeout(() => send({ kind: 'failed', error }), 0);
        return undefined;
      });
    });
    const refreshed = (): readonly unknown[] =>
      fake.recorded
        .filter(({ channel }) => channel === 'registry:refresh')
        .map(({ request }) => request);
    await waitFor(() => expect(refreshed()).toEqual([{ registryId: 'a' }, { registryId: 'b' }]));
    expect(useStatusMessage.getState().message).toBeNull();
  });

  it('does not ask one whose repositories answered meanwhile', async () => {
    const registries = [unknown('a'), unknown('b'), unknown('c')];
    const { fake } = renderInWindow(<Asking />, { registries }, (fake) => {
      fake.scriptStream('registry:refresh', () => undefined);
    });
    const ids = (): readonly unknown[] =>
      fake.recorded
        .filter(({ channel }) => channel === 'registry:refresh')
        .map(({ request }) => request);
    await waitFor(() => expect(fake.recorded.length).toBeGreaterThan(0));
    act(() =>
      fake.set({ registries: [registryRow({ id: 'a', name: 'a' }), unknown('b'), unknown('c')] }),
    );
    await waitFor(() => expect(ids()).toEqual([{ registryId: 'b' }, { registryId: 'c' }]));
  });
});
