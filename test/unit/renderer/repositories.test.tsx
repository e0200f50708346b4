// @vitest-environment jsdom
import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { errorOf, fakeRegistries, registryRow } from '#test/fake-rows';
import { useDialogs } from '#state/dialogs';
import { useSelection } from '#state/selection';
import { AddRepositoryDialog } from '../../../src/renderer/src/features/repositories/AddRepositoryDialog';
import { RepositoryPane } from '../../../src/renderer/src/features/repositories/RepositoryPane';
import { renderInWindow, setUpWindow } from './render-window';

const rowOf = (id: string) =>
  fakeRegistries.find((row) => row.id === id) ?? registryRow({ id, name: id });

const showPane = (id: string, over = {}) =>
  renderInWindow(<RepositoryPane registry={rowOf(id)} />, over);

describe('repositories', () => {
  setUpWindow();

  it('shows namespaces with their counts and opens them by keyboard', async () => {
    showPane('harbor');
    const tree = await screen.findByRole('tree', { name: 'Repositories of harbor.corp.example' });
    expect(
      await within(tree).findByRole('treeitem', { name: 'shop, 3 repositories' }),
    ).toHaveProperty('ariaExpanded', 'false');
    for (const key of ['s', 'h']) fireEvent.keyDown(tree, { key });
    fireEvent.keyDown(tree, { key: 'ArrowRight' });
    expect(await within(tree).findByRole('treeitem', { name: 'checkout' })).toBeDefined();
    fireEvent.keyDown(tree, { key: 'ArrowDown' });
    fireEvent.keyDown(tree, { key: 'Enter' });
    expect(useSelection.getState()).toMatchObject({ registryId: 'harbor', repository: 'shop/api' });
  });

  it('counts "n of ?" while the catalog streams, then "n", and is usable meanwhile (trap 20)', async () => {
    const { fake } = showPane('big', { pageSize: 500, pageDelayMs: 20 });
    await screen.findByText(/of \?$/u);
    expect(screen.getAllByRole('treeitem').length).toBeGreaterThan(0);
    await screen.findAllByText('5,000');
    expect(fake.cancelled).toEqual([]);
  });

  it('renders only the rows in view of 5,000', async () => {
    showPane('big');
    await screen.findAllByText('5,000');
    fireEvent.change(screen.getByLabelText('Filter repositories'), {
      target: { value: 'service' },
    });
    await waitFor(() => expect(screen.getAllByRole('treeitem').length).toBeGreaterThan(10));
    expect(screen.getAllByRole('treeitem').length).toBeLessThan(120);
  });

  it('cancels the catalog when another registry is chosen', async () => {
    const { fake, unmount } = showPane('big', { pageSize: 10, pageDelayMs: 50 });
    await screen.findByText(/of \?$/u);
    unmount();
    expect(fake.cancelled).toEqual(['repository:list']);
  });

  it('filters, says how many are left, and Escape empties the filter', async () => {
    showPane('harbor');
    const field = await screen.findByLabelText('Filter repositories');
    await screen.findByRole('tree');
    fireEvent.change(field, { target: { value: 'mail' } });
    expect(await screen.findByText('2 of 23')).toBeDefined();
    expect(screen.getByRole('treeitem', { name: 'worker' })).toBeDefined();
    fireEvent.change(field, { target: { value: 'nothing-like-it' } });
    expect(await screen.findByText(/No repository holds/u)).toBeDefined();
    fireEvent.keyDown(field, { key: 'Escape' });
    expect(await screen.findByText('23')).toBeDefined();
  });

  it('offers to add by name where the catalog is closed (trap 23)', async () => {
    showPane('gitlab');
    const button = await screen.findByRole('button', { name: 'Add by name…' });
    expect(screen.getByText(/does not list its repositories/u)).toBeDefined();
    fireEvent.click(button);
    expect(useDialogs.getState().dialog).toEqual({ kind: 'add-repository', registryId: 'gitlab' });
  });

  it('says why a list could not be read, and reads it again', async () => {
    const { fake } = showPane('ecr');
    expect(await screen.findByText('Login not accepted')).toBeDefined();
    fake.set({ registries: fakeRegistries.filter(({ id }) => id !== 'ecr') });
    fireEvent.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await screen.findByRole('tree')).toBeDefined();
  });

  it('keeps what arrived when the list breaks off, and says so', async () => {
    renderInWindow(<RepositoryPane registry={rowOf('harbor')} />, {}, (fake) =>
      fake.scriptStream('repository:list', (_request, send) => {
        send({ kind: 'page', page: { repositories: ['team/a', 'team/b'] } });
        send({ kind: 'failed', error: errorOf('connection-lost', 'The connection broke.') });
        return undefined;
      }),
    );
    expect(await screen.findByRole('treeitem', { name: 'team, 2 repositories' })).toBeDefined();
    expect(await screen.findByText(/not complete: The connection broke/u)).toBeDefined();
    expect(screen.getByRole('button', { name: 'Read the list again' })).toBeDefined();
  });

  it('forgets a name that was added by hand, and only there', async () => {
    const { fake } = showPane('hub');
    const tree = await screen.findByRole('tree');
    fireEvent.keyDown(tree, { key: 'F10', shiftKey: true });
    fireEvent.click(await screen.findByRole('menuitem', { name: 'Forget this name' }));
    await waitFor(() => expect(fake.state().repositories['hub']).toEqual(['library/debian']));
    await waitFor(() => expect(screen.queryByRole('treeitem', { name: 'acme/shop' })).toBeNull());
  });
});

describe('adding a repository by name', () => {
  setUpWindow();
  const show = () =>
    renderInWindow(<AddRepositoryDialog registry={rowOf('hub')} onClose={() => undefined} />);

  it('asks the registry, keeps the name and opens it; a whole reference will do', async () => {
    const { fake } = show();
    const field = await screen.findByLabelText('Repository');
    fireEvent.change(field, { target: { value: 'docker.io/acme/new:1.2' } });
    fireEvent.click(screen.getByRole('button', { name: 'Add repository' }));
    await waitFor(() => expect(useSelection.getState().repository).toBe('acme/new'));
    expect(fake.recorded).toContainEqual({
      channel: 'repository:add',
      request: { registryId: 'hub', repository: 'acme/new' },
    });
  });

  it('says at the field that the registry has none of that name', async () => {
    show();
    fireEvent.change(await screen.findByLabelText('Repository'), {
      target: { value: 'missing/x' },
    });
    fireEvent.click(screen.getByRole('button', { name: 'Add repository' }));
    expect(await screen.findByText(/has no repository missing\/x/u)).toBeDefined();
  });

  it('does not ask for what cannot be a name', async () => {
    const { fake } = show();
    fireEvent.change(await screen.findByLabelText('Repository'), {
      target: { value: 'Not A Name' },
    });
    fireEvent.click(screen.getByRole('button', { name: 'Add repository' }));
    expect(await screen.findByText(/Lower-case letters/u)).toBeDefined();
    expect(fake.recorded.map(({ channel }) => channel)).not.toContain('repository:add');
  });
});
