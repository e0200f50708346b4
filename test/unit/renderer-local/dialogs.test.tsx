// @vitest-environment jsdom
import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { failed, ok } from '#contract/result';
import {
  fakeCheck,
  fakeCollection,
  fakeLocalView,
  fakeSpace,
  pickedPlace,
} from '#test/fake-local-rows';
import { errorOf, hostileText } from '#test/fake-rows';
import { useDialogs } from '#state/dialogs';
import { useSelection } from '#state/selection';
import { setUpWindow } from '../renderer/render-window';
import { localWith, press, requestsOf, showDialog, type } from './show';

const isClosed = async (): Promise<void> =>
  waitFor(() => expect(useDialogs.getState().dialog).toBeNull());

describe('garbage collection', () => {
  setUpWindow();

  it('shows what goes and what comes back, and deletes only when the button is pressed', async () => {
    const { fake } = showDialog('collect');
    const table = await screen.findByRole('table', { name: 'What garbage collection deletes' });
    expect(within(table).getAllByRole('row')).toHaveLength(1 + 15);
    expect(screen.getByText('412 MB')).toBeDefined();
    expect(requestsOf(fake, 'local:collect')).toEqual([{ preview: true }]);
    await press('Delete 3 manifests, 12 blobs, 1 upload, free 412 MB');
    expect(await screen.findByText('412 MB came back in 812 ms')).toBeDefined();
    expect(requestsOf(fake, 'local:collect')).toEqual([{ preview: true }, { preview: false }]);
    await press('Done');
    await isClosed();
  });

  it('says so when there is nothing to collect', async () => {
    showDialog('collect', {}, (fake) =>
      fake.scriptStream('local:collect', (_request, send) => {
        const value = {
          ...fakeCollection,
          manifests: [],
          blobs: [],
          manifestCount: 0,
          blobCount: 0,
          uploadCount: 0,
          freedBytes: 0,
        };
        setTimeout(() => send({ kind: 'end', value }), 0);
        return undefined;
      }),
    );
    expect(await screen.findByText('Nothing to collect')).toBeDefined();
    expect(screen.queryByRole('button', { name: /^Delete/u })).toBeNull();
  });

  it('counts what the bounded list leaves out', async () => {
    showDialog('collect', {}, (fake) =>
      fake.scriptStream('local:collect', (_request, send) => {
        const value = { ...fakeCollection, blobCount: 20_012 };
        setTimeout(() => send({ kind: 'end', value }), 0);
        return undefined;
      }),
    );
    expect(await screen.findByText('20,000 more are not listed and go too.')).toBeDefined();
  });

  it('can be stopped, and looks again at what is left', async () => {
    const { fake } = showDialog('collect');
    await screen.findByRole('table');
    fake.scriptStream('local:collect', () => undefined);
    await press(/^Delete/u);
    await press('Stop');
    await waitFor(() => expect(fake.cancelled).toContain('local:collect'));
    expect(requestsOf(fake, 'local:collect').at(-1)).toEqual({ preview: true });
  });

  it('says why it failed', async () => {
    const error = errorOf('storage-failed', 'A blob cannot be deleted. Correct the rights.');
    showDialog('collect', {}, (fake) =>
      fake.scriptStream('local:collect', (_request, send) => {
        setTimeout(() => send({ kind: 'failed', error }), 0);
        return undefined;
      }),
    );
    expect(await screen.findByText(error.message)).toBeDefined();
  });
});

describe('looking after the storage', () => {
  setUpWindow();

  it('checks deeply when that is chosen, and shows each problem as text', async () => {
    const { fake } = showDialog('check', {}, (fake) =>
      fake.scriptStream('local:check', ({ deep }, send) => {
        const problem = {
          severity: 'problem',
          message: hostileText,
          path: 'blobs/x',
          repository: 'shop/api',
          tag: 'dev',
        } as const;
        const value = { ...fakeCheck, isDeep: deep, problems: [problem], problemCount: 7 };
        setTimeout(() => send({ kind: 'end', value }), 0);
        return undefined;
      }),
    );
    fireEvent.click(await screen.findByRole('radio', { name: /^Deep/u }));
    await press('Check');
    expect(await screen.findByText('7 problems found in 1.2 s')).toBeDefined();
    expect(requestsOf(fake, 'local:check')).toEqual([{ deep: true }]);
    expect(screen.getByText('6 more are not listed.')).toBeDefined();
    expect(screen.getByRole('table').textContent).not.toContain('\u202e');
    await press('Copy the report');
    await waitFor(() =>
      expect(requestsOf(fake, 'app:copy-text')[0]).toMatchObject({
        text: expect.stringContaining('shop/api:dev; blobs/x') as string,
      }),
    );
  });

  it('backs up to a chosen place, with progress', async () => {
    const { fake } = showDialog('back-up');
    const start = await screen.findByRole('button', { name: 'Back up' });
    expect(start.getAttribute('aria-disabled')).toBe('true');
    fireEvent.click(screen.getByRole('radio', { name: 'Archive (.tar)' }));
    await press('Choose the archive');
    expect(await screen.findByText('/media/backup/tagboat')).toBeDefined();
    await press('Back up');
    expect(await screen.findByText('Backed up 4.2 GB')).toBeDefined();
    expect(requestsOf(fake, 'local:pick-place')).toEqual([{ purpose: 'backup-archive' }]);
    expect(requestsOf(fake, 'local:back-up')).toEqual([{ place: pickedPlace().place }]);
  });

  it('restores after it said what happens, and where the old content is', async () => {
    showDialog('restore');
    expect(await screen.findByText(/is kept in a folder beside it/u)).toBeDefined();
    await press('Choose the folder');
    await screen.findByText('/media/backup/tagboat');
    await press('Check and replace the content');
    expect(await screen.findByText('The backup is in place')).toBeDefined();
    expect(screen.getByText('/home/ada/.local/share/tagboat/registry-before')).toBeDefined();
  });

  it('does not move where the content does not fit', async () => {
    const { fake } = showDialog('folder', {}, (fake) =>
      fake.scriptCall('local:pick-place', () => ok(pickedPlace({ freeBytes: 1_000_000 }))),
    );
    await press('Choose the new folder');
    expect(await screen.findByText('4.2 GB do not fit: 1.0 MB are free there.')).toBeDefined();
    await press('Move');
    expect(requestsOf(fake, 'local:change-folder')).toEqual([]);
    // Beginning empty needs no room.
    fireEvent.click(screen.getByRole('radio', { name: /^Begin empty/u }));
    await press('Use this folder');
    await screen.findByText('The registry serves the new folder');
    expect(requestsOf(fake, 'local:change-folder')).toEqual([
      { place: pickedPlace().place, how: 'use' },
    ]);
  });

  it('serves a folder that holds a registry, and never moves into it', async () => {
    const { fake } = showDialog('folder', {}, (fake) =>
      fake.scriptCall('local:pick-place', () =>
        ok(pickedPlace({ isEmpty: false, holdsRegistry: true })),
      ),
    );
    await press('Choose the new folder');
    const move = await screen.findByRole<HTMLInputElement>('radio', { name: /^Take the content/u });
    expect(move.disabled).toBe(true);
    await press('Use this folder');
    await screen.findByText('The registry serves the new folder');
    expect(requestsOf(fake, 'local:change-folder')).toEqual([
      { place: pickedPlace().place, how: 'use' },
    ]);
  });

  it('lists thousands of repositories by size, draws those in view, and leads to one', async () => {
    const repositories = Array.from({ length: 4000 }, (_, at) => ({
      name: `team/service-${at}`,
      tagCount: 1,
      uniqueBytes: at * 1000,
      sharedBytes: 0,
    }));
    showDialog('repositories', { localSpace: { ...fakeSpace, repositories } });
    const table = await screen.findByRole('table', { name: 'Repositories by size' });
    const rows = within(table).getAllByRole('row');
    expect(rows[1]?.textContent).toContain('team/service-3999');
    expect(rows.length).toBeLessThan(80);
    await press('team/service-3999');
    expect(useSelection.getState()).toMatchObject({
      registryId: 'local',
      repository: 'team/service-3999',
    });
    await isClosed();
  });
});

describe('settings of the local registry', () => {
  setUpWindow();

  it('takes no port that is none, and asks nobody then', async () => {
    const { fake } = showDialog('port');
    await type('Port', '5000');
    await press('Save');
    expect(
      await screen.findByText('On macOS AirPlay sits on 5000. Take another one.'),
    ).toBeDefined();
    expect(requestsOf(fake, 'local:configure')).toEqual([]);
    await type('Port', '5057');
    await press('Save');
    await isClosed();
    expect(requestsOf(fake, 'local:configure')).toEqual([{ port: 5057 }]);
  });

  it('shows at the field what main found wrong with it, and stays open', async () => {
    const message = 'Port 8080 is taken by nginx. Choose another one.';
    const { fake } = showDialog('port');
    fake.scriptCall('local:configure', () => failed(errorOf('input-invalid', message)));
    await type('Port', '8080');
    await press('Save');
    expect(await screen.findByText(message)).toBeDefined();
    expect(screen.getByRole('textbox', { name: 'Port' }).getAttribute('aria-invalid')).toBe('true');
    expect(useDialogs.getState().dialog).not.toBeNull();
  });

  it('sets and lifts the limit', async () => {
    const { fake } = showDialog('limit');
    await type('At most', '1,5');
    await press('Save');
    await isClosed();
    useDialogs.getState().openDialog({ kind: 'local', name: 'limit' });
    fireEvent.click(await screen.findByRole('radio', { name: 'As much as the disk has' }));
    await press('Save');
    await isClosed();
    expect(requestsOf(fake, 'local:configure')).toEqual([
      { limitBytes: 1_500_000_000 },
      { limitBytes: null },
    ]);
  });

  it('adds a user only with a name and a password that can be used, and forgets both after', async () => {
    const { fake } = showDialog('users');
    await type('User name', 'a b');
    await press('Add user');
    expect(await screen.findByText('A name has no spaces and no colon.')).toBeDefined();
    await type('User name', 'ada');
    await type('Password', 'correct horse');
    await press('Add user');
    expect(await screen.findByRole('button', { name: 'Remove ada' })).toBeDefined();
    expect(requestsOf(fake, 'local:add-user')).toEqual([
      { name: 'ada', password: 'correct horse' },
    ]);
    expect(screen.getByLabelText<HTMLInputElement>('Password').value).toBe('');
    await press('Remove ada');
    await waitFor(() => expect(screen.queryByRole('button', { name: 'Remove ada' })).toBeNull());
    expect(requestsOf(fake, 'local:remove-user')).toEqual([{ name: 'ada' }]);
  });

  it('says why a user cannot be removed', async () => {
    const message = 'The registry is shared on the network and needs a user. Stop sharing first.';
    const { fake } = showDialog('users', localWith({ users: ['ada'] }));
    fake.scriptCall('local:remove-user', () => failed(errorOf('input-invalid', message)));
    await press('Remove ada');
    expect(await screen.findByText(message)).toBeDefined();
    expect(screen.getByRole('button', { name: 'Remove ada' })).toBeDefined();
  });

  it('shares only after it said what it exposes, with a user and TLS', async () => {
    const { fake } = showDialog('share');
    expect(await screen.findByText(/Everyone in the networks/u)).toBeDefined();
    expect(screen.getByText('ada-laptop.lan:5055')).toBeDefined();
    await press('Share on the network');
    expect(requestsOf(fake, 'local:configure')).toEqual([]);
    await type('User name', 'ada');
    await type('Password', 'correct horse');
    await press('Add user');
    await waitFor(() => expect(screen.queryByLabelText('User name')).toBeNull());
    await press('Turn on TLS');
    await waitFor(() =>
      expect(
        screen.getByRole('button', { name: 'Share on the network' }).getAttribute('aria-disabled'),
      ).toBeNull(),
    );
    await press('Share on the network');
    expect(await screen.findByText('Shared on the network')).toBeDefined();
    expect(requestsOf(fake, 'local:configure')).toEqual([{ tls: true }, { reach: 'network' }]);
    await press('Stop sharing');
    await waitFor(() =>
      expect(requestsOf(fake, 'local:configure').at(-1)).toEqual({ reach: 'this-computer' }),
    );
  });

  it('adds names to the certificate', async () => {
    const { fake } = showDialog(
      'trust',
      localWith({ settings: { ...fakeLocalView.settings, tls: true, hostNames: ['old.lan'] } }),
    );
    await type('Another name for the certificate', 'no good');
    await press('Add name');
    expect(await screen.findByText(/letters, digits, dots/u)).toBeDefined();
    await type('Another name for the certificate', 'registry.lan');
    await press('Add name');
    await screen.findByRole('button', { name: 'Remove registry.lan from the certificate' });
    await press('Remove old.lan from the certificate');
    await waitFor(() =>
      expect(requestsOf(fake, 'local:configure')).toEqual([
        { hostNames: ['old.lan', 'registry.lan'] },
        { hostNames: ['registry.lan'] },
      ]),
    );
  });
});

describe('the ways out', () => {
  setUpWindow();

  it('shows the steps to trust the CA per system, each to be copied as it is', async () => {
    const { fake } = showDialog('trust');
    fireEvent.click(await screen.findByRole('tab', { name: 'Linux' }));
    await press('Copy the change: Or let one program know it');
    await waitFor(() =>
      expect(requestsOf(fake, 'app:copy-text')[0]).toMatchObject({
        text: expect.stringContaining('+export SSL_CERT_FILE') as string,
      }),
    );
    expect(screen.getByText(/^B0:B1/u)).toBeDefined();
  });

  it('gives each tool its own address, and tests the engine that is found step by step', async () => {
    const { fake } = showDialog('use-from');
    fireEvent.click(await screen.findByRole('tab', { name: 'kind' }));
    expect(await screen.findByText('172.18.0.1:5055')).toBeDefined();
    expect(screen.getByText(/No socket of this engine/u)).toBeDefined();
    fireEvent.click(screen.getByRole('tab', { name: 'Podman' }));
    await press('Test it');
    expect(await screen.findByText('Podman 5.2.3 can pull from it.')).toBeDefined();
    expect(screen.getByText('It reaches 127.0.0.1:5055.')).toBeDefined();
    expect(requestsOf(fake, 'local:test-engine')).toEqual([{ target: 'podman' }]);
  });

  it('cannot test while the registry is off', async () => {
    showDialog('use-from', localWith({ state: { kind: 'off' } }));
    fireEvent.click(await screen.findByRole('tab', { name: 'Podman' }));
    expect(screen.queryByRole('button', { name: 'Test it' })).toBeNull();
    expect(screen.getByText('The local registry is not running.')).toBeDefined();
  });

  it('previews the folder of a graduation, shows no secret, and writes it', async () => {
    const { fake } = showDialog('graduate');
    expect(await screen.findByText('compose.yaml', { selector: 'summary code' })).toBeDefined();
    expect(screen.queryByText('htpasswd', { selector: 'summary code' })).toBeNull();
    fireEvent.click(screen.getByRole('radio', { name: 'S3' }));
    const isRefused = (): string | null =>
      screen.getByRole('button', { name: 'Choose a folder…' }).getAttribute('aria-disabled');
    await waitFor(() => expect(isRefused()).toBe('true'));
    await type('Bucket', 'acme-registry');
    await waitFor(() => expect(isRefused()).toBeNull());
    await press('Choose a folder…');
    await press('Write the folder');
    expect(await screen.findByText('The folder is written')).toBeDefined();
    expect(screen.getByText('docker compose up --detach')).toBeDefined();
    expect(requestsOf(fake, 'local:graduate')).toEqual([
      {
        place: pickedPlace().place,
        input: {
          release: 'registry:3',
          storage: { kind: 's3', region: 'us-east-1', bucket: 'acme-registry' },
          port: 5055,
          hostName: 'localhost',
        },
      },
    ]);
  });
});
