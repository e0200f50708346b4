import { randomUUID } from 'node:crypto';
import { localRegistryId } from '#contract/local';
import type { CatalogState, RegistryInput, RegistryView } from '#contract/registry';
import { clientKeyKey, loginKey } from '#core/credentials/credential-key';
import type { SavedRegistry } from '#core/settings/schema';
import type { SettingsStore } from '#core/settings/settings';
import { ServiceFailure } from './failure';
import { createKeptList, type PinnedRegistry } from './kept-list';
import { createValue, type Value } from './observable';
import type { ResolvedInput, SecretKeeper } from './registry-input';
import { viewOfRegistry, type RegistryFacts } from './registry-view';

/** The saved registries, what this run knows of them, and their views. */
export type RegistryStore = {
  /** Throws `registry-unknown`. */
  readonly get: (registryId: string) => SavedRegistry;
  readonly views: Value<readonly RegistryView[]>;
  readonly note: (registryId: string, facts: Partial<RegistryFacts>) => void;
  /** Remembered for the next start. */
  readonly noteCatalog: (registryId: string, catalog: CatalogState) => void;
  readonly add: (input: RegistryInput) => Promise<RegistryView>;
  readonly update: (registryId: string, input: RegistryInput) => Promise<RegistryView>;
  readonly remove: (registryId: string) => Promise<void>;
  /** The name of a registry in the journal. */
  readonly placeOf: (registryId: string) => string;
  /** Every registry of that name in the journal, in the order of the list. */
  readonly ofPlace: (place: string) => readonly SavedRegistry[];
  /** Marks a registry, or one repository of it, as not to be changed, or takes the mark away. */
  readonly protect: (
    registryId: string,
    repository: string | undefined,
    readOnly: boolean,
  ) => RegistryView;
  readonly keepRepository: (registryId: string, repository: string) => void;
  readonly forgetRepository: (registryId: string, repository: string) => void;
};

type Ports = {
  readonly settings: SettingsStore;
  readonly secrets: SecretKeeper;
  readonly resolveInput: (input: RegistryInput, before?: SavedRegistry) => ResolvedInput;
  /** The registry that stands first, whatever is saved. */
  readonly pinned?: PinnedRegistry;
  /** A registry changed or went: its client is closed. */
  readonly onChanged: (registryId: string) => void;
  /** The pinned registry is elsewhere than before, or gone. */
  readonly onMoved?: (registryId: string) => void;
};

const unknownFacts: RegistryFacts = { state: { kind: 'unknown' } };

export const createRegistryStore = (ports: Ports): RegistryStore => {
  const list = createKeptList(ports.settings, ports.pinned);
  const facts = new Map<string, RegistryFacts>();
  const factsOf = ({ id }: SavedRegistry): RegistryFacts =>
    (list.isPinned(id) ? ports.pinned?.facts() : facts.get(id)) ?? unknownFacts;
  const viewOf = (saved: SavedRegistry): RegistryView =>
    viewOfRegistry(saved, factsOf(saved), ports.secrets.keptIn());
  const views = createValue<readonly RegistryView[]>(list.all().map(viewOf));
  const publish = (): void => views.set(list.all().map(viewOf));
  const drop = (registryId: string): void => {
    facts.delete(registryId);
    publish();
    ports.onChanged(registryId);
  };
  const change = (registryId: string, part: Partial<SavedRegistry>): void => {
    list.replace({ ...list.get(registryId), ...part });
    publish();
  };
  ports.pinned?.watch((isElsewhere) => {
    publish();
    if (isElsewhere) ports.onMoved?.(localRegistryId);
  });
  /** For what is done with registries of the user's own only. */
  const listed = (registryId: string): SavedRegistry => {
    if (!list.isPinned(registryId)) return list.get(registryId);
    throw new ServiceFailure(
      'request-refused',
      'The local registry belongs to Tagboat and is always in the list. Its page has a switch and its settings.',
    );
  };

  return {
    get: list.get,
    views,
    note: (registryId, part) => {
      facts.set(registryId, { ...(facts.get(registryId) ?? unknownFacts), ...part });
      publish();
    },
    add: async (input) => {
      const saved = await savedFrom(ports, list.all(), input);
      list.add(saved);
      publish();
      return viewOf(saved);
    },
    update: async (registryId, input) => {
      const saved = await editedFrom(ports, listed(registryId), input);
      list.replace(saved);
      drop(registryId);
      return viewOf(saved);
    },
    remove: async (registryId) => {
      const { id, host } = listed(registryId);
      const owner = { registryId: id, host };
      list.remove(registryId);
      drop(registryId);
      await ports.secrets.forget([loginKey(owner), clientKeyKey(owner)]);
    },
    placeOf: (registryId) => placeOf(list.get(registryId)),
    ofPlace: (place) => list.all().filter((saved) => placeOf(saved) === place),
    ...createMarks({ get: list.get, change, viewOf }),
  };
};

/** The journal names registries by host, so that one that was removed and added again finds its changes. */
const placeOf = ({ id, host }: SavedRegistry): string =>
  // The local registry may come back on another port.
  id === localRegistryId ? localRegistryId : host;

type MarkPorts = {
  readonly get: RegistryStore['get'];
  readonly change: (registryId: string, part: Partial<SavedRegistry>) => void;
  readonly viewOf: (saved: SavedRegistry) => RegistryView;
};

/** What is kept about a registry beside how to reach it. */
const createMarks = ({
  get,
  change,
  viewOf,
}: MarkPorts): Pick<
  RegistryStore,
  'noteCatalog' | 'protect' | 'keepRepository' | 'forgetRepository'
> => ({
  noteCatalog: (registryId, catalog) => {
    if (get(registryId).catalogHint !== catalog) change(registryId, { catalogHint: catalog });
  },
  protect: (registryId, repository, readOnly) => {
    const names = get(registryId).readOnlyRepositories;
    const part =
      repository === undefined
        ? { readOnly }
        : { readOnlyRepositories: marked(names, repository, readOnly) };
    change(registryId, part);
    return viewOf(get(registryId));
  },
  keepRepository: (registryId, repository) => {
    const known = get(registryId).knownRepositories;
    if (known.includes(repository)) return;
    change(registryId, { knownRepositories: [...known, repository] });
  },
  forgetRepository: (registryId, repository) => {
    const known = get(registryId).knownRepositories;
    change(registryId, { knownRepositories: known.filter((name) => name !== repository) });
  },
});

const marked = (
  names: readonly string[] = [],
  repository: string,
  readOnly: boolean,
): readonly string[] => {
  const others = names.filter((name) => name !== repository);
  return readOnly ? [...others, repository] : others;
};

const savedFrom = async (
  { resolveInput, secrets }: Ports,
  all: readonly SavedRegistry[],
  input: RegistryInput,
): Promise<SavedRegistry> => {
  const resolved = resolveInput(input);
  refuseTwin(all, resolved);
  const id = randomUUID();
  const credential = await secrets.keep(id, resolved);
  const createdAt = new Date().toISOString();
  return { id, createdAt, readOnly: false, knownRepositories: [], ...resolved.saved, credential };
};

/** Optional parts that the input leaves out must go, so only what an input cannot change is taken over. */
const editedFrom = async (
  { resolveInput, secrets }: Ports,
  before: SavedRegistry,
  input: RegistryInput,
): Promise<SavedRegistry> => {
  const resolved = resolveInput(input, before);
  const credential = await secrets.keep(before.id, resolved, before);
  const { id, createdAt, readOnly, readOnlyRepositories = [], knownRepositories } = before;
  const kept = { id, createdAt, readOnly, readOnlyRepositories, knownRepositories };
  return { ...kept, ...resolved.saved, credential };
};

const refuseTwin = (all: readonly SavedRegistry[], { saved }: ResolvedInput): void => {
  const twin = all.find(
    ({ host, credential }) => host === saved.host && credential.kind === 'none',
  );
  if (twin && saved.name === twin.name) {
    throw new ServiceFailure(
      'already-exists',
      `${saved.host} is in the list already, as "${twin.name}". Give the second one another name.`,
      { field: 'address' },
    );
  }
};
