import type { ClientKey } from '#core/credentials/credential';
import type { CredentialResolverChain } from '#core/credentials/resolver';
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
  'userAgent' | 'proxy' | 'log' | 'contentCache' | 'seenTags' | 'limits'
>;

type Ports = {
  readonly defaults: ClientDefaults;
  readonly credentials: CredentialResolverChain;
  readonly saved: (registryId: string) => SavedRegistry;
  /** Logins that are neither stored nor found, by registry: the local registry's own. */
  readonly ownLogin?: (registryId: string) => CredentialResolver | undefined;
  /** Resolves when a registry can be asked; throws when it cannot be until somebody does something. */
  readonly ready?: (registryId: string) => Promise<void>;
  /** Where a registry is right now, for one that moves without an edit; another text makes clients of before useless. */
  readonly connection?: (registryId: string) => string;
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
  /** Drops the client if the registry is elsewhere than when it was made. */
  readonly dropStale: (registryId: string) => void;
  readonly close: () => Promise<void>;
};

type OpenClient = {
  readonly client: Promise<RegistryClient>;
  /** Where the registry was; undefined until it can be asked. */
  readonly connection: () => string | undefined;
};

export const createClients = (ports: Ports): Clients => {
  const open = new Map<string, OpenClient>();
  const drop = (registryId: string): void => {
    const one = open.get(registryId);
    open.delete(registryId);
    // A client that could not be made has nothing to close.
    void one?.client.then((made) => made.close()).catch(() => undefined);
  };
  const dropStale = (registryId: string): void => {
    const connection = open.get(registryId)?.connection();
    if (connection !== undefined && connection !== ports.connection?.(registryId)) drop(registryId);
  };
  const make = (registryId: string): OpenClient => {
    let connection: string | undefined;
    const prepare = async (): Promise<RegistryClient> => {
      await ports.ready?.(registryId);
      connection = ports.connection?.(registryId);
      return clientForSaved(ports, registryId);
    };
    const made: OpenClient = { client: prepare(), connection: () => connection };
    open.set(registryId, made);
    // A failure (a locked keychain, say) must not be remembered: the next call tries again.
    made.client.catch(() => {
      if (open.get(registryId) === made) open.delete(registryId);
    });
    return made;
  };
  return {
    of: (registryId) => {
      dropStale(registryId);
      return (open.get(registryId) ?? make(registryId)).client;
    },
    forInput: (input, origin, before) => clientForInput(ports, input, origin, before),
    drop,
    dropStale,
    close: async () => {
      const closing = [...open.values()].map(async ({ client }) => (await client).close());
      open.clear();
      await Promise.allSettled(closing);
    },
  };
};

const clientForSaved = async (ports: Ports, registryId: string): Promise<RegistryClient> => {
  const registry = ports.saved(registryId);
  const options = await optionsFor(registry, () => storedKey(ports, registry));
  const resolveCredential = resolverFor(ports, registry);
  return createRegistryClient({ ...ports.defaults, ...options, resolveCredential });
};

const clientForInput = async (
  ports: Ports,
  input: ResolvedInput,
  origin: string,
  before: SavedRegistry | undefined,
): Promise<RegistryClient> => {
  const registry = { ...input.saved, origin, plainHttp: origin.startsWith('http:') };
  const options = await optionsFor(registry, async () => {
    if (input.clientKey) return input.clientKey;
    if (before) return storedKey(ports, before);
    throw new ServiceFailure('input-invalid', 'The client certificate needs its key.', {
      field: 'clientCertificate',
    });
  });
  const resolveCredential = resolverForInput(ports, input, before);
  return createRegistryClient({ ...ports.defaults, ...options, resolveCredential });
};

const resolverFor = (
  { credentials, ownLogin }: Ports,
  { id, host, credential }: SavedRegistry,
): CredentialResolver =>
  ownLogin?.(id) ??
  credentials.resolverFor({ choice: credential, owner: { registryId: id, host } });

const storedKey = async (
  { credentials }: Ports,
  { id, host }: SavedRegistry,
): Promise<ClientKey> => {
  const key = await credentials.clientKey({ registryId: id, host });
  if (key) return { kind: 'client-key', secret: key.pem, ...passphraseOf(key) };
  throw new ServiceFailure(
    'tls-client-certificate',
    `The key of the client certificate for ${host} is no longer in the keychain. Edit the registry and choose it again.`,
    { host },
  );
};

type Connection = Pick<
  SavedRegistry,
  | 'origin'
  | 'caPem'
  | 'clientCertificate'
  | 'trustedFingerprints'
  | 'plainHttp'
  | 'approvedRealmHosts'
>;

const optionsFor = async (
  registry: Connection,
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

const pairOf = (
  certPem: string,
  { secret, passphrase }: ClientKey,
): { certPem: string; keyPem: string; passphrase?: string } => ({
  certPem,
  keyPem: secret,
  ...(passphrase === undefined ? {} : { passphrase }),
});

const passphraseOf = ({ passphrase }: { passphrase?: string }): { passphrase?: string } =>
  passphrase === undefined ? {} : { passphrase };

const resolverForInput = (
  ports: Ports,
  { login, saved }: ResolvedInput,
  before: SavedRegistry | undefined,
): CredentialResolver => {
  switch (login.kind) {
    case 'none':
      return async () => undefined;
    case 'password': {
      const { username, secret } = login;
      return async () => ({ kind: 'password', username, secret });
    }
    case 'found':
      return resolverFor(ports, {
        ...(before ?? blank),
        ...saved,
        credential: { kind: 'found', source: login.source },
      });
    case 'keep':
      // A stored secret is never sent to another host than the one it was typed for.
      return before && before.host === saved.host
        ? resolverFor(ports, before)
        : async () => undefined;
  }
};

const blank: Pick<SavedRegistry, 'id' | 'createdAt' | 'readOnly' | 'knownRepositories'> = {
  id: 'unsaved',
  createdAt: new Date(0).toISOString(),
  readOnly: false,
  knownRepositories: [],
};
