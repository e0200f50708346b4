// @vitest-environment jsdom
import { act, fireEvent, screen, waitFor } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import type { OpenDialog } from '#state/dialogs';
import { useDialogs } from '#state/dialogs';
import { runAction, useActions } from '#state/actions';
import { useCheckedTags } from '#state/checked-tags';
import { useStatusMessage } from '#state/status-message';
import { fakeRegistries } from '#test/fake-rows';
import { queryKeys } from '#lib/keys';
import { emptyTagBook, enterDetails } from '#lib/tag-details';
import { fakeDetails, fakeDigest, fakeDigestOf } from '#test/fake-tags';
import { fakePlanFor, fakeReportOf } from '#test/fake-plans';
import { sendPages } from '#test/fake-api';
import { setUpWindow } from '../renderer/render-window';
import { findRow, press, rowTags, showImage, showTags, typeFilter } from '../renderer-tags/show';
import { deletes, isDialogOpen, place, pressButton, showWindow } from './show';

setUpWindow();

const dialog = (): OpenDialog | null => useDialogs.getState().dialog;

const planFor = (requests: readonly unknown[]) => ({ kind: 'plan', ...place, requests });

/** The row with the focus, its details read. */
const focusRow = async (tag: string): Promise<HTMLElement> => {
  const row = await findRow(tag);
  await waitFor(() => expect(row.querySelector('[data-column="size"]')?.textContent).toMatch(/./u));
  fireEvent.click(row);
  row.focus();
  return row;
};

const readOnly = fakeRegistries.map((row) => ({ ...row, readOnly: row.id === 'harbor' }));

describe('keys on a row', () => {
  it.each(['Delete', 'Backspace'])('%s asks for the plan to delete it', async (key) => {
    showTags();
    fireEvent.keyDown(await focusRow('1.8.1'), { key });
    expect(dialog()).toEqual(planFor(deletes('1.8.1')));
  });

  it('Delete is for all ticked tags, those that the filter hides too', async () => {
    showTags();
    act(() => useCheckedTags.getState().setTagsChecked(['1.8.1', '1.7.9'], true));
    typeFilter('1.8');
    fireEvent.keyDown(await focusRow('1.8.2'), { key: 'Delete' });
    expect(dialog()).toEqual(planFor(deletes('1.8.1', '1.7.9')));
  });

  it('F2 renames and T adds a tag', async () => {
    showTags();
    const row = await focusRow('1.8.1');
    fireEvent.keyDown(row, { key: 'F2' });
    const digest = fakeDigestOf('1.8.1');
    expect(dialog()).toEqual({
      kind: 'name-tag',
      purpose: 'rename',
      ...place,
      digest,
      tag: '1.8.1',
    });
    fireEvent.keyDown(row, { key: 't' });
    expect(dialog()).toEqual({ kind: 'name-tag', purpose: 'tag', ...place, digest });
  });

  it('do nothing with a modifier, and say why where nothing may be changed', async () => {
    showTags({ state: { registries: readOnly } });
    const row = await focusRow('1.8.1');
    fireEvent.keyDown(row, { key: 't', ctrlKey: true });
    expect(useStatusMessage.getState().message).toBeNull();
    await waitFor(() => {
      fireEvent.keyDown(row, { key: 'Delete' });
      expect(useStatusMessage.getState().message?.text).toBe(
        'This registry is marked read-only in Tagboat.',
      );
    });
    expect(dialog()).toBeNull();
  });
});

describe('the menu of a row', () => {
  const openMenu = async (tag: string): Promise<void> => {
    fireEvent.contextMenu(await focusRow(tag), { clientX: 40, clientY: 40 });
    await screen.findByText('Copy tag');
  };

  it('leads to each plan', async () => {
    showTags();
    await openMenu('1.8.1');
    fireEvent.click(screen.getByText('Untag…'));
    expect(dialog()).toEqual(planFor([{ kind: 'untag', tag: '1.8.1' }]));
  });

  it('is about all tags of a grouped row, and says so', async () => {
    showTags();
    await findRow('latest');
    press('Group by image');
    await waitFor(() => expect(rowTags()).not.toContain('latest'));
    await openMenu('1.8.2');
    fireEvent.click(screen.getByText('Delete 4 tags…'));
    expect(dialog()).toEqual(planFor(deletes('1.8.2', '1.8', '1', 'latest')));
  });

  it('gives the reason where nothing may be changed', async () => {
    showTags({ state: { registries: readOnly } });
    await openMenu('1.8.1');
    const item = await waitFor(() => {
      const found = screen.getByText('Delete…').closest('[role="menuitem"]');
      expect(found?.textContent).toContain('This registry is marked read-only in Tagboat.');
      return found as HTMLElement;
    });
    fireEvent.click(item);
    expect(dialog()).toBeNull();
  });
});

describe('the bar of ticked tags', () => {
  it('deletes them in the order of the table and says that some are hidden', async () => {
    showTags();
    await findRow('1.8.2');
    act(() => useCheckedTags.getState().setTagsChecked(['1.7.9', '1.8.1', '1.8.2'], true));
    typeFilter('1.8');
    expect(await screen.findByText(/1 not shown by the filter, included/u)).toBeDefined();
    press('Delete…');
    expect(dialog()).toEqual(planFor(deletes('1.8.2', '1.8.1', '1.7.9')));
  });
});

describe('the inspector', () => {
  it('deletes the image with every tag that the table knows on it', async () => {
    const { client } = showImage({ tag: '1.8.2' });
    const tags = ['1.8.2', '1.8', '1', 'latest'];
    const page = { details: tags.map(fakeDetails), failures: [] };
    act(
      () =>
        void client.setQueryData(
          queryKeys.tagDetails(place.registryId, place.repository),
          enterDetails(emptyTagBook, page),
        ),
    );
    await waitFor(() => {
      press('Delete image…');
      expect(dialog()).toEqual(
        planFor([{ kind: 'delete-image', digest: fakeDigest('1.8.2'), tags }]),
      );
    });
  });

  it('deletes a child by its digest alone', async () => {
    const child = fakeDigest('linux/arm64');
    showImage({ digest: child });
    await waitFor(() => {
      press('Delete image…');
      expect(dialog()).toEqual(planFor([{ kind: 'delete-image', digest: child, tags: [] }]));
    });
  });

  it('offers one more tag for what is open', async () => {
    showImage();
    await waitFor(() => {
      press('Add tag…');
      expect(dialog()).toMatchObject({ kind: 'name-tag', purpose: 'tag' });
    });
  });
});

describe('the palette', () => {
  it('has an action for each change, with a reason where there is nothing to change', async () => {
    showTags({ tag: '1.8.1' });
    await findRow('1.8.1');
    const reasonOf = (id: string) => useActions.getState().actions.get(id)?.disabledReason;
    await waitFor(() => expect(reasonOf('tags.add-tag')).toBeUndefined());
    expect(reasonOf('tags.delete-ticked')).toBe('No tag is ticked.');
    act(() => useCheckedTags.getState().setTagsChecked(['1.7.9'], true));
    act(() => void runAction('tags.delete-ticked'));
    expect(dialog()).toEqual(planFor(deletes('1.7.9')));
    act(() => void runAction('tags.delete'));
    expect(dialog()).toEqual(planFor(deletes('1.8.1')));
    act(() => void runAction('repository.delete'));
    expect(dialog()).toEqual(planFor([{ kind: 'delete-repository' }]));
  });
});

describe('after a change', () => {
  it('the row that moves up has the focus of the one that went, and ticks of gone tags are gone', async () => {
    let tags: readonly string[] = ['3.0', '2.0', '1.0'];
    const { fake } = showWindow({
      script: (fake) => {
        fake.scriptStream('tag:list', (_request, send) =>
          sendPages([{ names: tags.join('\n'), attachedTags: [] }], { total: tags.length }, send),
        );
        fake.scriptStream('change:run', (_request, send) => {
          tags = ['3.0', '1.0'];
          return sendPages([], fakeReportOf(fakePlanFor(place, deletes('2.0'))), send);
        });
      },
    });
    fireEvent.keyDown(await focusRow('2.0'), { key: 'Delete' });
    act(() => useCheckedTags.getState().setTagsChecked(['2.0', '1.0'], true));
    await pressButton(/^Untag 1 tag/u);
    await waitFor(() => expect(isDialogOpen()).toBe(false));
    await waitFor(() => expect(rowTags()).toEqual(['3.0', '1.0']));
    await waitFor(() =>
      expect(document.activeElement).toBe(document.querySelector('[data-lead="1.0"]')),
    );
    expect([...useCheckedTags.getState().checkedTags]).toEqual(['1.0']);
    expect(fake.cancelled).not.toContain('change:run');
  });
});
