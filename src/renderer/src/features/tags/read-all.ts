import type { QueryClient } from '@tanstack/react-query';
import type { ContractError } from '#contract/result';
import type { TagDetailsPage } from '#contract/tag';
import { api, streamToEnd, toContractError } from '#lib/api';
import { queryKeys } from '#lib/keys';
import { enterDetails, unreadTags } from '#lib/tag-details';
import { createBookWriter } from './book-writer';

/** Where reading the details of every tag stands. */
export type ReadAllState =
  | { readonly kind: 'idle' }
  | { readonly kind: 'running'; readonly completed: number; readonly total: number }
  | { readonly kind: 'done' }
  | { readonly kind: 'stopped' }
  | { readonly kind: 'failed'; readonly error: ContractError };

export const readAllKey = (registryId: string, repository: string) =>
  [...queryKeys.tagDetails(registryId, repository), 'all'] as const;

/** Runs by query cache and repository: they go on while another repository is looked at, and end with the window. */
const running = new WeakMap<QueryClient, Map<string, AbortController>>();

const runsOf = (client: QueryClient): Map<string, AbortController> => {
  const known = running.get(client);
  if (known !== undefined) return known;
  const fresh = new Map<string, AbortController>();
  running.set(client, fresh);
  return fresh;
};

/**
 * Ten thousand rows in the background are published a few times a second: each time the filter, the order and the
 * table take them in, and nobody can read faster.
 */
const publishMs = 250;

export type ReadAllPlace = {
  readonly client: QueryClient;
  readonly registryId: string;
  readonly repository: string;
};

/** Stops what `startReadAll` began; what was read stays. */
export const stopReadAll = ({ client, registryId, repository }: ReadAllPlace): void => {
  runsOf(client).get(`${registryId} ${repository}`)?.abort();
};

const failuresOf = (tags: readonly string[]): TagDetailsPage => ({
  details: [],
  failures: tags.map((tag) => ({
    tag,
    error: { code: 'response-malformed', message: 'No details came for this tag.', detail: {} },
  })),
});

const endState = (error: unknown): ReadAllState => {
  const contractError = toContractError(error);
  return contractError.code === 'cancelled'
    ? { kind: 'stopped' }
    : { kind: 'failed', error: contractError };
};

/**
 * Reads the details of all these tags that are not read yet, as a task that main shows in the status bar and that can
 * be cancelled there too. Resolves when it is over, however it ended.
 */
export const startReadAll = async (
  { client, registryId, repository }: ReadAllPlace,
  tags: readonly string[],
): Promise<void> => {
  const runs = runsOf(client);
  const id = `${registryId} ${repository}`;
  if (runs.has(id)) return;
  const abort = new AbortController();
  let completed = 0;
  let total = 0;
  const set = (state: ReadAllState): void => {
    client.setQueryData<ReadAllState>(readAllKey(registryId, repository), state);
  };
  const report = (): void => {
    if (runs.get(id) === abort) set({ kind: 'running', completed, total });
  };
  const writer = createBookWriter(client, queryKeys.tagDetails(registryId, repository), (takeIn) =>
    setTimeout(() => {
      takeIn();
      report();
    }, publishMs),
  );
  const missing = unreadTags(writer.read(), tags);
  if (missing.length === 0) {
    set({ kind: 'done' });
    return;
  }
  runs.set(id, abort);
  total = missing.length;
  report();
  try {
    await streamToEnd(
      api.tag.details,
      { registryId, repository, tags: [...missing], background: true },
      {
        signal: abort.signal,
        onPage: (page) => {
          completed += page.details.length + page.failures.length;
          writer.enter(page);
        },
      },
    );
    // The last page may still wait for its turn; "done" must not come before it. A tag that got no answer at all
    // counts as failed, or it would be asked for again and again.
    const silent = unreadTags(writer.read(), missing);
    writer.change((book) => enterDetails(book, failuresOf(silent)));
    set({ kind: 'done' });
  } catch (error) {
    set(endState(error));
  } finally {
    runs.delete(id);
  }
};
