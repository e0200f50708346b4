// @vitest-environment jsdom
import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { errorOf, fakeRegistries, hostileText } from '#test/fake-rows';
import type { TaskView } from '#contract/task';
import { useDialogs } from '#state/dialogs';
import { useLayout } from '#state/layout';
import { usePreferences } from '#state/preferences';
import { useSelection } from '#state/selection';
import { App } from '../../../src/renderer/src/app/App';
import { renderInWindow, setUpWindow } from './render-window';

const press = (key: string, init: KeyboardEventInit = {}): void => {
  fireEvent.keyDown(document.activeElement ?? document.body, { key, ...init });
};

const task: TaskView = {
  id: 't1',
  title: 'Reading details of 10,000 tags in team/app',
  state: 'running',
  completed: 4200,
  total: 10_000,
  unit: 'tags',
  startedAt: '2026-08-20T10:00:00Z',
};

describe('the window', () => {
  setUpWindow();

  it('names the next action when there is no registry', async () => {
    renderInWindow(<App />, { registries: [] });
    expect(await screen.findByText('Add your first registry')).toBeDefined();
    const main = screen.getByRole('main');
    fireEvent.click(within(main).getByRole('button', { name: 'Add registry…' }));
    expect(useDialogs.getState().dialog).toEqual({ kind: 'add-registry' });
  });

  it('has named landmarks, and F6 walks them both ways', async () => {
    renderInWindow(<App />);
    await screen.findByRole('tree');
    const regions = [
      ['banner', 'Title bar'],
      ['navigation', 'Registries and repositories'],
      ['main', 'Tags'],
      ['contentinfo', 'Status'],
    ] as const;
    for (const [role, name] of regions) expect(screen.getByRole(role, { name })).toBeDefined();
    const regionOfFocus = (): string | undefined =>
      document.activeElement?.closest('[data-region]')?.id;
    press('F6');
    const walked = regions.map(() => {
      const id = regionOfFocus();
      press('F6');
      return id;
    });
    expect(walked).toEqual(['region-top', 'region-sidebar', 'region-main', 'region-status']);
    expect(regionOfFocus()).toBe('region-top');
    press('F6', { shiftKey: true });
    expect(regionOfFocus()).toBe('region-status');
  });

  it('selects the first registry, and another when that one is removed', async () => {
    const { fake } = renderInWindow(<App />);
    await waitFor(() => expect(useSelection.getState().registryId).toBe('harbor'));
    fake.set({ registries: fakeRegistries.slice(1) });
    await waitFor(() => expect(useSelection.getState().registryId).toBe('hub'));
  });

  it('walks the registries with the arrow keys and opens a row’s menu with the menu key', async () => {
    renderInWindow(<App />);
    const first = await screen.findByRole('button', {
      name: /^harbor.corp.example/u,
      current: true,
    });
    first.focus();
    press('ArrowDown');
    expect(document.activeElement?.textContent).toContain('Docker Hub');
    press('F10', { shiftKey: true });
    expect(await screen.findByRole('menuitem', { name: 'Remove…' })).toBeDefined();
  });

  it('says the state of each registry in words, not in colour alone', async () => {
    renderInWindow(<App />);
    const list = await screen.findByRole('list', { name: 'Registries' });
    expect(within(list).getByText('Login not accepted')).toBeDefined();
    expect(within(list).getByText('Not asked yet')).toBeDefined();
  });

  it('shows a hostile name as text', async () => {
    renderInWindow(<App />);
    const list = await screen.findByRole('list', { name: 'Registries' });
    expect(within(list).getByText(/onerror=alert/u).textContent).not.toContain('\u202e');
    expect(document.querySelector('img')).toBeNull();
    expect(hostileText).toContain('\u202e');
  });

  it('opens the palette by key, runs an action there, and gives the focus back', async () => {
    renderInWindow(<App />);
    const first = await screen.findByRole('button', {
      name: /^harbor.corp.example/u,
      current: true,
    });
    first.focus();
    press('k', { ctrlKey: true });
    const field = await screen.findByRole('combobox');
    fireEvent.change(field, { target: { value: 'light theme' } });
    await screen.findByRole('option', { name: /Light theme/u });
    fireEvent.keyDown(field, { key: 'Enter' });
    await waitFor(() => expect(usePreferences.getState().theme).toBe('light'));
    await waitFor(() => expect(document.activeElement).toBe(first));
  });

  it('jumps to a reference that no list holds', async () => {
    renderInWindow(<App />);
    await screen.findByRole('tree');
    press('k', { ctrlKey: true });
    const field = await screen.findByRole('combobox');
    fireEvent.change(field, { target: { value: 'harbor.corp.example/hidden/thing:9' } });
    await screen.findByRole('option', { name: /Open hidden\/thing:9/u });
    fireEvent.keyDown(field, { key: 'Enter' });
    await waitFor(() =>
      expect(useSelection.getState()).toMatchObject({ repository: 'hidden/thing', tag: '9' }),
    );
    await waitFor(() =>
      expect(document.activeElement?.closest('[data-region]')?.id).toBe('region-main'),
    );
  });

  it('moves the bar beside the sidebar by keyboard and keeps it within its limits', async () => {
    renderInWindow(<App />);
    const bar = await screen.findByRole('separator', { name: 'Width of the sidebar' });
    fireEvent.keyDown(bar, { key: 'ArrowRight' });
    expect(useLayout.getState().sidebarWidth).toBe(264);
    fireEvent.keyDown(bar, { key: 'Home' });
    expect(bar.getAttribute('aria-valuenow')).toBe(bar.getAttribute('aria-valuemin'));
  });

  it('shows the running task, and cancels it', async () => {
    const { fake } = renderInWindow(<App />, { tasks: [task] });
    const status = screen.getByRole('contentinfo');
    expect(await within(status).findByText('4,200 of 10,000 tags')).toBeDefined();
    fireEvent.click(within(status).getByRole('button', { name: `Cancel: ${task.title}` }));
    await waitFor(() => expect(fake.state().tasks[0]?.state).toBe('cancelled'));
  });

  it('lists failed tasks with their reason', async () => {
    const error = errorOf('rate-limited', 'The limit is reached.');
    renderInWindow(<App />, { tasks: [{ ...task, state: 'failed', error }] });
    fireEvent.click(await screen.findByRole('button', { name: /1 task failed/u }));
    expect(await screen.findByText(/The limit is reached\./u)).toBeDefined();
  });

  it('shows what is left of the pulls of the selected registry', async () => {
    renderInWindow(<App />);
    fireEvent.click(await screen.findByRole('button', { name: /^Docker Hub · acme/u }));
    expect(await screen.findByText(/Docker Hub pulls left 87\/100/u)).toBeDefined();
  });

  it('shows a notice until it is dismissed', async () => {
    const notice = {
      id: 'n',
      level: 'warning',
      title: 'No keychain.',
      message: 'Logins end with this run.',
    };
    const { fake } = renderInWindow(<App />, { notices: [{ ...notice, level: 'warning' }] });
    fireEvent.click(await screen.findByRole('button', { name: 'Dismiss: No keychain.' }));
    await waitFor(() => expect(fake.state().notices).toEqual([]));
    await waitFor(() => expect(screen.queryByText('Logins end with this run.')).toBeNull());
  });

  it('shows where credentials are kept, and changes the theme at once', async () => {
    renderInWindow(<App />);
    fireEvent.click(await screen.findByRole('button', { name: 'Settings' }));
    expect(await screen.findByText('the OS keychain')).toBeDefined();
    fireEvent.click(screen.getByRole('radio', { name: 'Dark' }));
    await waitFor(() =>
      expect(document.documentElement.getAttribute('data-mantine-color-scheme')).toBe('dark'),
    );
  });
});
