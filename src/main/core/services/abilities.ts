import type { AbilitiesView, Ability } from '#contract/change';
import {
  mergeCapabilities,
  probeCapabilities,
  unknownCapabilities,
  type CapabilityRecord,
} from '#core/cleanup/index';
import type { RegistryClient } from '#core/registry/index';
import type { SavedRegistry } from '#core/settings/schema';
import type { Digest } from '#oci/digest';
import type { RepositoryName } from '#oci/repository-name';
import type { Tag } from '#oci/tag';
import type { Clients } from './clients';

/** What this run knows of what registries allow, a repository at a time: rights differ between them. */
export type AbilityBook = {
  /** Asked once a run; `again` asks anew. Probes change nothing. */
  readonly of: (
    registryId: string,
    repository: RepositoryName,
    options: { readonly again?: boolean; readonly signal: AbortSignal },
  ) => Promise<CapabilityRecord>;
  /** What a change that ran has shown. */
  readonly learn: (
    registryId: string,
    repository: string,
    learned: Partial<CapabilityRecord>,
  ) => void;
  /** The registry changed: another login may have other rights. */
  readonly forget: (registryId: string) => void;
};

export const createAbilityBook = (clients: Pick<Clients, 'of'>): AbilityBook => {
  const known = new Map<string, Map<string, CapabilityRecord>>();
  const ofRegistry = (registryId: string): Map<string, CapabilityRecord> => {
    const existing = known.get(registryId) ?? new Map<string, CapabilityRecord>();
    known.set(registryId, existing);
    return existing;
  };
  return {
    of: async (registryId, repository, { again = false, signal }) => {
      const kept = ofRegistry(registryId).get(repository);
      if (kept !== undefined && !again && isAnswered(kept)) return kept;
      const client = await clients.of(registryId);
      const blob = await findBlob(client, repository, signal);
      const probed = await probeCapabilities(client, repository, { signal, blob });
      // Asked again, the answer of today counts, even where an earlier refusal was closer to the registry.
      ofRegistry(registryId).set(repository, probed);
      return probed;
    },
    learn: (registryId, repository, learned) => {
      const records = ofRegistry(registryId);
      const before = records.get(repository) ?? unknownCapabilities;
      records.set(repository, mergeCapabilities(before, learned));
    },
    forget: (registryId) => known.delete(registryId),
  };
};

/** A plan stands on these. One that stayed open, because the registry did not answer then, is asked again. */
const isAnswered = ({ push, deleteByTag, deleteByDigest }: CapabilityRecord): boolean =>
  [push, deleteByTag, deleteByDigest].every(({ answer }) => answer !== 'unknown');

/** Some blob of the repository, to see whether parts of blobs are sent. A failure here only leaves that unknown. */
const findBlob = async (
  client: RegistryClient,
  repository: RepositoryName,
  signal: AbortSignal,
): Promise<Digest | undefined> => {
  try {
    for await (const { tags } of client.tags(repository, { signal })) {
      const [tag] = tags;
      if (tag === undefined) continue;
      return await configOf(client, repository, tag, signal);
    }
    return undefined;
  } catch (error) {
    if (signal.aborted) throw error;
    return undefined;
  }
};

/** The config of an image, or of the first image of an index. */
const configOf = async (
  client: RegistryClient,
  repository: RepositoryName,
  tag: Tag,
  signal: AbortSignal,
): Promise<Digest | undefined> => {
  const { manifest } = await client.getManifest(repository, tag, { signal });
  if (manifest.kind === 'image') return manifest.config.digest;
  const [first] = manifest.kind === 'index' ? manifest.manifests : [];
  if (first === undefined) return undefined;
  const child = await client.getManifest(repository, first.digest, { signal });
  return child.manifest.kind === 'image' ? child.manifest.config.digest : undefined;
};

const order: readonly Ability[] = [
  'catalog',
  'push',
  'deleteByTag',
  'deleteByDigest',
  'referrers',
  'mount',
  'range',
];

export const viewOfAbilities = (
  record: CapabilityRecord,
  saved: SavedRegistry,
  repository: string,
): AbilitiesView => ({
  abilities: order.map((ability) => ({ ability, ...record[ability] })),
  readOnly: readOnlyMark(saved, repository),
});

/** Where the user has marked something as not to be changed. */
export const readOnlyMark = (
  saved: SavedRegistry,
  repository: string,
): AbilitiesView['readOnly'] => {
  if (saved.readOnly) return 'registry';
  return saved.readOnlyRepositories?.includes(repository) === true ? 'repository' : 'no';
};
