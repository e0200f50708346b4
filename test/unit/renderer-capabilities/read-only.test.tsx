// @vitest-environment jsdom
import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { fakeRegistries } from '#test/fake-rows';
import { readOnlyOf } from '#lib/read-only';
import { useActions } from '#state/actions';
import { useDialogs } from '#state/dialogs';
import { useSelection } from '#state/selection';
import { App } from '../../../src/renderer/src/app/App';
import { renderInWindow, setUpWindow } from '../renderer/render-window';

const marked = fakeRegistries.map((row) =>
  row.id === 'hub' ? { ...row, readOnly: true } : { ...row, readOnlyRepositories: ['shop/api'] },
);

const titleOf = (id: string): string | undefined => useActions.getState().actions.get(id)?.title;

describe('a mark', () => {
  it('of the registry counts before that of the repository', () => {
    const none = { readOnly: false, readOnlyRepositories: [] };
    expect(readOnlyOf(none, 'a')).toBe('no');
    expect(readOnlyOf({ ...none, readOnlyRepositories: ['a'] }, 'a')).toBe('repository');
    expect(readOnlyOf({ ...none, readOnlyRepositories: ['a'] }, 'a/b')).toBe('no');
    expect(readOnlyOf({ readOnly: true, readOnlyRepositories: ['a'] }, 'a')).toBe('registry');
  });
});

describe('read-only marks in the window', () => {
  setUpWindow();

  it('are said beside a registry and in the header of a repository', async () => {
    useSelection.setState({ registryId: 'harbor', repository: 'shop/api' });
    renderInWindow(<App />, { registries: marked });
    const list = await screen.findByRole('list', { name: 'Registries' });
    const words = 'Read-only: Tagboat changes nothing in this registry.';
    expect(within(list).getAllByText(words)).toHaveLength(1);
    expect(
      within(list).getByRole('button', { name: /^Docker Hub · acme.*Read-only/u }),
    ).toBeDefined();
    const main = screen.getByRole('main');
    expect(
      await within(main).findByText('Read-only: Tagboat changes nothing in this repository.'),
    ).toBeDefined();
    fireEvent.click(within(main).getByRole('button', { name: 'What this registry allows' }));
    expect(useDialogs.getState().dialog).toEqual({
      kind: 'capabilities',
      registryId: 'harbor',
      repository: 'shop/api',
    });
  });

  /** Chooses an entry of a registry's menu. */
  const choose = async (row: RegExp, entry: string): Promise<void> => {
    const list = await screen.findByRole('list', { name: 'Registries' });
    fireEvent.contextMenu(await within(list).findByRole('button', { name: row }));
    fireEvent.click(await screen.findByRole('menuitem', { name: entry }));
  };

  it('are set in the menu of a registry', async () => {
    const { fake } = renderInWindow(<App />);
    await choose(/^harbor\.corp\.example/u, 'Mark read-only');
    await waitFor(() => expect(fake.state().registries[0]?.readOnly).toBe(true));
    expect(await screen.findByText('harbor.corp.example is read-only in Tagboat')).toBeDefined();
    await waitFor(() => expect(titleOf('registry.protect')).toBe('Allow changes in the registry'));
  });

  it('are taken off there too', async () => {
    const { fake } = renderInWindow(<App />, { registries: marked });
    await choose(/^Docker Hub · acme/u, 'Allow changes');
    await waitFor(() => expect(fake.state().registries[1]?.readOnly).toBe(false));
    expect(await screen.findByText('Changes are allowed in Docker Hub · acme')).toBeDefined();
  });

  it('the overview tells them and leads to the card of a repository', async () => {
    useSelection.setState({ registryId: 'harbor', repository: null });
    renderInWindow(<App />, { registries: marked });
    const main = await screen.findByRole('main');
    expect(await within(main).findByText('1 repository marked read-only in Tagboat')).toBeDefined();
    const button = (): HTMLElement => within(main).getByRole('button', { name: 'What it allows…' });
    await waitFor(() => expect(button().getAttribute('aria-disabled')).toBeNull());
    fireEvent.click(button());
    expect(useDialogs.getState().dialog).toMatchObject({
      kind: 'capabilities',
      registryId: 'harbor',
    });
  });
});
