import { clientKeyKey } from '#core/credentials/credential-key';
import type { ClientKey } from '#core/credentials/credential';
import type { LazyCredentialStore } from '#core/credentials/store';
import {
  createRegistryClient,
  type CredentialResolver,
  type RegistryClient,
  type RegistryClientOptions,
} from '#core/registry/index';
import type { SavedRegistry } from '#core/settings/schema';
import { ServiceFailure } from './failure';
import type { ResolvedInput } from './registry-input';

/** What every client of this run shares. */
export type ClientDefaults = Pick<
  RegistryClientOptions,
  'userAgent' | 'proxy' | 'log' | 'contentCache' | 'limits'
>;

type Ports = {
  readonly defaults: ClientDefaults;
  readonly credentials: LazyCredentialStore;
  readonly saved: (registryId: string) => SavedRegistry;
  readonly resolverFor: (saved: SavedRegistry) => CredentialResolver;
};

export type Clients = {
  /** One client a registry, kept until the registry changes or the app closes. */
  readonly of: (registryId: string) => Promise<RegistryClient>;
  /** A client for an input that is being checked; the caller closes it. `before` lends what the input keeps. */
  readonly forInput: (
    input: ResolvedInput,
    origin: string,
    before?: SavedRegistry,
  ) => Promise<RegistryClient>;
  readonly drop: (registryId: string) => void;
  readonly close: () => Promise<void>;
};

export const createClients = ({ defaults, credentials, saved, resolverFor }: Ports): Clients => {
  const open = new Map<string, Promise<RegistryClient>>();

  const storedKey = async (registry: SavedRegistry): Promise<ClientKey> => {
    const { store } = await credentials.opened();
    const key = await store.get(clientKeyKey({ registryId: registry.id, host: registry.host }));
    if (key?.kind === 'client-key') return key;
    throw new ServiceFailure(
      'tls-client-certificate',
      `The key of the client certificate for ${registry.host} is not in the keychain any more. Edit the registry and choose it again.`,
      { host: registry.host },
    );
  };
  const optionsFor = async (
    registry: Pick<SavedRegistry, 'origin' | 'caPem' | 'clientCertificate' | 'trustedFingerprints' | 'plainHttp' | 'approvedRealmHosts'>,
    key: () => Promise<ClientKey>,
  ): Promise<Omit<RegistryClientOptions, 'resolveCredential' | 'userAgent'>> => ({
    origin: registry.origin,
    allowPlainHttp: registry.plainHttp,
    extraRealmHosts: registry.approvedRealmHosts,
    tls: {
      ...(registry.caPem === undefined ? {} : { ca: [registry.caPem] }),
      trustedFingerprints: registry.trustedFingerprints,
      ...(registry.clientCertificate
        ? { clientCertificate: pairOf(registry.clientCertificate.certificatePem, await key()) }
        : {}),
    },
  });
  const create = async (registryId: string): Promise<RegistryClient> => {
    const registry = saved(registryId);
    const options = await optionsFor(registry, () => storedKey(registry));
    return createRegistryClient({
      ...defaults,
      ...options,
      resolveCredential: resolverFor(registry),
    });
  };
  const drop = (registryId: string): void => {
    const client = open.get(registryId);
    open.delete(registryId);
    // A client that could not be made has nothing to close.
    void client?.then((made) => made.close()).catch(() => undefined);
  };

  return {
    of: (registryId) => {
      const existing = open.get(registryId);
      if (existing) return existing;
      const made = create(registryId);
      open.set(registryId, made);
      // A failure (a locked keychain, say) must not be remembered: the next call tries again.
      made.catch(() => open.delete(registryId));
      return made;
    },
    forInput: async (input, origin, before) => {
      const registry = { ...input.saved, origin, plainHttp: origin.startsWith('http:') };
      const options = await optionsFor(registry, async () => {
        if (input.clientKey) return input.clientKey;
        if (before) return storedKey(before);
        throw new ServiceFailure('input-invalid', 'The client certificate needs its key.', {
          field: 'clientCertificate',
        });
      });
      return createRegistryClient({
        ...defaults,
        ...options,
        resolveCredential: resolverForInput(input, before, resolverFor),
      });
    },
    drop,
    close: async () => {
      const closing = [...open.values()].map(async (client) => (await client).close());
      open.clear();
      await Promise.allSettled(closing);
    },
  };
};

const pairOf = (
  certPem: string,
  { secret, passphrase }: ClientKey,
): { certPem: string; keyPem: string; passphrase?: string } =>
  passphrase === undefined ? { certPem, keyPem: secret } : { certPem, keyPem: secret, passphrase };

const resolverForInput = (
  { login, saved }: ResolvedInput,
  before: SavedRegistry | undefined,
  resolverFor: Ports['resolverFor'],
): CredentialResolver => {
  switch (login.kind) {
    case 'none':
      return async () => undefined;
    case 'password': {
      const { username, secret } = login;
      return async () => ({ kind: 'password', username, secret });
    }
    case 'found':
      return resolverFor({
        ...(before ?? blank),
        ...saved,
        credential: { kind: 'found', source: login.source },
      });
    case 'keep':
      // A stored secret is never sent to another host than the one it was typed for.
      return before && before.host === saved.host ? resolverFor(before) : async () => undefined;
  }
};

const blank: Pick<SavedRegistry, 'id' | 'createdAt' | 'readOnly' | 'knownRepositories'> = {
  id: 'unsaved',
  createdAt: new Date(0).toISOString(),
  readOnly: false,
  knownRepositories: [],
};
