import { joinNames, type TagDetailsPage, type TagListEnd, type TagPage } from '#contract/tag';
import type { ContractError } from '#contract/result';
import { parseRepositoryName, type RepositoryName } from '#oci/repository-name';
import { parseTag, sortTagsByVersion, type Tag } from '#oci/tag';
import type { ListTruncation, RegistryClient } from '#core/registry/index';
import type { Tasks } from '#core/tasks/tasks';
import type { Clients } from './clients';
import { toContractError } from './failure';
import type { Handlers, StreamSink } from './handlers';
import type { RegistryStore } from './registry-store';
import { splitTags } from './split-tags';
import { readTagDetails } from './tag-details';
import { truncationWords } from './words';

type TagHandlers = Pick<Handlers, Extract<keyof Handlers, `tag:${string}`>>;

type Ports = {
  readonly clients: Clients;
  readonly store: RegistryStore;
  readonly tasks: Tasks<ContractError>;
};

export const createTagHandlers = ({ clients, store, tasks }: Ports): TagHandlers => ({
  'tag:list': async ({ registryId, repository }, sink) => {
    const name = parseRepositoryName(repository);
    return listTags(await clients.of(registryId), name, sink);
  },
  'tag:details': async ({ registryId, repository, tags, background }, sink) => {
    const name = parseRepositoryName(repository);
    const client = await clients.of(registryId);
    const wanted = tags.map((tag) => parseTag(tag));
    const noteBudget = (): void => {
      const pullBudget = client.pullBudget();
      if (pullBudget) store.note(registryId, { pullBudget });
    };
    if (background === true) {
      await tasks.run(
        {
          title: `Reading details of ${wanted.length.toLocaleString('en')} tags in ${repository}`,
          unit: 'tags',
          total: wanted.length,
          signal: sink.signal,
        },
        ({ signal, progress }) =>
          streamDetails(client, name, wanted, { page: sink.page, signal }, progress),
      );
    } else {
      await streamDetails(client, name, wanted, sink);
    }
    noteBudget();
    return null;
  },
});

const listTags = async (
  client: RegistryClient,
  repository: RepositoryName,
  { page, signal }: StreamSink<TagPage>,
): Promise<TagListEnd> => {
  let total = 0;
  let truncatedBy: ListTruncation | undefined;
  for await (const found of client.tags(repository, { signal })) {
    truncatedBy = found.truncatedBy ?? truncatedBy;
    const { tags, attachedTags } = splitTags(found.tags);
    total += tags.length;
    // Ordered here, while the window still draws the frame of the table.
    page({ names: joinNames(sortTagsByVersion(tags)), attachedTags });
  }
  return { total, ...(truncatedBy ? { truncated: truncationWords(truncatedBy, 'tags') } : {}) };
};

/** Rows are sent together, at most this often: a window renders batches, not rows. */
const batchMs = 40;

/** Tags read side by side; the transport's own queue decides how many requests are on the wire. */
const rowConcurrency: Readonly<Record<'interactive' | 'background', number>> = {
  interactive: 16,
  background: 8,
};

const streamDetails = async (
  client: RegistryClient,
  repository: RepositoryName,
  tags: readonly Tag[],
  { page, signal }: StreamSink<TagDetailsPage>,
  progress?: (completed: number) => void,
): Promise<void> => {
  const priority = progress ? 'background' : 'interactive';
  const batch = createBatch(page);
  const rest = tags.values();
  let completed = 0;
  const worker = async (): Promise<void> => {
    for (const tag of rest) {
      signal.throwIfAborted();
      try {
        const details = await readTagDetails(client, repository, tag, { signal, priority });
        batch.add({ details: [details], failures: [] });
      } catch (error) {
        signal.throwIfAborted();
        batch.add({ details: [], failures: [{ tag, error: toContractError(error) }] });
      }
      completed += 1;
      progress?.(completed);
    }
  };
  try {
    await Promise.all(Array.from({ length: rowConcurrency[priority] }, worker));
  } finally {
    batch.flush();
  }
};

type Batch = { readonly add: (part: TagDetailsPage) => void; readonly flush: () => void };

const createBatch = (page: (page: TagDetailsPage) => void): Batch => {
  let details: TagDetailsPage['details'][number][] = [];
  let failures: TagDetailsPage['failures'][number][] = [];
  let timer: NodeJS.Timeout | undefined;
  const flush = (): void => {
    clearTimeout(timer);
    timer = undefined;
    if (details.length + failures.length === 0) return;
    page({ details, failures });
    details = [];
    failures = [];
  };
  return {
    add: (part) => {
      details.push(...part.details);
      failures.push(...part.failures);
      timer ??= setTimeout(flush, batchMs);
    },
    flush,
  };
};
