import { isLogin } from './credential';
import type { StoredCredential } from './credential';
import { clientKeyKey, loginKey } from './credential-key';
import type { SecretOwner } from './credential-key';
import { CredentialError } from './credential-error';
import type { LoginReader } from './found-logins';
import type { LazyCredentialStore } from './store';

/** How a saved registry logs in; the same shape as in the settings. */
export type LoginChoice =
  | { readonly kind: 'none' }
  | { readonly kind: 'stored' }
  | { readonly kind: 'found'; readonly source: string };

export type ResolveRequest = { readonly choice: LoginChoice; readonly owner: SecretOwner };

export interface CredentialResolverChain {
  /**
   * A function that looks the credential up each time it is called, so that a new `docker login` is picked up.
   * It resolves to undefined for `none`, and rejects with a `CredentialError` when a chosen login cannot be had:
   * going on without it would look like a wrong password. Aborting the signal ends the wait, not the look-up.
   */
  resolverFor(
    request: ResolveRequest,
  ): (signal?: AbortSignal) => Promise<StoredCredential | undefined>;
  /** The private key of a registry's client certificate, PEM, if one is stored. */
  clientKey(
    owner: SecretOwner,
  ): Promise<{ readonly pem: string; readonly passphrase?: string } | undefined>;
}

export type ResolverChainOptions = {
  readonly store: LazyCredentialStore;
  readonly logins: LoginReader;
};

export function createResolverChain({
  store,
  logins,
}: ResolverChainOptions): CredentialResolverChain {
  const readStored = async (owner: SecretOwner): Promise<StoredCredential> => {
    const opened = await store.opened();
    const secret = await opened.store.get(loginKey(owner));
    if (secret !== undefined && isLogin(secret)) return secret;
    throw new CredentialError(
      'login-missing',
      `The password for ${owner.host} is not in ${opened.keptIn}. Enter it again in the registry's settings.`,
    );
  };

  const resolve = async ({
    choice,
    owner,
  }: ResolveRequest): Promise<StoredCredential | undefined> => {
    if (choice.kind === 'none') return undefined;
    return choice.kind === 'stored'
      ? readStored(owner)
      : logins.readLogin(choice.source, owner.host);
  };

  return {
    resolverFor: (request) => async (signal) => {
      signal?.throwIfAborted();
      return abortable(resolve(request), signal);
    },
    async clientKey(owner) {
      const { store: opened } = await store.opened();
      const secret = await opened.get(clientKeyKey(owner));
      if (secret?.kind !== 'client-key') return undefined;
      return secret.passphrase === undefined
        ? { pem: secret.secret }
        : { pem: secret.secret, passphrase: secret.passphrase };
    },
  };
}

async function abortable<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  let stop: () => void = () => undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    stop = () => reject(signal.reason instanceof Error ? signal.reason : new Error('aborted'));
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
