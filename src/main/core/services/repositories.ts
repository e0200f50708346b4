import type { RepositoryListEnd, RepositoryPage } from '#contract/repository';
import { parseRepositoryName, type RepositoryName } from '#oci/repository-name';
import { RegistryError, type RegistryClient } from '#core/registry/index';
import { isClosedCatalog } from './check';
import type { Clients } from './clients';
import { toContractError } from './failure';
import type { Handlers, StreamSink } from './handlers';
import type { RegistryStore } from './registry-store';
import { truncationWords } from './words';

type RepositoryHandlers = Pick<Handlers, Extract<keyof Handlers, `repository:${string}`>>;

export const createRepositoryHandlers = (
  store: RegistryStore,
  clients: Clients,
): RepositoryHandlers => ({
  'repository:list': async ({ registryId }, sink) => {
    const known = store.get(registryId).knownRepositories;
    if (known.length > 0) sink.page({ repositories: known });
    try {
      const client = await clients.of(registryId);
      const end = await listCatalog(client, new Set(known), sink);
      store.noteCatalog(registryId, end.catalog);
      store.note(registryId, { state: { kind: 'ready', anonymous: false } });
      return end;
    } catch (error) {
      if (!sink.signal.aborted) {
        store.note(registryId, { state: { kind: 'failed', error: toContractError(error) } });
      }
      throw error;
    }
  },
  'repository:add': async ({ registryId, repository }, { signal }) => {
    const name = parseRepositoryName(repository.trim());
    const client = await clients.of(registryId);
    const exists = await repositoryExists(client, name, signal);
    if (exists) store.keepRepository(registryId, name);
    return { repository: name, exists };
  },
  'repository:forget': ({ registryId, repository }) => {
    store.forgetRepository(registryId, repository);
    return null;
  },
});

const listCatalog = async (
  client: RegistryClient,
  known: ReadonlySet<string>,
  { page, signal }: StreamSink<RepositoryPage>,
): Promise<RepositoryListEnd> => {
  let invalidCount = 0;
  let truncated: string | undefined;
  try {
    for await (const found of client.catalog({ signal })) {
      invalidCount += found.invalidCount;
      if (found.truncatedBy) truncated = truncationWords(found.truncatedBy, 'repositories');
      page({ repositories: found.repositories.filter((name) => !known.has(name)) });
    }
  } catch (error) {
    if (!isClosedCatalog(error)) throw error;
    await refuseMissingLogin(client, error, signal);
    return { catalog: 'closed', invalidCount: 0 };
  }
  return { catalog: 'open', invalidCount, ...(truncated === undefined ? {} : { truncated }) };
};

/** A 401 on the catalog is a closed catalog only when the registry lets one in at all. */
const refuseMissingLogin = async (
  client: RegistryClient,
  error: unknown,
  signal: AbortSignal,
): Promise<void> => {
  if (!(error instanceof RegistryError) || error.code !== 'unauthorized') return;
  const { access } = await client.ping({ signal });
  if (access === 'credentials-needed') throw error;
};

const repositoryExists = async (
  client: RegistryClient,
  name: RepositoryName,
  signal: AbortSignal,
): Promise<boolean> => {
  try {
    // The first page answers it; leaving the loop stops the rest.
    for await (const _page of client.tags(name, { signal })) return true;
    return true;
  } catch (error) {
    if (error instanceof RegistryError && error.code === 'not-found') return false;
    throw error;
  }
};
