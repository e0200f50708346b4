// @vitest-environment jsdom
import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import type { FakeApi } from '#test/fake-api';
import { fakeAbilities } from '#test/fake-changes';
import { errorOf, fakeRegistries, hostileText } from '#test/fake-rows';
import { useDialogs } from '#state/dialogs';
import { failed } from '#contract/result';
import { Dialogs } from '../../../src/renderer/src/app/Dialogs';
import { type RenderedWindow, renderInWindow, setUpWindow } from '../renderer/render-window';

const unreachable = errorOf('connection-refused', 'harbor.corp.example refused the connection.');

const openCard = (
  prepare?: (fake: FakeApi) => void,
  over: Parameters<typeof renderInWindow>[1] = {},
): RenderedWindow => {
  useDialogs.setState({
    dialog: { kind: 'capabilities', registryId: 'harbor', repository: 'shop/api' },
  });
  return renderInWindow(<Dialogs />, over, prepare);
};

const lineOf = async (name: string): Promise<HTMLElement> => {
  const head = await screen.findByRole('rowheader', { name: new RegExp(`^${name}`, 'u') });
  const line = head.closest('tr');
  if (line === null) throw new Error(`${name} stands in no row.`);
  return line;
};

const failing = (fake: FakeApi): void =>
  fake.scriptStream('change:abilities', (_request, send) => {
    setTimeout(() => send({ kind: 'failed', error: unreachable }), 0);
    return undefined;
  });

const asked = (fake: FakeApi): readonly unknown[] =>
  fake.recorded
    .filter(({ channel }) => channel === 'change:abilities')
    .map(({ request }) => request);

describe('the capability card', () => {
  setUpWindow();

  it('says each ability in words, with how it is known and the setting, which can be copied', async () => {
    const { fake } = openCard();
    const line = await lineOf('Delete by digest');
    expect(await within(line).findByText('no')).toBeDefined();
    expect(within(line).getByText(/405/u)).toBeDefined();
    expect(within(line).getByText('Asked just now; nothing was changed')).toBeDefined();
    fireEvent.click(
      within(line).getByRole('button', { name: 'Copy storage.delete.enabled: true' }),
    );
    await waitFor(() =>
      expect(fake.recorded).toContainEqual({
        channel: 'app:copy-text',
        request: { text: 'storage.delete.enabled: true' },
      }),
    );
    expect(within(await lineOf('Push')).getByText('yes')).toBeDefined();
    const mount = await lineOf('Mount');
    expect(within(mount).getByText('unknown yet')).toBeDefined();
    expect(within(mount).getByText('Not asked yet')).toBeDefined();
  });

  it('has a word for each way of knowing, and shows hostile words as text', async () => {
    openCard((fake) =>
      fake.scriptStream('change:abilities', (_request, send) => {
        const value = {
          readOnly: 'no',
          abilities: [
            { ability: 'catalog', answer: 'yes', how: 'documented' },
            { ability: 'push', answer: 'yes', how: 'seen' },
            { ability: 'deleteByTag', answer: 'no', how: 'refused-just-now', detail: hostileText },
          ],
        } as const;
        setTimeout(() => send({ kind: 'end', value }), 0);
        return undefined;
      }),
    );
    expect(await screen.findByText('Documented')).toBeDefined();
    expect(screen.getByText('Seen while working')).toBeDefined();
    expect(screen.getByText('Refused just now')).toBeDefined();
    expect(screen.getByText(/onerror=alert/u).textContent).not.toContain('\u202e');
    // What main does not tell is not known.
    expect(within(await lineOf('Range')).getByText('unknown yet')).toBeDefined();
  });

  it('shows the lines while it waits, and stops asking when it is left', async () => {
    const { fake } = openCard((fake) => fake.scriptStream('change:abilities', () => undefined));
    const table = await screen.findByRole('table');
    expect(table.getAttribute('aria-busy')).toBe('true');
    expect(within(table).getAllByRole('rowheader')).toHaveLength(7);
    fireEvent.click(screen.getByRole('button', { name: 'Done' }));
    await waitFor(() => expect(fake.cancelled).toContain('change:abilities'));
  });

  it('says why nothing is known and asks again', async () => {
    const { fake } = openCard(failing);
    expect(await screen.findByText(unreachable.message)).toBeDefined();
    expect(screen.queryByRole('table')).toBeNull();
    fake.scriptStream('change:abilities', (_request, send) => {
      setTimeout(() => send({ kind: 'end', value: fakeAbilities }), 0);
      return undefined;
    });
    fireEvent.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await within(await lineOf('Push')).findByText('yes')).toBeDefined();
    expect(screen.queryByText(unreachable.message)).toBeNull();
    expect(asked(fake).at(-1)).toEqual({
      registryId: 'harbor',
      repository: 'shop/api',
      again: true,
    });
  });

  it('asks again with progress, keeps the answers meanwhile, and can be stopped', async () => {
    const { fake } = openCard();
    await within(await lineOf('Push')).findByText('yes');
    fake.scriptStream('change:abilities', () => undefined);
    fireEvent.click(await screen.findByRole('button', { name: 'Ask again' }));
    expect(await screen.findByRole('progressbar')).toBeDefined();
    expect(within(await lineOf('Push')).getByText('yes')).toBeDefined();
    expect(asked(fake).at(-1)).toMatchObject({ again: true });
    fireEvent.click(screen.getByRole('button', { name: 'Stop asking' }));
    await waitFor(() => expect(fake.cancelled).toContain('change:abilities'));
    await waitFor(() => expect(screen.queryByRole('progressbar')).toBeNull());
    expect(screen.queryByRole('alert')).toBeNull();
  });

  it('keeps the answers when asking again fails', async () => {
    const { fake } = openCard();
    await within(await lineOf('Push')).findByText('yes');
    failing(fake);
    fireEvent.click(await screen.findByRole('button', { name: 'Ask again' }));
    expect(await screen.findByText(unreachable.message)).toBeDefined();
    expect(within(await lineOf('Push')).getByText('yes')).toBeDefined();
  });

  it('marks the registry and the repository read-only, and says so on top', async () => {
    const { fake } = openCard();
    const whole = await screen.findByRole('switch', { name: /^The whole registry/u });
    expect(screen.getByText(/does not change the registry's own rights/u)).toBeDefined();
    fireEvent.click(whole);
    expect(
      await screen.findByText('Read-only: Tagboat changes nothing in this registry.'),
    ).toBeDefined();
    fireEvent.click(whole);
    await waitFor(() =>
      expect(screen.queryByText('Read-only: Tagboat changes nothing in this registry.')).toBeNull(),
    );
    fireEvent.click(screen.getByRole('switch', { name: /^The repository shop\/api/u }));
    expect(
      await screen.findByText('Read-only: Tagboat changes nothing in this repository.'),
    ).toBeDefined();
    const marks = fake.recorded.filter(({ channel }) => channel === 'registry:protect');
    expect(marks.map(({ request }) => request)).toEqual([
      { registryId: 'harbor', readOnly: true },
      { registryId: 'harbor', readOnly: false },
      { registryId: 'harbor', repository: 'shop/api', readOnly: true },
    ]);
  });

  it('says what main says, also where the list of registries is not there yet', async () => {
    openCard((fake) =>
      fake.scriptStream('change:abilities', (_request, send) => {
        setTimeout(() => send({ kind: 'end', value: { ...fakeAbilities, readOnly: 'registry' } }));
        return undefined;
      }),
    );
    expect(
      await screen.findByText('Read-only: Tagboat changes nothing in this registry.'),
    ).toBeDefined();
  });

  it('leaves a switch where it was when the mark cannot be kept', async () => {
    const { fake } = openCard();
    fake.scriptCall('registry:protect', () =>
      failed(errorOf('storage-failed', 'The disk is full.')),
    );
    const whole = await screen.findByRole<HTMLInputElement>('switch', {
      name: /^The whole registry/u,
    });
    fireEvent.click(whole);
    expect(await screen.findByText('The disk is full.')).toBeDefined();
    expect(whole.checked).toBe(false);
  });

  it('is asked for another repository of the registry', async () => {
    const { fake, client } = openCard(undefined, { registries: fakeRegistries });
    client.setQueryData(['registry', 'harbor', 'repositories'], {
      value: ['shop/api', 'shop/web'],
      isComplete: true,
    });
    await within(await lineOf('Push')).findByText('yes');
    const field = screen.getByRole('combobox', { name: 'In the repository' });
    fireEvent.click(field);
    fireEvent.click(await screen.findByRole('option', { name: 'shop/web', hidden: true }));
    await waitFor(() =>
      expect(asked(fake).at(-1)).toEqual({ registryId: 'harbor', repository: 'shop/web' }),
    );
    expect(useDialogs.getState().dialog).toMatchObject({ repository: 'shop/web' });
  });
});
