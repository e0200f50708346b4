// @vitest-environment jsdom
import { act, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { beforeEach, describe, expect, it } from 'vitest';
import type { ChangeProgress, ChangeReport, PlanProgress, PlanView } from '#contract/change';
import type { StreamEvent } from '#contract/channel';
import { sendPages } from '#test/fake-api';
import { fakePlanFor, fakeReportOf } from '#test/fake-plans';
import { errorOf } from '#test/fake-rows';
import { useCheckedTags } from '#state/checked-tags';
import { useDialogs } from '#state/dialogs';
import { useLastChange } from '#state/last-change';
import { useSelection } from '#state/selection';
import { setUpWindow } from '../renderer/render-window';
import { findRow, requestsTo } from '../renderer-tags/show';
import {
  deletes,
  dialogNode,
  findButton,
  findDialog,
  isDialogOpen,
  openDialog,
  openPlan,
  place,
  planRows,
  planWith,
  pressButton,
  showWindow,
} from './show';

setUpWindow();
beforeEach(() => useLastChange.setState({ last: null, isShown: false }));

type PlanEvent = StreamEvent<PlanProgress, PlanView>;
type RunEvent = StreamEvent<ChangeProgress, ChangeReport>;

describe('while the plan is made', () => {
  it('says what is read, and asks main to stop when it is left', async () => {
    let send: (event: PlanEvent) => void = () => undefined;
    const { fake } = showWindow({
      script: (fake) =>
        fake.scriptStream('change:plan', (_request, tell) => {
          send = tell;
          return undefined;
        }),
    });
    openPlan(deletes('latest'));
    const dialog = await findDialog('Delete latest from shop/api');
    expect(dialog.textContent).toContain('Asking what the registry allows');
    expect(dialog.textContent).toContain('nothing is changed until you press the button');
    act(() => send({ kind: 'page', page: { phase: 'tags', completed: 120, total: 400 } }));
    expect(dialog.textContent).toContain('Reading 120 of 400 tags');
    act(() => send({ kind: 'page', page: { phase: 'manifests', completed: 0, total: 0 } }));
    expect(dialog.textContent).toContain('Reading manifests');
    await pressButton('Cancel');
    await waitFor(() => expect(isDialogOpen()).toBe(false));
    expect(fake.cancelled).toContain('change:plan');
    expect(requestsTo(fake, 'change:run')).toEqual([]);
  });

  it('shows why it failed, and tries again', async () => {
    const { fake } = showWindow({
      script: (fake) =>
        fake.scriptStream('change:plan', (_request, send) => {
          send({ kind: 'failed', error: errorOf('timed-out', 'The registry did not answer.') });
          return undefined;
        }),
    });
    openPlan(deletes('pr-4127'));
    const dialog = await findDialog('Delete pr-4127 from shop/api');
    expect(await within(dialog).findByText('The registry did not answer.')).toBeDefined();
    planWith(fake, {});
    await pressButton('Try again');
    expect(await findButton('Untag 1 tag, delete 1 image')).toBeDefined();
    expect(requestsTo(fake, 'change:plan')).toHaveLength(2);
  });
});

describe('the plan', () => {
  it('tells what goes, what stays and why, and runs only what was shown', async () => {
    const { fake } = showWindow();
    openPlan(deletes('pr-4102'));
    const button = await findButton('Untag 1 tag');
    const facts = [...dialogNode().querySelectorAll('[data-fact]')].map((fact) => fact.textContent);
    expect(facts).toEqual(['1 tag goes', '1 image stays', '1 other tag kept']);
    expect(planRows()).toEqual([
      expect.stringMatching(
        /^pr-4102[0-9a-f]{12} \| untag \| Image stays\. Still tagged sha-9f2c11d\.$/u,
      ),
      expect.stringMatching(/^sha-9f2c11d \| kept \| Points to the same image/u),
    ]);
    fireEvent.click(button);
    await waitFor(() =>
      expect(requestsTo(fake, 'change:run')).toEqual([{ planId: 'plan-1', confirmed: [] }]),
    );
  });

  it('names the bytes and when they come back', async () => {
    showWindow();
    openPlan(deletes('pr-4127'));
    await findButton('Untag 1 tag, delete 1 image');
    const bytes = dialogNode().querySelector('[data-fact="bytes"]');
    expect(bytes?.textContent).toMatch(/^[\d.]+ MB The space comes back when/u);
  });

  it('lists the steps with what they cost, on request', async () => {
    showWindow();
    openPlan(deletes('pr-4127'));
    await findButton(/^Untag 1 tag/u);
    const details = dialogNode().querySelector('details:last-of-type');
    expect(details?.querySelector('summary')?.textContent).toBe(
      '5 steps, 13 requests to the registry',
    );
    expect(details?.textContent).toContain('Remove the tag pr-4127');
    expect(details?.textContent).toContain('3 requests');
  });

  it('asks for each protected tag on its own before the button works', async () => {
    const { fake } = showWindow({
      script: (fake) =>
        planWith(fake, {
          confirmations: [
            { tag: 'latest', pattern: 'latest' },
            { tag: 'v2', pattern: 'v*' },
          ],
        }),
    });
    openPlan(deletes('latest'));
    const button = await findButton('Untag 1 tag');
    expect(button.getAttribute('aria-disabled')).toBe('true');
    const reason = (): string =>
      document.getElementById(button.getAttribute('aria-describedby') ?? '')?.textContent ?? '';
    expect(reason()).toBe('Tick the 2 protected tags first.');
    fireEvent.click(button);
    fireEvent.click(screen.getByLabelText(/^latest/u));
    expect(reason()).toBe('Tick v2 first: it is protected.');
    fireEvent.click(await findButton('Untag 1 tag'));
    expect(requestsTo(fake, 'change:run')).toEqual([]);
    fireEvent.click(screen.getByLabelText(/^v2/u));
    fireEvent.click(await findButton('Untag 1 tag'));
    await waitFor(() =>
      expect(requestsTo(fake, 'change:run')).toEqual([
        { planId: 'plan-1', confirmed: ['latest', 'v2'] },
      ]),
    );
  });

  it('shows what stands in the way with the setting, and runs nothing', async () => {
    const { fake } = showWindow({
      script: (fake) =>
        planWith(fake, {
          blockers: [
            { message: 'The registry does not delete.', setting: 'storage.delete.enabled' },
          ],
          confirmations: [{ tag: 'latest', pattern: 'latest' }],
        }),
    });
    openPlan(deletes('latest'));
    const button = await findButton('Untag 1 tag');
    expect(dialogNode().querySelector('code')?.textContent).toBe('storage.delete.enabled');
    expect(within(dialogNode()).getByText('The registry does not delete.')).toBeDefined();
    expect(screen.queryByLabelText(/^latest/u)).toBeNull();
    fireEvent.click(button);
    expect(requestsTo(fake, 'change:run')).toEqual([]);
    await pressButton('What the registry allows…');
    expect(useDialogs.getState().dialog).toEqual({ kind: 'capabilities', ...place });
  });

  it('says when there is nothing to do, with the reasons', async () => {
    showWindow({
      script: (fake) =>
        planWith(fake, {
          rows: [
            {
              target: { kind: 'tag', tag: 'gone' },
              role: 'asked',
              verdict: 'keep',
              why: 'It is not there.',
            },
          ],
          steps: [],
          action: '',
          blockers: [{ message: 'There is nothing to change.' }],
        }),
    });
    openPlan(deletes('gone'));
    expect(await screen.findByText('Nothing to do')).toBeDefined();
    expect(planRows()).toEqual(['gone | no change | It is not there.']);
    expect(await findButton('Close')).toBeDefined();
    expect(dialogNode().textContent).not.toContain('This cannot be done now');
  });

  it('draws only the rows in view of a thousand, with parts folded away', async () => {
    showWindow({ state: { pageSize: 1000 } });
    const requests = deletes(...Array.from({ length: 1000 }, (_, at) => `build-0${1000 + at}`));
    openDialog({ kind: 'plan', registryId: 'harbor', repository: 'team/app', requests });
    await findButton(/^Untag 1000 tags/u);
    const table = dialogNode().querySelector('table');
    expect(table?.getAttribute('aria-rowcount')).toBe('1001');
    expect(planRows().length).toBeLessThan(80);
    await pressButton('Show them');
    expect(Number(table?.getAttribute('aria-rowcount'))).toBeGreaterThan(1001);
  });

  it('has a name, focus on the way out, and is closed by Escape', async () => {
    showWindow();
    openPlan(deletes('pr-4127'));
    await findButton(/^Untag/u);
    const dialog = dialogNode();
    const heading = dialog.querySelector('h2');
    expect(dialog.getAttribute('aria-labelledby')).toBe(heading?.id);
    expect(
      document.querySelector('table[aria-label="What happens"] th[scope="row"]'),
    ).not.toBeNull();
    const cancel = await findButton('Cancel');
    await waitFor(() => expect(document.activeElement).toBe(cancel));
    fireEvent.keyDown(cancel, { key: 'Escape' });
    await waitFor(() => expect(isDialogOpen()).toBe(false));
  });
});

describe('the run', () => {
  const runBy = (
    play: (send: (event: RunEvent) => void) => void,
    tags = ['pr-4127', 'pr-4119'],
  ) => {
    const shown = showWindow({
      script: (fake) =>
        fake.scriptStream('change:run', (_request, send) => {
          play(send);
          return undefined;
        }),
    });
    openPlan(deletes(...tags));
    return shown;
  };

  it('shows each step, keeps the focus and cannot be closed by accident', async () => {
    let send: (event: RunEvent) => void = () => undefined;
    runBy((tell) => {
      send = tell;
    });
    const button = await findButton(/^Untag 2 tags/u);
    button.focus();
    fireEvent.click(button);
    await findButton('Stop after this step');
    act(() => send({ kind: 'page', page: { completed: 1, total: 10 } }));
    expect(dialogNode().textContent).toContain('1 of 10 steps done');
    expect(dialogNode().querySelector('[aria-current="step"]')?.textContent).toContain(
      'Remove the tag pr-4119',
    );
    expect(dialogNode().contains(document.activeElement)).toBe(true);
    fireEvent.keyDown(dialogNode(), { key: 'Escape' });
    expect(isDialogOpen()).toBe(true);
  });

  it('closes after a plain success, offers undo, and reads the repository anew', async () => {
    const { fake } = showWindow({ tag: 'pr-4127' });
    await findRow('pr-4127');
    act(() => useCheckedTags.getState().setTagsChecked(['pr-4127', '1.8.1'], true));
    const before = requestsTo(fake, 'tag:list').length;
    openPlan(deletes('pr-4127'));
    await pressButton(/^Untag 1 tag/u);
    await waitFor(() => expect(isDialogOpen()).toBe(false));
    const bar = await screen.findByRole('region', { name: 'The last change' });
    expect(bar.textContent).toContain('Untagged 1 tag, deleted 1 image in shop/api');
    expect([...useCheckedTags.getState().checkedTags]).toEqual(['1.8.1']);
    expect(useSelection.getState().tag).toBeNull();
    await waitFor(() => expect(requestsTo(fake, 'tag:list').length).toBeGreaterThan(before));
    fireEvent.click(within(bar).getByText('Undo…'));
    expect(useDialogs.getState().dialog).toEqual({ kind: 'plan-undo', changeId: 'change-1' });
    await waitFor(() =>
      expect(requestsTo(fake, 'change:plan-undo')).toEqual([{ changeId: 'change-1' }]),
    );
  });

  it('stays open to report what did not go as planned', async () => {
    const plan = fakePlanFor(place, deletes('pr-4127'));
    runBy((send) =>
      send({
        kind: 'end',
        value: fakeReportOf(plan, {
          outcome: 'stopped',
          stoppedBy: 'The registry stopped accepting deletions.',
          lostTags: ['1.7'],
          steps: [
            { text: 'Remove the tag pr-4127', state: 'done' },
            { text: 'Remove the tag pr-4119', state: 'skipped', note: 'It was moved meanwhile.' },
            { text: 'Delete 77ab', state: 'failed', message: 'UNSUPPORTED' },
            { text: 'Delete 88ab', state: 'not-run' },
          ],
        }),
      }),
    );
    await pressButton(/^Untag 2 tags/u);
    const dialog = dialogNode();
    expect(await within(dialog).findByText('Stopped before the end')).toBeDefined();
    expect(dialog.textContent).toContain('The registry stopped accepting deletions.');
    expect(dialog.textContent).toContain('1 of 4 steps are done.');
    expect(dialog.textContent).toContain(
      '1 tag that nobody asked to remove is no longer listed1.7',
    );
    const exceptions = within(dialog).getByRole('list', { name: 'Exceptions' });
    expect([...exceptions.children].map(({ textContent }) => textContent)).toEqual([
      'skippedRemove the tag pr-4119It was moved meanwhile.',
      'failedDelete 77abThe registry says: UNSUPPORTED',
    ]);
    expect(useLastChange.getState().last).toBeNull();
    await pressButton('Undo what was done…');
    expect(useDialogs.getState().dialog).toEqual({ kind: 'plan-undo', changeId: 'change-1' });
  });

  it('stops after the step under way, and reports how far it came', async () => {
    let send: (event: RunEvent) => void = () => undefined;
    const { fake } = runBy((tell) => {
      send = tell;
    });
    await pressButton(/^Untag 2 tags/u);
    await pressButton('Stop after this step');
    expect((await findButton('Stopping…')).getAttribute('aria-disabled')).toBe('true');
    expect(requestsTo(fake, 'change:stop')).toEqual([{ startedBy: 'plan-1' }]);
    expect(fake.cancelled).not.toContain('change:run');
    act(() => send({ kind: 'page', page: { completed: 1, total: 3 } }));
    expect(await findButton('Stopping…')).toBeDefined();
    const plan = fakePlanFor(place, deletes('pr-4127'));
    const steps = (['done', 'done', 'not-run'] as const).map((state) => ({ text: 'x', state }));
    act(() => send({ kind: 'end', value: fakeReportOf(plan, { outcome: 'cancelled', steps }) }));
    expect(await screen.findByText('Stopped, as you asked')).toBeDefined();
    expect(dialogNode().textContent).toContain('2 of 3 steps are done.');
    await pressButton('Go on');
    await waitFor(() =>
      expect(requestsTo(fake, 'change:continue')).toEqual([{ changeId: 'change-1' }]),
    );
  });

  it('says that nothing was changed when it is stopped before the first step', async () => {
    let send: (event: RunEvent) => void = () => undefined;
    runBy((tell) => {
      send = tell;
    });
    await pressButton(/^Untag 2 tags/u);
    await pressButton('Stop after this step');
    act(() => send({ kind: 'failed', error: errorOf('cancelled', 'Stopped.') }));
    expect(await screen.findByText('Nothing was changed.')).toBeDefined();
    expect(screen.queryByText('Go on')).toBeNull();
  });

  it('makes the plan again when main no longer knows it', async () => {
    const { fake } = runBy((send) =>
      send({ kind: 'failed', error: errorOf('plan-unknown', 'This plan is too old to run.') }),
    );
    await pressButton(/^Untag 2 tags/u);
    expect(await screen.findByText('The plan is too old')).toBeDefined();
    await pressButton('Make the plan again');
    expect(await findButton(/^Untag 2 tags/u)).toBeDefined();
    expect(requestsTo(fake, 'change:plan')).toHaveLength(2);
  });
});

describe('the undo of an entry', () => {
  it('is a plan too, named after what it takes back', async () => {
    const { fake } = showWindow({
      state: {
        changes: [
          {
            ...place,
            changeId: 'change-7',
            host: 'harbor.corp.example',
            text: 'Untag 2 tags',
            startedAt: '2026-08-18T09:30:00Z',
            outcome: 'done',
            completed: 2,
            total: 2,
            isUndo: false,
          },
        ],
      },
      script: (fake) =>
        fake.scriptStream('change:plan-undo', (_request, send) =>
          sendPages<never, PlanView>(
            [],
            fakePlanFor(place, [{ kind: 'tag', tag: 'back', digest: `sha256:${'a'.repeat(64)}` }], {
              action: 'Put back 1 tag',
            }),
            send,
          ),
        ),
    });
    openDialog({ kind: 'plan-undo', changeId: 'change-7' });
    await findDialog('Undo: Untag 2 tags');
    expect(dialogNode().textContent).toContain('harbor.corp.example/shop/api');
    await pressButton('Put back 1 tag');
    const bar = await screen.findByRole('region', { name: 'The last change' });
    expect(within(bar).queryByText('Undo…')).toBeNull();
    expect(requestsTo(fake, 'change:run')).toHaveLength(1);
  });
});
