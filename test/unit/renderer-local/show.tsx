import { fireEvent, screen, within } from '@testing-library/react';
import type { LocalView } from '#contract/local';
import type { FakeApi, FakeState } from '#test/fake-api';
import { fakeLocalRepositories, fakeLocalView, localRow } from '#test/fake-local-rows';
import { fakeRegistries, fakeRepositories } from '#test/fake-rows';
import { type LocalDialogName, useDialogs } from '#state/dialogs';
import { usePushes } from '#state/pushes';
import { useSelection } from '#state/selection';
import { App } from '../../../src/renderer/src/app/App';
import { Dialogs } from '../../../src/renderer/src/app/Dialogs';
import { useSamples } from '../../../src/renderer/src/features/local-registry/samples';
import { type RenderedWindow, renderInWindow } from '../renderer/render-window';

const withLocal: Partial<FakeState> = {
  registries: [localRow, ...fakeRegistries.slice(0, 2)],
  repositories: { ...fakeRepositories, local: fakeLocalRepositories },
};

export const localWith = (over: Partial<LocalView>): Partial<FakeState> => ({
  local: { ...fakeLocalView, ...over },
});

/** The window with the page of the local registry. */
export const showPage = (
  state: Partial<FakeState> = {},
  prepare?: (fake: FakeApi) => void,
): RenderedWindow => {
  useSelection.setState({ registryId: 'local', repository: null, tag: null, digest: null });
  usePushes.setState({ last: null, count: 0, isShown: false });
  useSamples.setState({ state: { kind: 'idle' } });
  return renderInWindow(<App />, { ...withLocal, ...state }, prepare);
};

/** One dialog of the local registry, alone. */
export const showDialog = (
  name: LocalDialogName,
  state: Partial<FakeState> = {},
  prepare?: (fake: FakeApi) => void,
): RenderedWindow => {
  useDialogs.setState({ dialog: { kind: 'local', name } });
  return renderInWindow(<Dialogs />, { ...withLocal, ...state }, prepare);
};

export const requestsOf = (fake: FakeApi, channel: string): readonly unknown[] =>
  fake.recorded.filter((one) => one.channel === channel).map(({ request }) => request);

export const press = async (name: string | RegExp): Promise<void> => {
  fireEvent.click(await screen.findByRole('button', { name }));
};

export const type = async (label: string, value: string): Promise<void> => {
  fireEvent.change(await screen.findByLabelText(label, { selector: 'input:not([type=radio])' }), {
    target: { value },
  });
};

export const card = async (title: string) =>
  within(await screen.findByRole('region', { name: title }));
