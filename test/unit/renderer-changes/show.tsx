import { act, fireEvent, waitFor } from '@testing-library/react';
import type { ChangeRequest, PlanView } from '#contract/change';
import { type FakeApi, type FakeState, sendPages } from '#test/fake-api';
import { fakePlanFor } from '#test/fake-plans';
import { type OpenDialog, useDialogs } from '#state/dialogs';
import { useSelection } from '#state/selection';
import { Dialogs } from '../../../src/renderer/src/app/Dialogs';
import { UndoBar } from '../../../src/renderer/src/features/changes/UndoBar';
import { TagArea } from '../../../src/renderer/src/features/tags/TagArea';
import { type RenderedWindow, renderInWindow } from '../renderer/render-window';

export const place = { registryId: 'harbor', repository: 'shop/api' } as const;

type Options = {
  readonly state?: Partial<FakeState>;
  /** Changes what main answers before anything is asked. */
  readonly script?: (fake: FakeApi) => void;
  readonly tag?: string;
};

/** The tags of one repository with the dialogs over them and the undo bar below. */
export const showWindow = ({ state, script, tag }: Options = {}): RenderedWindow => {
  useSelection.setState({ ...place, tag: tag ?? null, digest: null });
  return renderInWindow(
    <>
      <main id="region-main" tabIndex={-1}>
        <TagArea {...place} />
        <UndoBar />
      </main>
      <Dialogs />
    </>,
    state,
    script,
  );
};

export const openDialog = (dialog: OpenDialog): void =>
  act(() => useDialogs.getState().openDialog(dialog));

export const openPlan = (requests: readonly ChangeRequest[]): void =>
  openDialog({ kind: 'plan', ...place, requests });

/** Deletes of these tags. */
export const deletes = (...tags: readonly string[]): readonly ChangeRequest[] =>
  tags.map((tag) => ({ kind: 'delete-tag', tag }));

/** Lets main answer with a plan that differs from the usual one. */
export const planWith = (fake: FakeApi, over: Partial<PlanView>): void =>
  fake.scriptStream('change:plan', (request, send) =>
    sendPages<never, PlanView>([], fakePlanFor(request, request.requests, over), send),
  );

export const dialogNode = (): HTMLElement => {
  const dialog = document.querySelector<HTMLElement>('[role="dialog"]');
  if (dialog === null) throw new Error('There is no dialog.');
  return dialog;
};

/** The dialog, once it has this title. */
export const findDialog = (title: string): Promise<HTMLElement> =>
  waitFor(() => {
    const dialog = dialogNode();
    const heading = dialog.querySelector('h2')?.textContent;
    if (heading !== title) throw new Error(`The dialog is called ${heading ?? 'nothing'}.`);
    return dialog;
  });

/** A button of the dialog by its text, once it is there. */
export const findButton = (text: string | RegExp): Promise<HTMLElement> =>
  waitFor(() => {
    const button = [...document.querySelectorAll<HTMLElement>('[role="dialog"] button')].find(
      (one) => {
        const name = one.getAttribute('aria-label') ?? one.textContent;
        return typeof text === 'string' ? name === text : text.test(name);
      },
    );
    if (button === undefined) throw new Error(`The dialog has no button ${String(text)}.`);
    return button;
  });

export const pressButton = async (text: string | RegExp): Promise<void> =>
  void fireEvent.click(await findButton(text));

/** Rows of the plan's table as "name | what happens | why". */
export const planRows = (): readonly string[] =>
  [...dialogNode().querySelectorAll('tbody tr')].map((row) =>
    [...row.children]
      .slice(0, 3)
      .map(({ textContent }) => textContent)
      .join(' | '),
  );

export const isDialogOpen = (): boolean => document.querySelector('[role="dialog"]') !== null;
