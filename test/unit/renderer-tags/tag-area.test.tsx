// @vitest-environment jsdom
import { act, cleanup, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { useCheckedTags } from '#state/checked-tags';
import { useFilters } from '#state/filters';
import { useLayout } from '#state/layout';
import { useSelection } from '#state/selection';
import { errorOf } from '#test/fake-rows';
import { fakeDigestOf } from '#test/fake-tags';
import { setUpWindow } from '../renderer/render-window';
import {
  buttonNamed,
  findRow,
  getGrid,
  headOf,
  press,
  requestsTo,
  rowTags,
  showTags,
  typeFilter,
} from './show';

setUpWindow();

describe('the table', () => {
  it('shows names at once, newest version first, and details as they come', async () => {
    showTags();
    const row = await findRow('1.8.2');
    expect(rowTags().slice(0, 5)).toEqual(['1.8.2', '1.8.2-debug', '1.8.1', '1.8.0', '1.8.0-rc.3']);
    expect(await within(row).findByText('amd64')).toBeDefined();
    expect(getGrid().getAttribute('aria-rowcount')).toBe('25');
    expect(row.getAttribute('aria-rowindex')).toBe('2');
  });

  it('counts tags and images once all are known', async () => {
    showTags();
    expect(await screen.findByText('24 tags on 16 images', { selector: 'p span' })).toBeDefined();
  });

  it('shows the other tags on the same digest', async () => {
    showTags();
    const row = await findRow('1.8.0');
    expect(await within(row).findByText('1.8.0-rc.3')).toBeDefined();
  });

  it('trap 42: names a chart instead of platforms', async () => {
    showTags();
    const row = await findRow('chart-0.4.1');
    expect(await within(row).findByText('Helm chart')).toBeDefined();
  });

  it('trap 39: says that a date of 1970 is not recorded', async () => {
    showTags();
    const row = await findRow('1.7.9');
    expect(await within(row).findByText('not recorded')).toBeDefined();
  });

  it('trap 41: says which platform a size belongs to', async () => {
    showTags();
    const row = await findRow('1.8.2-debug');
    const size = await within(row).findByText(/^\d+(\.\d)? MB$/u);
    expect(size.dataset['hint']).toMatch(/bytes\nlinux\/amd64, compressed$/u);
  });

  it('knows signatures by their tag, and claims nothing about the others', async () => {
    showTags();
    expect(await within(await findRow('latest')).findByText('signed')).toBeDefined();
    expect(await within(await findRow('1.8.1')).findByText('not known')).toBeDefined();
  });

  it('turns the order round, and says so', async () => {
    showTags();
    await findRow('1.8.2');
    const head = headOf('Tag');
    expect(head.getAttribute('aria-sort')).toBe('descending');
    fireEvent.click(head.querySelector('button') as HTMLElement);
    expect(head.getAttribute('aria-sort')).toBe('ascending');
    expect(rowTags()[0]).toBe('broken');
  });

  it('reads all of a small repository when it is sorted by size', async () => {
    const { fake } = showTags();
    await findRow('1.8.2');
    fireEvent.click(headOf('Size').querySelector('button') as HTMLElement);
    await waitFor(() => expect(rowTags()[0]).toBe('1.8.0'));
    expect(rowTags().at(-1)).toBe('broken');
    expect(fake.recorded.length).toBeGreaterThan(0);
  });

  it('groups rows by image, and ticks all tags of a row together', async () => {
    showTags();
    await findRow('latest');
    press('Group by image');
    await waitFor(() => expect(rowTags()).toHaveLength(17));
    fireEvent.click(screen.getByLabelText('Select 1.8.2'));
    expect([...useCheckedTags.getState().checkedTags].toSorted()).toEqual([
      '1',
      '1.8',
      '1.8.2',
      'latest',
    ]);
  });
});

describe('ten thousand tags', () => {
  it('draw and read only the rows in view', async () => {
    const { fake } = showTags({ repository: 'team/app', state: { pageSize: 1000 } });
    await findRow('build-09999');
    await waitFor(() => expect(requestsTo(fake, 'tag:details').length).toBeGreaterThan(0));
    expect(rowTags().length).toBeLessThan(60);
    const asked = requestsTo(fake, 'tag:details').flatMap(
      (request) => (request as { tags: string[] }).tags,
    );
    // Rows move while the pages come, so some are asked for that are then left; never more than a few screens.
    expect(asked.length).toBeLessThan(400);
  });

  it('are filtered by name without reading anything', async () => {
    showTags({ repository: 'team/app', state: { pageSize: 1000 } });
    await screen.findByText(/^10,000 tags/u, { selector: 'p span' });
    typeFilter('tag:build-0000?');
    expect(rowTags()).toEqual(Array.from({ length: 10 }, (_, at) => `build-0000${9 - at}`));
    expect(screen.getByText('10 of 10,000 tags match')).toBeDefined();
  });

  it('are all selected by Ctrl+A, across what is not on screen', async () => {
    showTags({ repository: 'team/app', state: { pageSize: 1000 } });
    await findRow('build-09999');
    await screen.findByText(/^10,000 tags/u, { selector: 'p span' });
    typeFilter('build-00');
    fireEvent.keyDown(await findRow('build-00999'), { key: 'a', ctrlKey: true });
    expect(useCheckedTags.getState().checkedTags.size).toBe(1000);
    expect(rowTags()).not.toContain('build-00000');
  });

  it('are read in the background only when that is asked for', async () => {
    const { fake } = showTags({ repository: 'team/app', state: { pageSize: 1000 } });
    await screen.findByText(/^10,000 tags/u, { selector: 'p span' });
    typeFilter('platform:arm64');
    await screen.findAllByText('Read details of all 10,000 tags');
    const isBackground = (request: unknown) =>
      (request as { background?: boolean }).background === true;
    expect(requestsTo(fake, 'tag:details').some(isBackground)).toBe(false);
    press('Read details of all 10,000 tags');
    expect(requestsTo(fake, 'tag:details').filter(isBackground)).toHaveLength(1);
    await waitFor(() => expect(screen.getByText(/^Reading details: /u)).toBeDefined());
    press('Stop');
    expect(await screen.findByText('Go on reading')).toBeDefined();
    expect(fake.cancelled).toContain('tag:details');
  });
});

describe('keyboard', () => {
  it('moves, and opens the row on which the focus rests', async () => {
    showTags();
    const first = await findRow('1.8.2');
    first.focus();
    fireEvent.keyDown(first, { key: 'ArrowDown' });
    fireEvent.keyDown(document.activeElement ?? first, { key: 'ArrowDown' });
    expect(document.activeElement).toBe(await findRow('1.8.1'));
    expect(useSelection.getState().tag).toBeNull();
    await waitFor(() => expect(useSelection.getState().tag).toBe('1.8.1'));
  });

  it('opens at once with Enter, inspector included', async () => {
    showTags();
    useLayout.setState({ inspectorOpen: false });
    fireEvent.keyDown(await findRow('1.8.2'), { key: 'Enter' });
    expect(useSelection.getState().tag).toBe('1.8.2');
    expect(useLayout.getState().inspectorOpen).toBe(true);
  });

  it('ticks with Space and clears with Escape', async () => {
    showTags();
    const row = await findRow('1.8.2');
    fireEvent.keyDown(row, { key: ' ' });
    expect(row.getAttribute('aria-selected')).toBe('true');
    fireEvent.keyDown(row, { key: 'Escape' });
    expect(row.getAttribute('aria-selected')).toBe('false');
  });

  it('grows and shrinks a range with Shift and the arrows', async () => {
    showTags();
    const press = (key: string, shiftKey = false): void => {
      fireEvent.keyDown(document.activeElement ?? document.body, { key, shiftKey });
    };
    (await findRow('1.8.2')).focus();
    press('ArrowDown');
    press('ArrowDown', true);
    press('ArrowDown', true);
    expect([...useCheckedTags.getState().checkedTags]).toEqual(['1.8.2-debug', '1.8.1', '1.8.0']);
    press('ArrowUp', true);
    expect([...useCheckedTags.getState().checkedTags]).toEqual(['1.8.2-debug', '1.8.1']);
  });

  it('has one row in the tab order', async () => {
    showTags();
    await findRow('1.8.2');
    expect(document.querySelectorAll('tr[tabindex="0"]')).toHaveLength(1);
    fireEvent.keyDown(await findRow('1.8.2'), { key: 'End' });
    expect(document.querySelector('tr[tabindex="0"]')).toBe(await findRow('broken'));
  });

  it('copies the reference of the row with Ctrl+C', async () => {
    const { fake } = showTags();
    await screen.findByText(/pull harbor/u);
    fireEvent.keyDown(await findRow('1.8.2'), { key: 'c', ctrlKey: true });
    await waitFor(() =>
      expect(requestsTo(fake, 'app:copy-text')).toEqual([
        { text: 'harbor.corp.example/shop/api:1.8.2' },
      ]),
    );
  });
});

describe('mouse', () => {
  it('opens on a click, ticks with Ctrl, and takes a range with Shift', async () => {
    showTags();
    fireEvent.click(await findRow('1.8.2'));
    expect(useSelection.getState().tag).toBe('1.8.2');
    expect((await findRow('1.8.2')).getAttribute('aria-current')).toBe('true');
    fireEvent.click(await findRow('1.8.1'), { ctrlKey: true });
    fireEvent.click(await findRow('1.8.0-rc.3'), { shiftKey: true });
    expect([...useCheckedTags.getState().checkedTags]).toEqual(['1.8.1', '1.8.0', '1.8.0-rc.3']);
    expect(useSelection.getState().tag).toBe('1.8.2');
  });

  it('ticks by the checkbox without opening', async () => {
    showTags();
    await findRow('1.8.2');
    fireEvent.click(screen.getByLabelText('Select 1.8.2'));
    expect(useCheckedTags.getState().checkedTags.has('1.8.2')).toBe(true);
    expect(useSelection.getState().tag).toBeNull();
  });

  it('takes everything by the checkbox in the header', async () => {
    showTags();
    await findRow('1.8.2');
    await screen.findByText(/^24 tags/u, { selector: 'p span' });
    const box = screen.getByLabelText('Select all 24 tags shown');
    fireEvent.click(box);
    expect(useCheckedTags.getState().checkedTags.size).toBe(24);
    fireEvent.click(box);
    expect(useCheckedTags.getState().checkedTags.size).toBe(0);
  });
});

describe('the selection bar', () => {
  it('is there only with a selection, and says how much the filter hides', async () => {
    showTags();
    await findRow('1.8.2');
    expect(document.querySelector('[role=toolbar]')).toBeNull();
    act(() => useCheckedTags.getState().setTagsChecked(['1.8.2', 'pr-4127'], true));
    const bar = screen.getByLabelText('Selected tags');
    expect(bar.textContent).toContain('2 selected of 24');
    typeFilter('pr-');
    expect(bar.textContent).toContain('1 not shown by the filter');
  });

  it('copies references in the order of the table and each digest once', async () => {
    const { fake } = showTags();
    await screen.findByText(/pull harbor/u);
    await within(await findRow('latest')).findByText('signed');
    act(() => useCheckedTags.getState().setTagsChecked(['latest', '1.8.2', '1.8.1'], true));
    press('Copy references');
    press('Copy digests');
    await waitFor(() => expect(requestsTo(fake, 'app:copy-text')).toHaveLength(2));
    expect(requestsTo(fake, 'app:copy-text')).toEqual([
      {
        text: ['1.8.2', '1.8.1', 'latest']
          .map((tag) => `harbor.corp.example/shop/api:${tag}`)
          .join('\n'),
      },
      { text: `${fakeDigestOf('1.8.2')}\n${fakeDigestOf('1.8.1')}` },
    ]);
  });

  it('says why digests cannot be copied yet', async () => {
    showTags({ script: (fake) => fake.scriptStream('tag:details', () => undefined) });
    await findRow('1.8.2');
    act(() => useCheckedTags.getState().setTagsChecked(['1.8.2'], true));
    expect(buttonNamed('Copy digests').getAttribute('aria-disabled')).toBe('true');
  });
});

describe('the filter field', () => {
  const field = () => screen.getByLabelText('Filter tags');

  it('names what is wrong with a term', async () => {
    showTags();
    await findRow('1.8.2');
    fireEvent.change(field(), { target: { value: 'size:>100' } });
    expect(await screen.findByText(/needs a unit after 100/u)).toBeDefined();
  });

  it('completes keys and values by keyboard', async () => {
    showTags();
    await findRow('1.8.2');
    fireEvent.change(field(), { target: { value: 'ki' } });
    await screen.findByText('kind:');
    fireEvent.keyDown(field(), { key: 'ArrowDown' });
    fireEvent.keyDown(field(), { key: 'Enter' });
    expect(useFilters.getState().tags).toBe('kind:');
  });

  it('is emptied by Escape and left for the rows by Enter', async () => {
    showTags();
    await findRow('1.8.2');
    fireEvent.change(field(), { target: { value: 'rc.2' } });
    fireEvent.keyDown(field(), { key: 'Enter' });
    expect(document.activeElement).toBe(await findRow('1.8.0-rc.2'));
    fireEvent.keyDown(field(), { key: 'Escape' });
    expect(useFilters.getState().tags).toBe('');
  });

  it('reads all of a small repository for a term that needs details', async () => {
    showTags();
    await findRow('1.8.2');
    typeFilter('kind:helm');
    await waitFor(() => expect(rowTags()).toEqual(['chart-0.4.1']));
  });

  it('names the way out when nothing matches', async () => {
    showTags();
    await findRow('1.8.2');
    typeFilter('no such tag');
    press('Clear filter');
    expect(useFilters.getState().tags).toBe('');
    expect(await findRow('1.8.2')).toBeDefined();
  });
});

describe('what goes wrong', () => {
  it('keeps a row whose details failed, with the reason and a retry', async () => {
    const { fake } = showTags();
    const row = await findRow('broken');
    const reason = await within(row).findByText('Not found');
    expect(reason.dataset['hint']).toBe('The registry has no manifest for this tag.');
    const before = requestsTo(fake, 'tag:details').length;
    press('Retry');
    await waitFor(() => expect(requestsTo(fake, 'tag:details').length).toBeGreaterThan(before));
  });

  it('trap 22: a repository without tags says so and what to do', async () => {
    showTags({ repository: 'charts/shop' });
    expect(await screen.findByText('No tags here')).toBeDefined();
    expect(buttonNamed('Read again')).toBeDefined();
  });

  it('a repository that vanished can be left', async () => {
    const error = errorOf('not-found', 'There is no shop/api.', { status: 404 });
    showTags({
      script: (fake) =>
        fake.scriptStream('tag:list', (_request, send) => {
          setTimeout(() => send({ kind: 'failed', error }), 0);
          return undefined;
        }),
    });
    expect(await screen.findByText('This repository is not there')).toBeDefined();
    press('Close repository');
    expect(useSelection.getState().repository).toBeNull();
  });

  it('a list that breaks off keeps what came, and says so', async () => {
    const error = errorOf('paging-refused', 'The next page is on another host.');
    showTags({
      script: (fake) =>
        fake.scriptStream('tag:list', (_request, send) => {
          send({ kind: 'page', page: { names: '2.0\n1.0', attachedTags: [] } });
          setTimeout(() => send({ kind: 'failed', error }), 50);
          return undefined;
        }),
    });
    expect(await screen.findByText('List stopped')).toBeDefined();
    expect(rowTags()).toEqual(['2.0', '1.0']);
    expect(screen.getByText('2 of ? tags', { selector: 'p span' })).toBeDefined();
  });

  it('a list that was cut says why', async () => {
    showTags({
      script: (fake) =>
        fake.scriptStream('tag:list', (_request, send) => {
          send({ kind: 'page', page: { names: '1.0', attachedTags: [] } });
          setTimeout(
            () =>
              send({ kind: 'end', value: { total: 1, truncated: 'Stopped after 1,000 pages.' } }),
            0,
          );
          return undefined;
        }),
    });
    expect(await screen.findByText('Stopped after 1,000 pages.')).toBeDefined();
    expect(screen.getByText('cut short')).toBeDefined();
  });
});

describe('leaving', () => {
  it('cancels what is still being read', async () => {
    const { fake } = showTags({
      script: (api) => api.scriptStream('tag:details', () => undefined),
    });
    await findRow('1.8.2');
    await waitFor(() => expect(requestsTo(fake, 'tag:details')).toHaveLength(1));
    cleanup();
    expect(fake.cancelled).toContain('tag:details');
  });
});
