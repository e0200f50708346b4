import { randomUUID } from 'node:crypto';
import type { RegistryInput, RegistryState, RegistryView, CatalogState } from '#contract/registry';
import { clientKeyKey, loginKey } from '#core/credentials/credential-key';
import type { SavedRegistry } from '#core/settings/schema';
import type { SettingsStore } from '#core/settings/settings';
import { ServiceFailure } from './failure';
import { createValue, type Value } from './observable';
import type { ResolvedInput, SecretKeeper } from './registry-input';
import { viewOfRegistry } from './registry-view';

/** What is known of a registry in this run, beside what is saved. */
export type RegistryFacts = {
  readonly state: RegistryState;
  readonly product?: string;
  readonly pullBudget?: RegistryView['pullBudget'];
};

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
  readonly keepRepository: (registryId: string, repository: string) => void;
  readonly forgetRepository: (registryId: string, repository: string) => void;
};

type Ports = {
  readonly settings: SettingsStore;
  readonly secrets: SecretKeeper;
  readonly resolveInput: (input: RegistryInput, before?: SavedRegistry) => ResolvedInput;
  /** A registry changed or went: its client is closed. */
  readonly onChanged: (registryId: string) => void;
};

const unknownFacts: RegistryFacts = { state: { kind: 'unknown' } };

export const createRegistryStore = (ports: Ports): RegistryStore => {
  const { settings, secrets, resolveInput, onChanged } = ports;
  const facts = new Map<string, RegistryFacts>();
  const viewOf = (saved: SavedRegistry): RegistryView =>
    viewOfRegistry(saved, facts.get(saved.id) ?? unknownFacts, secrets.keptIn());
  const allViews = (): readonly RegistryView[] => settings.current().registries.map(viewOf);
  const views = createValue(allViews());
  const publish = (): void => views.set(allViews());

  const get = (registryId: string): SavedRegistry => {
    const saved = settings.current().registries.find(({ id }) => id === registryId);
    if (!saved)
      throw new ServiceFailure('registry-unknown', 'This registry is no longer in the list.');
    return saved;
  };
  const write = (change: (saved: readonly SavedRegistry[]) => readonly SavedRegistry[]): void => {
    settings.update((current) => ({ ...current, registries: change(current.registries) }));
    publish();
  };
  const replace = (registryId: string, part: Partial<SavedRegistry>): void => {
    const saved = get(registryId);
    write((all) => all.map((one) => (one === saved ? { ...saved, ...part } : one)));
  };

  return {
    get,
    views,
    note: (registryId, part) => {
      facts.set(registryId, { ...(facts.get(registryId) ?? unknownFacts), ...part });
      publish();
    },
    noteCatalog: (registryId, catalog) => {
      if (get(registryId).catalogHint !== catalog) replace(registryId, { catalogHint: catalog });
    },
    add: async (input) => {
      const resolved = resolveInput(input);
      refuseTwin(settings.current().registries, resolved);
      const id = randomUUID();
      const credential = await secrets.keep(id, resolved);
      const createdAt = new Date().toISOString();
      const saved: SavedRegistry = {
        id,
        createdAt,
        readOnly: false,
        knownRepositories: [],
        ...resolved.saved,
        credential,
      };
      write((all) => [...all, saved]);
      return viewOf(saved);
    },
    update: async (registryId, input) => {
      const before = get(registryId);
      const resolved = resolveInput(input, before);
      const credential = await secrets.keep(registryId, resolved, before);
      facts.delete(registryId);
      // Optional parts that the new input leaves out must go, so they are not spread from `before`.
      const { id, createdAt, readOnly, knownRepositories } = get(registryId);
      const after = { id, createdAt, readOnly, knownRepositories, ...resolved.saved, credential };
      write((all) => all.map((one) => (one.id === registryId ? after : one)));
      onChanged(registryId);
      return viewOf(after);
    },
    remove: async (registryId) => {
      const { id, host } = get(registryId);
      write((all) => all.filter((one) => one.id !== registryId));
      facts.delete(registryId);
      onChanged(registryId);
      await secrets.forget([
        loginKey({ registryId: id, host }),
        clientKeyKey({ registryId: id, host }),
      ]);
    },
    keepRepository: (registryId, repository) => {
      const known = get(registryId).knownRepositories;
      if (known.includes(repository)) return;
      replace(registryId, { knownRepositories: [...known, repository] });
    },
    forgetRepository: (registryId, repository) => {
      const known = get(registryId).knownRepositories;
      replace(registryId, { knownRepositories: known.filter((name) => name !== repository) });
    },
  };
};

const refuseTwin = (all: readonly SavedRegistry[], { saved }: ResolvedInput): void => {
  const twin = all.find(
    ({ host, credential }) => host === saved.host && credential.kind === 'none',
  );
  if (twin && saved.name === twin.name) {
    throw new ServiceFailure(
      'already-exists',
      `${saved.host} is in the list already, as "${twin.name}".`,
      { field: 'address' },
    );
  }
};
