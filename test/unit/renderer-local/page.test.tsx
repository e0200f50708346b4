// @vitest-environment jsdom
import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { failed } from '#contract/result';
import { fakeLocalView } from '#test/fake-local-rows';
import { errorOf, hostileText } from '#test/fake-rows';
import { useDialogs } from '#state/dialogs';
import { useSelection } from '#state/selection';
import { setUpWindow } from '../renderer/render-window';
import { card, localWith, press, requestsOf, showPage } from './show';

const running = fakeLocalView.state;
if (running.kind !== 'running') throw new Error('The fake is not running.');

describe('the page of the local registry', () => {
  setUpWindow();

  it('says where it is, what it holds and where the space goes', async () => {
    showPage();
    expect(await screen.findByRole('heading', { name: 'Local registry' })).toBeDefined();
    expect(screen.getByText('12 repositories, 141 tags')).toBeDefined();
    const table = await screen.findByRole('table', { name: 'Where the space goes' });
    const rows = within(table)
      .getAllByRole('row')
      .map((row) => row.textContent);
    expect(rows[1]).toContain('shop/api');
    expect(rows.join('|')).toContain('8 more repositories…');
    expect(rows.join('|')).toContain('No longer reachable');
    expect(screen.getByText('4.2 GB of 20 GB')).toBeDefined();
  });

  it('copies the address', async () => {
    const { fake } = showPage();
    await press('Copy the address');
    await waitFor(() =>
      expect(requestsOf(fake, 'app:copy-text')).toEqual([{ text: '127.0.0.1:5055' }]),
    );
  });

  it('is pinned on top of the registries, with a switch that stops and starts it', async () => {
    const { fake } = showPage();
    const rows = await screen.findAllByRole('listitem');
    expect(rows[0]?.textContent).toContain('Local');
    const toggle = await screen.findByRole<HTMLInputElement>('switch', { name: 'Local registry' });
    await waitFor(() => expect(toggle.checked).toBe(true));
    fireEvent.click(toggle);
    await waitFor(() => expect(toggle.checked).toBe(false));
    expect(requestsOf(fake, 'local:stop')).toHaveLength(1);
    expect(await screen.findByText(/listed while the registry runs/u)).toBeDefined();
    fireEvent.click(toggle);
    await waitFor(() => expect(toggle.checked).toBe(true));
    expect(requestsOf(fake, 'local:start')).toHaveLength(1);
  });

  it('can be neither edited nor removed by its menu', async () => {
    showPage();
    const row = await screen.findByRole('button', { name: /^Local/u, current: true });
    fireEvent.keyDown(row, { key: 'F10', shiftKey: true });
    expect(await screen.findByRole('menuitem', { name: 'Stop' })).toBeDefined();
    expect(screen.queryByRole('menuitem', { name: 'Edit…' })).toBeNull();
    expect(screen.queryByRole('menuitem', { name: 'Remove…' })).toBeNull();
  });

  it('leads to the page when something wants to edit the registry', async () => {
    showPage();
    await screen.findByRole('heading', { name: 'Local registry' });
    useSelection.setState({ repository: 'shop/api' });
    useDialogs.getState().openDialog({ kind: 'edit-registry', registryId: 'local' });
    await waitFor(() => expect(useSelection.getState().repository).toBeNull());
    expect(useDialogs.getState().dialog).toBeNull();
  });

  it.each([
    ['TLS', { tls: true }],
    ['Deletes allowed', { canDelete: false }],
    ['Read-only', { readOnly: true }],
    ['Starts with Tagboat', { startsWithApp: false }],
    ['Goes on in the tray', { staysInTray: true }],
  ])('changes %s', async (name, patch) => {
    const { fake } = showPage();
    const toggle = await screen.findByRole<HTMLInputElement>('switch', { name });
    const before = toggle.checked;
    fireEvent.click(toggle);
    await waitFor(() => expect(toggle.checked).toBe(!before));
    expect(requestsOf(fake, 'local:configure')).toEqual([patch]);
  });

  it('says why a setting was not taken and leaves the switch where it was', async () => {
    const message = 'The registry is shared on the network. Stop sharing it first.';
    const { fake } = showPage();
    fake.scriptCall('local:configure', () => failed(errorOf('input-invalid', message)));
    const toggle = await screen.findByRole<HTMLInputElement>('switch', { name: 'TLS' });
    fireEvent.click(toggle);
    expect(await screen.findByText(message)).toBeDefined();
    expect(toggle.checked).toBe(false);
  });

  it('names the users, who can reach it, and the way to trust its CA', async () => {
    showPage(
      localWith({
        users: ['ada', hostileText],
        settings: { ...fakeLocalView.settings, reach: 'network', tls: true },
      }),
    );
    const access = await card('Access');
    expect(access.getByText('the network')).toBeDefined();
    expect(access.getByText(/^ada, <img/u).textContent).not.toContain('\u202e');
    fireEvent.click(access.getByRole('button', { name: 'Trust the CA' }));
    expect(useDialogs.getState().dialog).toEqual({ kind: 'local', name: 'trust' });
  });

  it('shows no token of a webhook', async () => {
    showPage(
      localWith({
        settings: { ...fakeLocalView.settings, webhookUrl: 'https://ci.example/hook?token=s3cret' },
      }),
    );
    const part = await card('Running');
    expect(part.getByText('ci.example')).toBeDefined();
    expect(document.body.textContent).not.toContain('s3cret');
  });
});

describe('the states of the local registry', () => {
  setUpWindow();

  it('says why it failed and starts it again', async () => {
    const error = errorOf('storage-failed', 'The disk of /data is full. Free some space.');
    const { fake } = showPage(
      localWith({ state: { kind: 'failed', error, failedAt: new Date().toISOString() } }),
    );
    expect(await screen.findByText(error.message)).toBeDefined();
    await press('Start again');
    await waitFor(() => expect(requestsOf(fake, 'local:start')).toHaveLength(1));
    await waitFor(() => expect(screen.queryByText(error.message)).toBeNull());
  });

  it('offers another port where the port is the reason', async () => {
    const error = errorOf('input-invalid', 'No port is free.', { field: 'port' });
    showPage(localWith({ state: { kind: 'failed', error, failedAt: new Date().toISOString() } }));
    await press('Change the port…');
    expect(useDialogs.getState().dialog).toEqual({ kind: 'local', name: 'port' });
  });

  it('says since when it is silent and restarts it', async () => {
    const { fake } = showPage(
      localWith({ state: { ...running, silentSince: new Date().toISOString() } }),
    );
    expect(await screen.findByText('The local registry does not answer')).toBeDefined();
    await press('Restart it');
    await waitFor(() => expect(requestsOf(fake, 'local:start')).toHaveLength(1));
    expect(requestsOf(fake, 'local:stop')).toHaveLength(1);
  });

  it('shows the page in the place of the tags while it is off, and the tags again when it runs', async () => {
    const { fake } = showPage();
    await screen.findByRole('heading', { name: 'Local registry' });
    useSelection.getState().selectRepository('local', 'shop/api');
    expect(await screen.findByRole('heading', { name: 'shop/api' })).toBeDefined();
    fake.set(localWith({ state: { kind: 'off' } }));
    expect(await screen.findByRole('heading', { name: 'Local registry' })).toBeDefined();
    fake.set(localWith({}));
    expect(await screen.findByRole('heading', { name: 'shop/api' })).toBeDefined();
  });

  it('says which port it took instead of a taken one', async () => {
    showPage(
      localWith({ host: '127.0.0.1:5056', takenPort: { port: 5055, holder: 'docker-proxy' } }),
    );
    expect(await screen.findByText('Port 5055 is taken by docker-proxy')).toBeDefined();
  });

  it.each([
    ['near-limit', 'The storage limit is near', 'Change the limit…', 'limit'],
    ['over-limit', 'The storage limit is reached', 'Change the limit…', 'limit'],
    ['disk-nearly-full', 'The disk is nearly full', 'Move the folder…', 'folder'],
    ['disk-full', 'The disk is full', 'Move the folder…', 'folder'],
  ] as const)(
    'warns when it is %s, with what to do a click away',
    async (space, title, label, name) => {
      showPage(localWith({ space }));
      expect(await screen.findByText(title)).toBeDefined();
      await press('Biggest repositories…');
      expect(useDialogs.getState().dialog).toEqual({ kind: 'local', name: 'repositories' });
      useDialogs.getState().closeDialog();
      await press('Collect garbage…');
      expect(useDialogs.getState().dialog).toEqual({ kind: 'local', name: 'collect' });
      useDialogs.getState().closeDialog();
      await press(label);
      expect(useDialogs.getState().dialog).toEqual({ kind: 'local', name });
    },
  );

  it('offers sample images while it is empty, shows how far they are, and can be stopped', async () => {
    const { fake } = showPage(localWith({ repositoryCount: 0, tagCount: 0 }), (fake) =>
      fake.scriptStream('local:add-samples', (_request, send) => {
        const page = { completed: 3, total: 22, unit: 'steps', step: 'Pushing hello' } as const;
        setTimeout(() => send({ kind: 'page', page }), 0);
        return undefined;
      }),
    );
    await press('Add sample images');
    expect(await screen.findByText('Pushing hello: 3 of 22 steps')).toBeDefined();
    // They are no longer none, and the rest is still on its way.
    fake.set(localWith({ repositoryCount: 1, tagCount: 2 }));
    const part = await card('Adding sample images');
    fireEvent.click(part.getByRole('button', { name: 'Stop' }));
    await waitFor(() => expect(fake.cancelled).toContain('local:add-samples'));
    await waitFor(() => expect(screen.queryByText('Adding sample images')).toBeNull());
  });

  it('says why sample images could not be added', async () => {
    const { fake } = showPage(localWith({ repositoryCount: 0, tagCount: 0 }));
    const error = errorOf('denied', 'The local registry is read-only. Allow pushes first.');
    fake.scriptStream('local:add-samples', (_request, send) => {
      setTimeout(() => send({ kind: 'failed', error }), 0);
      return undefined;
    });
    await press('Add sample images');
    expect(await screen.findByText(error.message)).toBeDefined();
  });

  it('does not offer to collect garbage while it is off, and says why', async () => {
    showPage(localWith({ state: { kind: 'off' } }));
    const button = await screen.findByRole('button', { name: 'Preview garbage collection' });
    expect(button.getAttribute('aria-disabled')).toBe('true');
    fireEvent.click(button);
    expect(useDialogs.getState().dialog).toBeNull();
  });
});
