import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import { create } from 'zustand';
import type { ChangeProgress, ChangeReport, ChangeView } from '#contract/change';
import type { ContractError } from '#contract/result';
import { api, streamToEnd, toContractError } from '#lib/api';
import { queryKeys } from '#lib/keys';
import { type TagBook, makeStale } from '#lib/tag-details';
import { useStatusMessage } from '#state/status-message';
import { reportTitle } from './change-words';

export type Continued =
  | {
      readonly kind: 'running';
      readonly progress: ChangeProgress | undefined;
      /** Stops after the step that is under way. */
      readonly cancel: () => void;
    }
  | { readonly kind: 'stopping' }
  | { readonly kind: 'done'; readonly change: ChangeView; readonly report: ChangeReport }
  | { readonly kind: 'failed'; readonly change: ChangeView; readonly error: ContractError };

type Continuing = {
  /** By the id of the change. */
  readonly continued: ReadonlyMap<string, Continued>;
  readonly forget: (changeId: string) => void;
};

/** What goes on or went on with changes of the journal in this run; outlives the dialog it was started from. */
export const useContinuing = create<Continuing>()((set) => ({
  continued: new Map(),
  forget: (changeId) =>
    set(({ continued }) => ({
      continued: new Map([...continued].filter(([id]) => id !== changeId)),
    })),
}));

const note = (changeId: string, entry: Continued): void =>
  useContinuing.setState(({ continued }) => ({
    continued: new Map([...continued].filter(([id]) => id !== changeId)).set(changeId, entry),
  }));

type Place = Pick<ChangeView, 'registryId' | 'repository'>;

/** What was read of the repository is shown until it is read anew. */
const readAgain = async (client: QueryClient, { registryId, repository }: Place): Promise<void> => {
  if (registryId === undefined) return;
  client.setQueryData<TagBook>(
    queryKeys.tagDetails(registryId, repository),
    (book) => book && makeStale(book),
  );
  await client.invalidateQueries({ queryKey: queryKeys.repository(registryId, repository) });
};

/** Follows the change to its end, and tells in the store and in the status bar how it went. */
const follow = async (change: ChangeView): Promise<void> => {
  const { changeId } = change;
  const { say } = useStatusMessage.getState();
  const stop = (): void => {
    note(changeId, { kind: 'stopping' });
    void api.change.stop({ startedBy: changeId });
  };
  const tellRunning = (progress: ChangeProgress | undefined): void =>
    note(changeId, { kind: 'running', progress, cancel: stop });
  tellRunning(undefined);
  try {
    const onPage = (progress: ChangeProgress): void => {
      if (useContinuing.getState().continued.get(changeId)?.kind === 'running')
        tellRunning(progress);
    };
    const report = await streamToEnd(api.change.continue, { changeId }, { onPage });
    // Stopped by the person who looks on: its row says how far it came.
    if (report.outcome === 'cancelled') useContinuing.getState().forget(changeId);
    else note(changeId, { kind: 'done', change, report });
    say(reportTitle(report), report.outcome === 'stopped' ? 'failed' : 'plain');
  } catch (thrown) {
    const error = toContractError(thrown);
    if (error.code === 'cancelled') {
      useContinuing.getState().forget(changeId);
      return;
    }
    note(changeId, { kind: 'failed', change, error });
    say(error.message, 'failed');
  }
};

const isUnderWay = (continued: Continued | undefined): boolean =>
  continued?.kind === 'running' || continued?.kind === 'stopping';

/** The way to go on with a change that was interrupted, stopped or cancelled. */
export const useContinueChange = (): ((change: ChangeView) => void) => {
  const client = useQueryClient();
  return useCallback(
    (change) => {
      if (isUnderWay(useContinuing.getState().continued.get(change.changeId))) return;
      void follow(change).then(() => readAgain(client, change));
    },
    [client],
  );
};
