// @vitest-environment jsdom
import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { beforeEach, describe, expect, it } from 'vitest';
import { changeRow, withoutRegistry } from '#test/fake-journal';
import { useActions } from '#state/actions';
import { useDialogs } from '#state/dialogs';
import { App } from '../../../src/renderer/src/app/App';
import { useContinuing } from '../../../src/renderer/src/features/journal/continuing';
import { useLater } from '../../../src/renderer/src/features/journal/interrupted';
import { renderInWindow, setUpWindow } from '../renderer/render-window';

const cut = changeRow({
  changeId: 'cut',
  outcome: 'interrupted',
  repository: 'team/app',
  completed: 3,
  total: 7,
});
const words = 'A change of team/app was interrupted after 3 of 7 steps.';

const notice = (): Promise<HTMLElement> =>
  screen.findByRole('region', { name: 'Interrupted changes' });

describe('a change that was interrupted', () => {
  setUpWindow();
  beforeEach(() => {
    useContinuing.setState({ continued: new Map() });
    useLater.setState({ postponed: new Set() });
  });

  it('is told above the middle, and continued where its progress is seen', async () => {
    const { fake } = renderInWindow(<App />, { changes: [cut] }, (one) =>
      one.scriptStream('change:continue', () => undefined),
    );
    const bar = await notice();
    expect(within(bar).getByText(new RegExp(words, 'u'))).toBeDefined();
    await waitFor(() =>
      expect(
        within(bar).getByRole('button', { name: 'Continue' }).getAttribute('aria-disabled'),
      ).toBeNull(),
    );
    fireEvent.click(within(bar).getByRole('button', { name: 'Continue' }));
    expect(useDialogs.getState().dialog).toEqual({ kind: 'changes' });
    await waitFor(() =>
      expect(fake.recorded).toContainEqual({
        channel: 'change:continue',
        request: { changeId: 'cut' },
      }),
    );
    await waitFor(() => expect(screen.queryByText(new RegExp(words, 'u'))).toBeNull());
  });

  it('is rolled back by its plan', async () => {
    renderInWindow(<App />, { changes: [cut] });
    const bar = await notice();
    const rollBack = (): HTMLElement => within(bar).getByRole('button', { name: 'Roll back…' });
    await waitFor(() => expect(rollBack().getAttribute('aria-disabled')).toBeNull());
    fireEvent.click(rollBack());
    expect(useDialogs.getState().dialog).toEqual({ kind: 'plan-undo', changeId: 'cut' });
  });

  it('can wait, and stays in the status bar', async () => {
    renderInWindow(<App />, { changes: [cut] });
    fireEvent.click(within(await notice()).getByRole('button', { name: 'Later' }));
    await waitFor(() => expect(screen.queryByText(new RegExp(words, 'u'))).toBeNull());
    const status = screen.getByRole('contentinfo');
    fireEvent.click(within(status).getByRole('button', { name: '1 change interrupted' }));
    expect(useDialogs.getState().dialog).toEqual({ kind: 'changes' });
  });

  it('is one of several: they are counted and listed', async () => {
    renderInWindow(<App />, { changes: [cut, { ...cut, changeId: 'cut-2' }] });
    const bar = await notice();
    expect(within(bar).getByText('2 changes were interrupted.')).toBeDefined();
    fireEvent.click(within(bar).getByRole('button', { name: 'Show them…' }));
    expect(useDialogs.getState().dialog).toEqual({ kind: 'changes' });
  });

  it('cannot be continued without its registry, and says so', async () => {
    renderInWindow(<App />, { changes: [withoutRegistry(cut)] });
    const button = within(await notice()).getByRole('button', { name: 'Continue' });
    expect(button.getAttribute('aria-disabled')).toBe('true');
    fireEvent.focus(button);
    expect(await screen.findByText('The registry is no longer in the list.')).toBeDefined();
  });

  it('says nothing where nothing was interrupted, and the journal opens by its key', async () => {
    renderInWindow(<App />, { changes: [changeRow()] });
    await screen.findByRole('tree');
    expect(screen.queryByRole('region', { name: 'Interrupted changes' })).toBeNull();
    expect(screen.queryByText(/interrupted/u)).toBeNull();
    expect(useActions.getState().actions.get('app.changes')?.shortcut).toBe('Mod+J');
    fireEvent.keyDown(document.body, { key: 'j', ctrlKey: true });
    expect(await screen.findByRole('dialog', { name: 'Changes and undo' })).toBeDefined();
    await waitFor(() =>
      expect(document.activeElement?.getAttribute('data-change')).toBe('change-1'),
    );
  });
});
