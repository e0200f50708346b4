// @vitest-environment jsdom
import { act, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import type { LocalActivity } from '#contract/local';
import type { FakeApi } from '#test/fake-api';
import { fakeActivity } from '#test/fake-local-rows';
import { hostileText } from '#test/fake-rows';
import { runAction } from '#state/actions';
import { useSelection } from '#state/selection';
import { addEntries } from '#lib/local';
import { setUpWindow } from '../renderer/render-window';
import { press, requestsOf, showPage } from './show';

const entry = (over: Partial<LocalActivity> & Pick<LocalActivity, 'id'>): LocalActivity => ({
  at: new Date().toISOString(),
  action: 'push',
  repository: 'shop/api',
  tag: '9.0.0',
  client: 'podman/5.2',
  isOwn: false,
  ...over,
});

const happens = (fake: FakeApi, ...entries: readonly LocalActivity[]): void =>
  act(() => fake.set({ localActivity: [...fake.state().localActivity, ...entries] }));

const rowsOf = async (): Promise<readonly string[]> =>
  within(await screen.findByRole('region', { name: 'Activity' }))
    .getAllByRole('listitem')
    .map((row) => row.textContent);

/** Asked once more after what was asked so far. */
const isAskedAgain = async (fake: FakeApi, channel: string, before: number): Promise<void> =>
  waitFor(() => expect(requestsOf(fake, channel).length).toBeGreaterThan(before));

describe('the live list', () => {
  setUpWindow();

  it('shows the newest first, without what this window reads itself', async () => {
    showPage({
      localActivity: [
        ...fakeActivity,
        entry({ id: 'own', action: 'pull', isOwn: true, client: 'Tagboat/1' }),
      ],
    });
    const rows = await rowsOf();
    expect(rows[0]).toContain('pushshop/api:dev');
    expect(rows.some((row) => row.includes('9.0.0'))).toBe(false);
    expect(rows).toHaveLength(6);
  });

  it('shows pushes, pulls or deletes alone', async () => {
    showPage();
    await rowsOf();
    fireEvent.click(screen.getByRole('radio', { name: 'Deletes' }));
    await waitFor(async () => expect(await rowsOf()).toHaveLength(2));
    fireEvent.click(screen.getByRole('radio', { name: 'Pulls' }));
    await waitFor(async () => expect(await rowsOf()).toHaveLength(1));
  });

  it('draws only the rows in view of a long list, and shows hostile words as text', async () => {
    showPage({
      localActivity: Array.from({ length: 480 }, (_, at) =>
        entry({
          id: `n${at}`,
          at: new Date(Date.parse('2026-01-01T00:00:00Z') + at * 1000).toISOString(),
          client: hostileText,
        }),
      ),
    });
    const rows = await rowsOf();
    expect(rows.length).toBeGreaterThan(20);
    expect(rows.length).toBeLessThan(80);
    expect(rows.join('')).not.toContain('\u202e');
    expect(document.querySelector('img')).toBeNull();
  });

  it('leads from a push to its tag', async () => {
    showPage();
    await press('shop/api:dev');
    expect(useSelection.getState()).toMatchObject({ repository: 'shop/api', tag: 'dev' });
  });

  it('shows the log, and reads it only then', async () => {
    const { fake } = showPage();
    await rowsOf();
    expect(requestsOf(fake, 'local:log')).toHaveLength(0);
    fireEvent.click(screen.getByRole('radio', { name: 'Log' }));
    expect(await screen.findByText(/PUT \/v2\/shop\/api/u)).toBeDefined();
  });

  it('keeps the last 500 entries, and the newer word for an entry', () => {
    const many = Array.from({ length: 600 }, (_, at) =>
      entry({ id: `n${at}`, at: new Date(1_700_000_000_000 + at).toISOString() }),
    );
    const entries = addEntries([], [many]);
    expect(entries).toHaveLength(500);
    expect(entries[0]?.id).toBe('n599');
    const [newest] = entries;
    if (newest === undefined) throw new Error('There is no entry.');
    const again = addEntries(entries, [[{ ...newest, outcome: 'done' }]]);
    expect(again).toHaveLength(500);
    expect(again[0]?.outcome).toBe('done');
  });
});

describe('a push from outside', () => {
  setUpWindow();

  it('is told in a toast that leads to the tag, and nothing takes the focus', async () => {
    const { fake } = showPage();
    await rowsOf();
    const focused = document.activeElement;
    happens(fake, entry({ id: 'new', repository: 'team/app', tag: 'fresh' }));
    const toast = within(await screen.findByRole('region', { name: 'Pushed just now' }));
    expect(toast.getByText('team/app:fresh')).toBeDefined();
    expect(document.activeElement).toBe(focused);
    fireEvent.click(toast.getByRole('button', { name: 'Show' }));
    expect(useSelection.getState()).toMatchObject({
      registryId: 'local',
      repository: 'team/app',
      tag: 'fresh',
    });
    await waitFor(() =>
      expect(screen.queryByRole('region', { name: 'Pushed just now' })).toBeNull(),
    );
  });

  it('is reached from the palette after the toast is gone', async () => {
    const { fake } = showPage();
    await rowsOf();
    expect(runAction('local.show-pushed')).toBe(false);
    happens(fake, entry({ id: 'new', repository: 'team/app', tag: 'fresh' }));
    await press('Dismiss');
    await waitFor(() => expect(runAction('local.show-pushed')).toBe(true));
    expect(useSelection.getState().tag).toBe('fresh');
  });

  it('counts what comes while the toast is there, and is silent about what is old, own or no tag', async () => {
    const { fake } = showPage();
    await rowsOf();
    happens(
      fake,
      entry({ id: 'old', at: '2020-01-01T00:00:00Z', tag: 'old' }),
      entry({ id: 'own', isOwn: true, tag: 'own' }),
      entry({ id: 'pull', action: 'pull', tag: 'pulled' }),
    );
    await waitFor(async () => expect((await rowsOf()).length).toBeGreaterThan(6));
    expect(screen.queryByRole('region', { name: 'Pushed just now' })).toBeNull();
    happens(fake, entry({ id: 'one', tag: 'one' }));
    await screen.findByRole('region', { name: 'Pushed just now' });
    happens(fake, entry({ id: 'two', tag: 'two' }));
    expect(await screen.findByText(/and 1 more/u)).toBeDefined();
    const toast = within(screen.getByRole('region', { name: 'Pushed just now' }));
    expect(toast.getByText('shop/api:two')).toBeDefined();
  });

  it('lets the open table, and the tree for a new repository, be read again; a pull does not', async () => {
    const { fake } = showPage();
    await rowsOf();
    act(() => useSelection.getState().selectRepository('local', 'shop/api'));
    await screen.findByRole('grid');
    await isAskedAgain(fake, 'tag:list', 0);
    const lists = requestsOf(fake, 'tag:list').length;
    const catalogs = requestsOf(fake, 'repository:list').length;
    happens(fake, entry({ id: 'known' }));
    await isAskedAgain(fake, 'tag:list', lists);
    // The repository is known: the catalog has nothing new.
    expect(requestsOf(fake, 'repository:list')).toHaveLength(catalogs);
    happens(fake, entry({ id: 'unknown', repository: 'new/repository' }));
    await isAskedAgain(fake, 'repository:list', catalogs);
    const after = requestsOf(fake, 'tag:list').length;
    happens(fake, entry({ id: 'pulled', action: 'pull' }), entry({ id: 'gone', action: 'delete' }));
    await isAskedAgain(fake, 'tag:list', after);
    expect(requestsOf(fake, 'tag:list')).toHaveLength(after + 1);
  });

  it('reads everything of the registry again when it has started anew', async () => {
    const { fake } = showPage();
    await rowsOf();
    await isAskedAgain(fake, 'repository:list', 0);
    const before = requestsOf(fake, 'repository:list').length;
    const { local } = fake.state();
    act(() => fake.set({ local: { ...local, state: { kind: 'off' } } }));
    await screen.findByText(/listed while the registry runs/u);
    act(() => fake.set({ local }));
    await isAskedAgain(fake, 'repository:list', before);
    expect(screen.queryByText(/listed while the registry runs/u)).toBeNull();
  });
});
