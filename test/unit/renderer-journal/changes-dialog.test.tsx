// @vitest-environment jsdom
import { act, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { beforeEach, describe, expect, it } from 'vitest';
import type { StreamEvent } from '#contract/channel';
import type { ChangeProgress, ChangeReport, ChangeView } from '#contract/change';
import type { FakeApi } from '#test/fake-api';
import { changeRow, fakeJournal, manyChanges } from '#test/fake-journal';
import { errorOf } from '#test/fake-rows';
import { useDialogs } from '#state/dialogs';
import { useSelection } from '#state/selection';
import { ChangesDialog } from '../../../src/renderer/src/features/journal/ChangesDialog';
import { useContinuing } from '../../../src/renderer/src/features/journal/continuing';
import { type RenderedWindow, renderInWindow, setUpWindow } from '../renderer/render-window';

const now = Date.now();

const open = (
  changes: readonly ChangeView[],
  prepare?: (fake: FakeApi) => void,
): RenderedWindow => {
  useDialogs.setState({ dialog: { kind: 'changes' } });
  const onClose = (): void => useDialogs.getState().closeDialog();
  return renderInWindow(<ChangesDialog onClose={onClose} />, { changes }, prepare);
};

const rowOf = (changeId: string): Promise<HTMLElement> =>
  waitFor(() => {
    const row = document.querySelector<HTMLElement>(`[data-change="${changeId}"]`);
    if (row === null) throw new Error(`${changeId} stands in no row.`);
    return row;
  });

const buttonIn = (row: HTMLElement, name: string): HTMLElement => {
  const found = [...row.querySelectorAll('button')].find(({ textContent }) => textContent === name);
  if (found === undefined) throw new Error(`No button is called ${name}.`);
  return found;
};

const pressIn = async (changeId: string, name: string): Promise<void> =>
  void fireEvent.click(buttonIn(await rowOf(changeId), name));

type Send = (event: StreamEvent<ChangeProgress, ChangeReport>) => void;

/** A continue that goes on when the test says so. */
const byHand = () => {
  const sends: Send[] = [];
  return {
    prepare: (fake: FakeApi): void =>
      fake.scriptStream('change:continue', (_request, send) => {
        sends.push(send);
        return undefined;
      }),
    send: (event: Parameters<Send>[0]): void => act(() => sends.at(-1)?.(event)),
  };
};

const report = (over: Partial<ChangeReport> = {}): ChangeReport => ({
  changeId: 'interrupted',
  outcome: 'done',
  text: 'Untagged 7 tags, deleted 5 images',
  steps: [],
  lostTags: [],
  ...over,
});

describe('the journal', () => {
  setUpWindow();
  beforeEach(() => useContinuing.setState({ continued: new Map() }));

  it('names what will be here while nothing was changed', async () => {
    open([]);
    expect(await screen.findByText('Nothing was changed yet')).toBeDefined();
    expect(screen.getByText(/Begin in the menu of a tag/u)).toBeDefined();
  });

  it('groups by day, newest first, each with its place and its outcome in words', async () => {
    open(fakeJournal(now));
    const row = await rowOf('interrupted');
    expect(within(row).getByText('interrupted after 3 of 7 steps')).toBeDefined();
    expect(within(row).getByText('team/app on harbor.corp.example')).toBeDefined();
    expect(within(await rowOf('undo')).getByText('Undo: Add 2 tags')).toBeDefined();
    expect(within(await rowOf('running')).getByText('running, 28 of 71 steps')).toBeDefined();
    expect(within(await rowOf('running')).getByRole('progressbar')).toBeDefined();
    expect(document.querySelectorAll('th[scope="rowgroup"]').length).toBeGreaterThan(2);
    expect((await rowOf('undone')).querySelector('[data-row-actions] button')).toBeNull();
  });

  it('leads to the way back, and to the repository', async () => {
    open(fakeJournal(now));
    await pressIn('done', 'Undo…');
    expect(useDialogs.getState().dialog).toEqual({ kind: 'plan-undo', changeId: 'done' });
    await pressIn('stopped', 'Roll back…');
    expect(useDialogs.getState().dialog).toEqual({ kind: 'plan-undo', changeId: 'stopped' });
    await pressIn('cancelled', 'ml/train on harbor.corp.example');
    expect(useSelection.getState()).toMatchObject({
      registryId: 'harbor',
      repository: 'ml/train',
    });
    expect(useDialogs.getState().dialog).toBeNull();
  });

  it('says why nothing can be done where the registry left the list', async () => {
    open(fakeJournal(now).slice(-3));
    const undo = buttonIn(await rowOf('orphan'), 'Undo…');
    expect(undo.getAttribute('aria-disabled')).toBe('true');
    fireEvent.click(undo);
    expect(useDialogs.getState().dialog).toEqual({ kind: 'changes' });
    fireEvent.focus(undo);
    expect(await screen.findByText('The registry is no longer in the list.')).toBeDefined();
  });

  it('continues with progress and says the result, with what did not go through', async () => {
    const { prepare, send } = byHand();
    const { fake } = open(fakeJournal(now), prepare);
    await rowOf('interrupted');
    await pressIn('interrupted', 'Continue');
    expect(fake.recorded).toContainEqual({
      channel: 'change:continue',
      request: { changeId: 'interrupted' },
    });
    // The pressed button is gone; the keyboard is still where it was.
    expect(document.activeElement?.getAttribute('data-change')).toBe('interrupted');
    send({ kind: 'page', page: { completed: 5, total: 7 } });
    expect(await screen.findByText('running, 5 of 7 steps')).toBeDefined();
    send({
      kind: 'end',
      value: report({
        outcome: 'done-with-exceptions',
        steps: [{ text: 'Remove the tag 1.8', state: 'skipped', note: 'The tag was moved.' }],
        lostTags: ['edge'],
      }),
    });
    expect(await screen.findByText(/^Done, with exceptions: Untagged 7 tags/u)).toBeDefined();
    expect(screen.getByText('Remove the tag 1.8: skipped. The tag was moved.')).toBeDefined();
    expect(screen.getByText('No longer listed, and not asked for: edge.')).toBeDefined();
    fireEvent.click(screen.getByRole('button', { name: 'Dismiss the result' }));
    await waitFor(() => expect(screen.queryByText(/^Done, with exceptions:/u)).toBeNull());
  });

  it('stops what it continues after the step that is under way', async () => {
    const { prepare, send } = byHand();
    const { fake } = open(fakeJournal(now).slice(1, 3), prepare);
    await rowOf('interrupted');
    await pressIn('interrupted', 'Continue');
    send({ kind: 'page', page: { completed: 4, total: 7 } });
    const running = changeRow({ changeId: 'interrupted', outcome: 'running' });
    act(() => fake.set({ changes: [running] }));
    await pressIn('interrupted', 'Stop');
    expect(await screen.findByText('Stopping…')).toBeDefined();
    expect(fake.recorded).toContainEqual({
      channel: 'change:stop',
      request: { startedBy: 'interrupted' },
    });
    send({ kind: 'page', page: { completed: 5, total: 7 } });
    expect(screen.getByText('Stopping…')).toBeDefined();
    send({ kind: 'end', value: report({ outcome: 'cancelled' }) });
    act(() =>
      fake.set({ changes: [{ ...running, outcome: 'cancelled', completed: 5, total: 7 }] }),
    );
    expect(await screen.findByText('cancelled after 5 of 7 steps')).toBeDefined();
    await waitFor(() => expect(useContinuing.getState().continued.size).toBe(0));
  });

  it('says why it could not continue, and tries again', async () => {
    const error = errorOf('repository-busy', 'Another change of team/app is running.');
    const { fake } = open(fakeJournal(now).slice(1, 3), (one) =>
      one.scriptStream('change:continue', (_request, send) => {
        setTimeout(() => send({ kind: 'failed', error }), 0);
        return undefined;
      }),
    );
    await rowOf('interrupted');
    await pressIn('interrupted', 'Continue');
    expect(await screen.findByText(error.message)).toBeDefined();
    fireEvent.click(screen.getByRole('button', { name: 'Try again' }));
    await waitFor(() =>
      expect(fake.recorded.filter(({ channel }) => channel === 'change:continue')).toHaveLength(2),
    );
  });

  it('goes on when the dialog is closed, and reads the repository again at its end', async () => {
    const { prepare, send } = byHand();
    const shown = open(fakeJournal(now), prepare);
    const { fake, client } = shown;
    const tags = ['registry', 'harbor', 'repository', 'team/app', 'tags'];
    client.setQueryData(tags, { value: { tags: [], attachedTags: [] }, isComplete: true });
    await rowOf('interrupted');
    await pressIn('interrupted', 'Continue');
    shown.unmount();
    expect(fake.cancelled).not.toContain('change:continue');
    send({ kind: 'end', value: report() });
    await waitFor(() =>
      expect(useContinuing.getState().continued.get('interrupted')?.kind).toBe('done'),
    );
    await waitFor(() => expect(client.getQueryState(tags)?.isInvalidated).toBe(true));
  });

  it('is walked with the arrow keys, past the days, and is one tab stop with its row', async () => {
    open(fakeJournal(now));
    (await rowOf('running')).focus();
    const press = (key: string): void =>
      void fireEvent.keyDown(document.activeElement ?? document.body, { key });
    press('ArrowDown');
    expect(document.activeElement).toBe(await rowOf('interrupted'));
    press('Enter');
    expect(document.activeElement?.textContent).toBe('Continue');
    press('ArrowDown');
    press('ArrowDown');
    expect(document.activeElement).toBe(await rowOf('undo'));
    expect(buttonIn(await rowOf('undo'), 'Undo…').tabIndex).toBe(0);
    expect(buttonIn(await rowOf('interrupted'), 'Continue').tabIndex).toBe(-1);
    press('End');
    expect(document.activeElement).toBe(await rowOf('orphan'));
    press('Home');
    expect(document.activeElement).toBe(await rowOf('running'));
  });

  it('draws only what is in view of 500', async () => {
    open(manyChanges(500, now));
    await rowOf('change-0');
    expect(document.querySelectorAll('[data-change]').length).toBeLessThan(60);
    expect(screen.getByRole('grid').getAttribute('aria-rowcount')).toMatch(/^5\d\d$/u);
  });

  it('says when it cannot be read', async () => {
    const error = errorOf('storage-failed', 'The journal cannot be read.');
    open([], (fake) =>
      fake.scriptStream('change:watch', (_request, send) => {
        setTimeout(() => send({ kind: 'failed', error }), 0);
        return undefined;
      }),
    );
    expect(await screen.findByText(error.message)).toBeDefined();
    expect(screen.getByRole('button', { name: 'Try again' })).toBeDefined();
  });
});
