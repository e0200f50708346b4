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
    const known = [originOf(host), before?.host === host ? before.origin : undefined];
    // A loopback host that was never asked speaks plain HTTP more often than not.
    const origin = known.find((one) => one && origins.includes(one)) ?? origins.at(-1) ?? '';
    const readPem = (pem: Pem): string => ('text' in pem ? pem.text : files.textOf(pem.file));
    const caPem = caOf(input, before, readPem);
    const client = clientPartOf(input, before, before?.host !== host, readPem);
    return {
      origins: [origin, ...origins.filter((one) => one !== origin)],
      login: input.login,
      saved: {
        name: nameOf(input, host),
        address: input.address.trim(),
        host,
        origin,
        plainHttp: origin.startsWith('http:'),
        ...trustOf(input, before),
        ...(caPem === undefined ? {} : { caPem }),
        ...(client.certificatePem === undefined
          ? {}
          : { clientCertificate: { certificatePem: client.certificatePem } }),
      },
      ...(client.key ? { clientKey: client.key } : {}),
    };
  };

const nameOf = ({ name }: RegistryInput, host: string): string => {
  const typed = name?.trim() ?? '';
  return typed === '' ? host : typed;
};

const trustOf = (
  { trustedFingerprints, approvedRealmHosts }: RegistryInput,
  before: SavedRegistry | undefined,
): Pick<SavedPart, 'trustedFingerprints' | 'approvedRealmHosts'> => ({
  trustedFingerprints: trustedFingerprints ?? before?.trustedFingerprints ?? [],
  approvedRealmHosts: approvedRealmHosts ?? before?.approvedRealmHosts ?? [],
});

/** Left out: what was there stays. Null: it goes. */
const caOf = (
  { ca }: RegistryInput,
  before: SavedRegistry | undefined,
  readPem: (pem: Pem) => string,
): string | undefined => {
  if (ca === null) return undefined;
  return ca === undefined ? before?.caPem : checkedCertificate(readPem(ca), 'ca');
};

const clientPartOf = (
  { clientCertificate }: RegistryInput,
  before: SavedRegistry | undefined,
  isMoved: boolean,
  readPem: (pem: Pem) => string,
): { readonly certificatePem?: string; readonly key?: ClientKey } => {
  if (clientCertificate === null) return {};
  if (clientCertificate === undefined) {
    // The key is kept for one host: at another address the certificate has to be chosen again.
    const certificatePem = isMoved ? undefined : before?.clientCertificate?.certificatePem;
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
    readCertificate(pem);
    return pem;
  } catch (cause) {
    throw new ServiceFailure(
      'input-invalid',
      'The certificate cannot be read. It must be in PEM form ("-----BEGIN CERTIFICATE-----").',
      { field },
      { cause },
    );
  }
};

const readCertificate = (pem: string): X509Certificate => new X509Certificate(pem);

export const createSecretKeeper = (
  credentials: LazyCredentialStore,
  keptIn: () => string,
): SecretKeeper => {
  const set = async (key: string, secret: StoredSecret): Promise<void> =>
    (await credentials.opened()).store.set(key, secret);
  const forget: SecretKeeper['forget'] = async (keys) => {
    if (keys.length === 0) return;
    const { store } = await credentials.opened();
    for (const key of keys) await store.delete(key);
  };
  return {
    keptIn,
    forget,
    keep: async (registryId, input, before) => {
      const { saved, login, clientKey } = input;
      const owner = { registryId, host: saved.host };
      if (login.kind === 'keep') refuseOtherHost(saved.host, before);
      if (clientKey) await set(clientKeyKey(owner), clientKey);
      if (login.kind === 'password') await set(loginKey(owner), passwordOf(login));
      if (before) await forget(unneededKeys(registryId, input, before));
      return choiceOf(login, before);
    },
  };
};

const choiceOf = (login: ResolvedInput['login'], before?: SavedRegistry): CredentialChoice => {
  switch (login.kind) {
    case 'none':
      return { kind: 'none' };
    case 'found':
      return { kind: 'found', source: login.source };
    case 'password':
      return { kind: 'stored', username: login.username };
    case 'keep':
      return before?.credential ?? { kind: 'none' };
  }
};

/** Secrets that nothing points to after an edit: of another host, of a login or a certificate that was taken away. */
const unneededKeys = (
  registryId: string,
  { saved, login }: ResolvedInput,
  before: SavedRegistry,
): readonly string[] => {
  const owner = { registryId, host: before.host };
  const isMoved = before.host !== saved.host;
  const hadLogin = before.credential.kind === 'stored';
  const losesLogin = isMoved || login.kind === 'none' || login.kind === 'found';
  const losesKey = isMoved || saved.clientCertificate === undefined;
  return [
    ...(hadLogin && losesLogin ? [loginKey(owner)] : []),
    ...(before.clientCertificate && losesKey ? [clientKeyKey(owner)] : []),
  ];
};

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
