// @vitest-environment jsdom
import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it, vi } from 'vitest';
import type { CheckReport, RegistryInput } from '#contract/registry';
import type { ContractError } from '#contract/result';
import type { FakeApi } from '#test/fake-api';
import { certificates, errorOf, fakeRegistries, hostileText, untrusted } from '#test/fake-rows';
import { useSelection } from '#state/selection';
import { RegistryDialog } from '../../../src/renderer/src/features/registries/dialog/RegistryDialog';
import { RemoveRegistryDialog } from '../../../src/renderer/src/features/registries/RemoveRegistryDialog';
import { renderInWindow, setUpWindow } from './render-window';

const harbor = fakeRegistries[0];
if (harbor === undefined) throw new Error('The fake registries are empty.');

const reportOf = (error?: ContractError): CheckReport => ({
  origin: 'https://registry.lan',
  host: 'registry.lan',
  passed: error === undefined,
  anonymous: true,
  product: '',
  catalog: 'open',
  durationMs: 12,
  certificates: [],
  ...(error === undefined ? {} : { error }),
});

const failCheck = (error: ContractError) => (fake: FakeApi) =>
  fake.scriptStream('registry:check', ({ input }, send) => {
    const isHelped =
      (input.trustedFingerprints?.length ?? 0) > 0 ||
      input.plainHttp === true ||
      (input.approvedRealmHosts?.length ?? 0) > 0;
    send({ kind: 'end', value: reportOf(isHelped ? undefined : error) });
    return undefined;
  });

const inputsOf = (fake: FakeApi, channel: string): readonly RegistryInput[] =>
  fake.recorded.flatMap((one) =>
    one.channel === channel ? [(one.request as { input: RegistryInput }).input] : [],
  );

const typeAddress = async (address: string, key = 'Enter'): Promise<HTMLElement> => {
  const field = await screen.findByLabelText('Address');
  fireEvent.change(field, { target: { value: address } });
  fireEvent.keyDown(field, { key });
  return field;
};

const showAdd = (prepare?: (fake: FakeApi) => void) => {
  const onClose = vi.fn<() => void>();
  return { ...renderInWindow(<RegistryDialog onClose={onClose} />, {}, prepare), onClose };
};

describe('adding a registry', () => {
  setUpWindow();

  it('shows each step of the check as it happens, and adds what was checked', async () => {
    const { fake, onClose } = showAdd();
    await typeAddress('registry.lan');
    expect(await screen.findByText('It speaks the registry API.')).toBeDefined();
    expect(await screen.findByText(/answered everything in 42 ms/u)).toBeDefined();
    fireEvent.click(screen.getByRole('button', { name: 'Add registry' }));
    await waitFor(() => expect(onClose).toHaveBeenCalledOnce());
    expect(inputsOf(fake, 'registry:add')).toEqual([
      {
        address: 'registry.lan',
        plainHttp: false,
        login: { kind: 'none' },
        ca: null,
        clientCertificate: null,
        trustedFingerprints: [],
        approvedRealmHosts: [],
      },
    ]);
    expect(useSelection.getState().registryId).toBe(fake.state().registries.at(-1)?.id);
  });

  it('checks a while after the address is left, once', async () => {
    const { fake } = showAdd();
    const field = await typeAddress('registry.lan', 'a');
    fireEvent.blur(field);
    fireEvent.blur(field);
    await screen.findByText('It lists its repositories.');
    expect(inputsOf(fake, 'registry:check')).toHaveLength(1);
    fireEvent.blur(field);
    await new Promise((resolve) => setTimeout(resolve, 320));
    expect(inputsOf(fake, 'registry:check')).toHaveLength(1);
  });

  it('shows the chain of an untrusted certificate and trusts it by its fingerprint (trap 23)', async () => {
    const { fake } = showAdd(failCheck(untrusted));
    await typeAddress('registry.lan');
    expect(await screen.findByRole('heading', { name: 'Certificate not trusted' })).toBeDefined();
    const leaf = certificates[0]?.fingerprintSha256 ?? '';
    expect(screen.getByText(leaf)).toBeDefined();
    fireEvent.click(screen.getByRole('button', { name: 'Trust this certificate' }));
    await waitFor(() => expect(screen.queryByText('Certificate not trusted')).toBeNull());
    expect(inputsOf(fake, 'registry:check').at(-1)?.trustedFingerprints).toEqual([leaf]);
  });

  it('offers no trust for a certificate of another host', async () => {
    const error = errorOf('tls-host-mismatch', 'It is for another host.', { certificates });
    showAdd(failCheck(error));
    await typeAddress('registry.lan');
    expect(
      await screen.findByRole('heading', { name: 'Certificate is for another host' }),
    ).toBeDefined();
    expect(screen.queryByRole('button', { name: 'Trust this certificate' })).toBeNull();
  });

  it('asks before a password goes to a login host of another owner (trap 25)', async () => {
    const error = errorOf('realm-refused', 'It wants a login elsewhere.', {
      realmHost: 'auth.elsewhere.example',
    });
    const { fake } = showAdd(failCheck(error));
    await typeAddress('registry.lan');
    fireEvent.click(await screen.findByRole('button', { name: 'Approve the login host…' }));
    await waitFor(() =>
      expect(inputsOf(fake, 'registry:check').at(-1)?.approvedRealmHosts).toEqual([
        'auth.elsewhere.example',
      ]),
    );
    expect(await screen.findByText('Approved login hosts')).toBeDefined();
  });

  it('offers plain HTTP only when the failure says so', async () => {
    const { fake } = showAdd(failCheck(errorOf('tls-not-offered', 'No TLS on that port.')));
    await typeAddress('registry.lan:5000');
    fireEvent.click(await screen.findByRole('button', { name: 'Use plain HTTP…' }));
    await waitFor(() => expect(inputsOf(fake, 'registry:check').at(-1)?.plainHttp).toBe(true));
  });

  it('can be added although the check failed', async () => {
    const { fake } = showAdd(failCheck(errorOf('connection-refused', 'Nothing listens there.')));
    await typeAddress('registry.lan');
    fireEvent.click(await screen.findByRole('button', { name: 'Add anyway' }));
    await waitFor(() => expect(inputsOf(fake, 'registry:add')).toHaveLength(1));
  });

  it('sends the password to main and asks for both halves of a login', async () => {
    const { fake } = showAdd();
    await typeAddress('registry.lan');
    fireEvent.click(screen.getByRole('radio', { name: /User name and password/u }));
    fireEvent.change(await screen.findByLabelText('User name'), { target: { value: 'ci' } });
    fireEvent.click(screen.getByRole('button', { name: 'Add registry' }));
    expect(await screen.findByText('Write the password or token.')).toBeDefined();
    expect(inputsOf(fake, 'registry:add')).toEqual([]);
    fireEvent.change(screen.getByLabelText('Password or token'), { target: { value: 's3cret' } });
    fireEvent.click(screen.getByRole('button', { name: 'Add registry' }));
    await waitFor(() =>
      expect(inputsOf(fake, 'registry:add')[0]?.login).toEqual({
        kind: 'password',
        username: 'ci',
        secret: 's3cret',
      }),
    );
  });

  it('offers the login that docker already has', async () => {
    const { fake } = showAdd((one) =>
      one.set({
        logins: [
          { source: 'docker-config', username: 'acme', kind: 'password', where: 'docker config' },
        ],
      }),
    );
    await typeAddress('docker.io');
    const choice = await screen.findByRole('radio', { name: /login that docker already has/u });
    expect(screen.getByText('acme, in docker config')).toBeDefined();
    fireEvent.click(choice);
    await waitFor(() =>
      expect(inputsOf(fake, 'registry:check').at(-1)?.login).toEqual({
        kind: 'found',
        source: 'docker-config',
      }),
    );
  });

  it('cancels a check that stalls when the dialog closes', async () => {
    const { fake, unmount } = showAdd((one) =>
      one.scriptStream('registry:check', (_request, send) => {
        send({ kind: 'page', page: { step: 'connect', state: 'running', message: 'Connecting' } });
        return undefined;
      }),
    );
    await typeAddress('registry.lan');
    expect(await screen.findByRole('button', { name: 'Stop checking' })).toBeDefined();
    unmount();
    expect(fake.cancelled).toEqual(['registry:check']);
  });

  it('shows what main found wrong at its field', async () => {
    showAdd((one) =>
      one.scriptCall('registry:add', () => ({
        ok: false,
        error: errorOf('already-exists', 'This registry is in the list.', { field: 'address' }),
      })),
    );
    await typeAddress('registry.lan');
    fireEvent.click(await screen.findByRole('button', { name: 'Add registry' }));
    expect(await screen.findByText('This registry is in the list.')).toBeDefined();
    expect(screen.getByLabelText('Address').getAttribute('aria-invalid')).toBe('true');
  });

  it('shows the registry’s own words as text, with hidden characters made visible', async () => {
    const error = errorOf('denied', 'Not allowed.', { status: 403, registryMessage: hostileText });
    showAdd(failCheck(error));
    await typeAddress('registry.lan');
    fireEvent.click(await screen.findByText('Details'));
    const words = screen.getByText(/onerror=alert/u);
    expect(words.textContent).toContain('\\u202e');
    expect(words.querySelector('img')).toBeNull();
  });
});

describe('editing a registry', () => {
  setUpWindow();

  it('keeps the stored password without ever showing it', async () => {
    const { fake } = renderInWindow(<RegistryDialog registry={harbor} onClose={() => undefined} />);
    expect(await screen.findByRole('radio', { name: /Keep the stored password/u })).toHaveProperty(
      'checked',
      true,
    );
    fireEvent.change(screen.getByLabelText('Name'), { target: { value: 'Corp' } });
    fireEvent.click(screen.getByRole('button', { name: 'Save changes' }));
    await waitFor(() => expect(inputsOf(fake, 'registry:update')).toHaveLength(1));
    expect(inputsOf(fake, 'registry:update')[0]).toMatchObject({
      name: 'Corp',
      login: { kind: 'keep' },
    });
  });

  it('says what goes with a registry and what does not', async () => {
    const onClose = vi.fn<() => void>();
    const { fake } = renderInWindow(<RemoveRegistryDialog registry={harbor} onClose={onClose} />);
    const dialog = await screen.findByRole('dialog');
    expect(
      within(dialog).getByText(/stored login of ci-bot is deleted from the OS keychain/u),
    ).toBeDefined();
    expect(within(dialog).getByText(/Nothing changes on harbor.corp.example/u)).toBeDefined();
    fireEvent.click(within(dialog).getByRole('button', { name: 'Remove registry' }));
    await waitFor(() => expect(onClose).toHaveBeenCalledOnce());
    expect(fake.state().registries.map(({ id }) => id)).not.toContain('harbor');
  });
});
