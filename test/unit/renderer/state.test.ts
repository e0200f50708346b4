// @vitest-environment jsdom
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { defaultWindowState, windowStateSchema } from '#contract/settings';
import { useCheckedTags } from '#state/checked-tags';
import { initialLayout, inspectorLimits, sidebarLimits, useLayout } from '#state/layout';
import { keepSettings, loadSettings } from '#state/persistence';
import { initialPreferences, usePreferences } from '#state/preferences';
import { initialSelection, selectReference, useSelection } from '#state/selection';
import { initialTable, useTable } from '#state/table';
import { fakeSettings, installFakeApi } from '#test/fake-api';
import { errorOf } from '#test/fake-rows';
import { fitPanes } from '../../../src/renderer/src/app/pane-widths';

beforeEach(() => {
  vi.useFakeTimers();
  useSelection.setState(initialSelection);
  useLayout.setState(initialLayout);
  useTable.setState(initialTable);
  usePreferences.setState(initialPreferences);
  return () => vi.useRealTimers();
});

describe('selection', () => {
  it('forgets tag, digest and ticks with the repository', () => {
    const { selectRepository, selectTag, openDigest } = useSelection.getState();
    selectRepository('r', 'a');
    selectTag('1');
    openDigest('sha256:x');
    useCheckedTags.getState().setTagsChecked(['1', '2'], true);
    selectRepository('r', 'b');
    expect(useSelection.getState()).toMatchObject({ repository: 'b', tag: null, digest: null });
    expect(useCheckedTags.getState().checkedTags.size).toBe(0);
  });

  it('shows the digest opened last, and the tag again when it is left', () => {
    useSelection.setState({ tag: '1', digest: 'sha256:x' });
    expect(selectReference(useSelection.getState())).toBe('sha256:x');
    useSelection.getState().selectTag('2');
    expect(selectReference(useSelection.getState())).toBe('2');
  });

  it('keeps the tag when the open repository is chosen again', () => {
    useSelection.setState({ registryId: 'r', repository: 'a', tag: '1' });
    useSelection.getState().selectRepository('r', 'a');
    expect(useSelection.getState().tag).toBe('1');
  });
});

describe('what is kept', () => {
  it('starts from the same defaults as the contract', () => {
    const { inspectorTab, ...place } = initialSelection;
    expect({ ...place, inspectorTab, ...initialLayout, ...initialTable }).toEqual(
      defaultWindowState,
    );
  });

  it('lets no width through that the contract refuses', () => {
    for (const width of [-1, 99_999, 333.3]) {
      useLayout.getState().setSidebarWidth(width);
      useLayout.getState().setInspectorWidth(width);
      const { sidebarWidth, inspectorWidth } = useLayout.getState();
      expect(
        windowStateSchema.safeParse({ ...defaultWindowState, sidebarWidth, inspectorWidth })
          .success,
      ).toBe(true);
    }
  });

  it('comes back as it was left', async () => {
    const window = {
      ...fakeSettings.window,
      registryId: 'hub',
      repository: 'a/b',
      sidebarWidth: 300,
    };
    installFakeApi({
      settings: { theme: 'light', pullEngine: 'podman', protectedTags: ['latest'], window },
    });
    await loadSettings();
    expect(useSelection.getState()).toMatchObject({ registryId: 'hub', repository: 'a/b' });
    expect(useLayout.getState().sidebarWidth).toBe(300);
    expect(usePreferences.getState()).toMatchObject({ theme: 'light', pullEngine: 'podman' });
  });

  it('starts with the defaults when the settings cannot be read', async () => {
    const fake = installFakeApi();
    fake.scriptCall('settings:get', () => ({
      ok: false,
      error: errorOf('storage-failed', 'The disk is full.'),
    }));
    await loadSettings();
    expect(useLayout.getState().sidebarWidth).toBe(sidebarLimits.initial);
  });

  it('is written once, 300 ms after the last change', async () => {
    const fake = installFakeApi();
    const stop = keepSettings();
    const writes = () => fake.recorded.filter(({ channel }) => channel === 'settings:update');
    for (const width of [260, 270, 280]) useLayout.getState().setSidebarWidth(width);
    await vi.advanceTimersByTimeAsync(299);
    expect(writes()).toHaveLength(0);
    await vi.advanceTimersByTimeAsync(1);
    expect(writes()).toHaveLength(1);
    expect(fake.state().settings.window.sidebarWidth).toBe(280);
    usePreferences.getState().setTheme('light');
    await vi.advanceTimersByTimeAsync(300);
    expect(fake.state().settings.theme).toBe('light');
    stop();
  });

  it('is written at once when the window goes', () => {
    const fake = installFakeApi();
    const stop = keepSettings();
    useTable.getState().setGroupByImage(true);
    window.dispatchEvent(new Event('pagehide'));
    expect(fake.recorded.at(-1)).toMatchObject({ channel: 'settings:update' });
    stop();
  });
});

describe('widths of the panes', () => {
  const chosen = { sidebarWidth: 248, inspectorWidth: 384 };

  it('takes what was chosen where there is room', () => {
    expect(fitPanes(1440, chosen)).toMatchObject({
      sidebar: 248,
      inspector: 384,
      isOverlay: false,
    });
  });

  it('narrows the inspector before it lays it over the table', () => {
    const { inspector, isOverlay } = fitPanes(1120, chosen);
    expect(isOverlay).toBe(false);
    expect(inspector).toBeLessThan(384);
    expect(inspector).toBeGreaterThanOrEqual(inspectorLimits.min);
  });

  it('lays it over the table at 1024', () => {
    expect(fitPanes(1024, chosen).isOverlay).toBe(true);
  });

  it.each([1024, 1100, 1280, 1440, 1920, 2560])('leaves the middle room at %i', (width) => {
    const { sidebar, inspector, isOverlay } = fitPanes(width, {
      sidebarWidth: 480,
      inspectorWidth: 800,
    });
    const middle = width - sidebar - (isOverlay ? 0 : inspector);
    expect(middle).toBeGreaterThanOrEqual(520);
  });
});
