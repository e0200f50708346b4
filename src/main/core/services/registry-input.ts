import { X509Certificate } from 'node:crypto';
import type { RegistryInput } from '#contract/registry';
import { clientKeyKey, loginKey } from '#core/credentials/credential-key';
import type { ClientKey, StoredCredential, StoredSecret } from '#core/credentials/credential';
import type { LazyCredentialStore } from '#core/credentials/store';
import type { CredentialChoice, SavedRegistry } from '#core/settings/schema';
import { parseAddress } from './address';
import type { PickedFiles } from './app';
import { ServiceFailure } from './failure';

/** The part of a saved registry that an input decides. */
type SavedPart = Omit<
  SavedRegistry,
  'id' | 'createdAt' | 'readOnly' | 'knownRepositories' | 'credential'
>;

/** An input with its files read, its address understood and its parts checked. Still holds secrets: it stays in main. */
export type ResolvedInput = {
  readonly saved: SavedPart;
  /** What to try, in order; the first is `saved.origin`. */
  readonly origins: readonly string[];
  readonly login: RegistryInput['login'];
  /** Undefined: no client certificate, or the stored key stays. */
  readonly clientKey?: ClientKey;
};

/** Puts the secrets of an input where secrets belong. */
export type SecretKeeper = {
  /** Plain words for where this run keeps secrets. */
  readonly keptIn: () => string;
  readonly keep: (
    registryId: string,
    input: ResolvedInput,
    before?: SavedRegistry,
  ) => Promise<CredentialChoice>;
  readonly forget: (keys: readonly string[]) => Promise<void>;
};

type Pem = NonNullable<RegistryInput['ca']>;

/** `originOf` knows which scheme answered when this host was checked a moment ago. */
export const createInputResolver =
  (files: PickedFiles, originOf: (host: string) => string | undefined) =>
  (input: RegistryInput, before?: SavedRegistry): ResolvedInput => {
    const { host, origins } = parseAddress(input.address, input.plainHttp);
    const remembered = [originOf(host), before?.host === host ? before.origin : undefined].find(
      (origin) => origin !== undefined && origins.includes(origin),
    );
    // A loopback host that was never asked speaks plain HTTP more often than not.
    const origin = remembered ?? origins.at(-1) ?? '';
    const readPem = (pem: Pem): string => ('text' in pem ? pem.text : files.textOf(pem.file));
    const caPem = input.ca === undefined ? before?.caPem : input.ca && checkedCa(readPem(input.ca));
    const client = clientPartOf(input, before, readPem);
    const name = input.name?.trim();
    return {
      origins: [origin, ...origins.filter((one) => one !== origin)],
      login: input.login,
      saved: {
        name: name === undefined || name === '' ? host : name,
        address: input.address.trim(),
        host,
        origin,
        plainHttp: origin.startsWith('http:'),
        trustedFingerprints: input.trustedFingerprints ?? before?.trustedFingerprints ?? [],
        approvedRealmHosts: input.approvedRealmHosts ?? before?.approvedRealmHosts ?? [],
        ...(caPem ? { caPem } : {}),
        ...(client.certificatePem
          ? { clientCertificate: { certificatePem: client.certificatePem } }
          : {}),
      },
      ...(client.key ? { clientKey: client.key } : {}),
    };
  };

const clientPartOf = (
  { clientCertificate }: RegistryInput,
  before: SavedRegistry | undefined,
  readPem: (pem: Pem) => string,
): { readonly certificatePem?: string; readonly key?: ClientKey } => {
  if (clientCertificate === null) return {};
  if (clientCertificate === undefined) {
    const certificatePem = before?.clientCertificate?.certificatePem;
    return certificatePem === undefined ? {} : { certificatePem };
  }
  const { certificate, key, passphrase } = clientCertificate;
  const certificatePem = checkedCertificate(readPem(certificate), 'clientCertificate');
  const secret = readPem(key);
  if (!secret.includes('PRIVATE KEY-----')) {
    throw new ServiceFailure(
      'input-invalid',
      'The key of the client certificate is not a PEM private key.',
      {
        field: 'clientCertificate',
      },
    );
  }
  return {
    certificatePem,
    key: { kind: 'client-key', secret, ...(passphrase ? { passphrase } : {}) },
  };
};

const checkedCertificate = (pem: string, field: string): string => {
  try {
    return new X509Certificate(pem) && pem;
  } catch (cause) {
    throw new ServiceFailure(
      'input-invalid',
      'The certificate cannot be read. It must be in PEM form ("-----BEGIN CERTIFICATE-----").',
      { field },
      { cause },
    );
  }
};

const checkedCa = (pem: string): string => checkedCertificate(pem, 'ca');

export const createSecretKeeper = (
  credentials: LazyCredentialStore,
  keptIn: () => string,
): SecretKeeper => ({
  keptIn,
  keep: async (registryId, { saved, login, clientKey }, before) => {
    const owner = { registryId, host: saved.host };
    const set = async (key: string, secret: StoredSecret): Promise<void> =>
      (await credentials.opened()).store.set(key, secret);
    if (clientKey) await set(clientKeyKey(owner), clientKey);
    switch (login.kind) {
      case 'none':
        return { kind: 'none' };
      case 'found':
        return { kind: 'found', source: login.source };
      case 'password':
        await set(loginKey(owner), passwordOf(login));
        return { kind: 'stored', username: login.username };
      case 'keep':
        refuseOtherHost(saved.host, before);
        return before?.credential ?? { kind: 'none' };
    }
  },
  forget: async (keys) => {
    const { store } = await credentials.opened();
    for (const key of keys) await store.delete(key);
  },
});

const passwordOf = (login: { username: string; secret: string }): StoredCredential => ({
  kind: 'password',
  username: login.username,
  secret: login.secret,
});

/** A stored secret is never sent to another host than the one it was typed for. */
const refuseOtherHost = (host: string, before: SavedRegistry | undefined): void => {
  if (!before || before.credential.kind !== 'stored' || before.host === host) return;
  throw new ServiceFailure(
    'input-invalid',
    `The stored password belongs to ${before.host}. Type it again to use it for ${host}.`,
    { field: 'login' },
  );
};
