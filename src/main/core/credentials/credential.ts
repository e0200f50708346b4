/**
 * What is needed to log in to a registry. The same shape as the registry client's own credential type, declared here
 * so that neither room depends on the other.
 *
 * - `password`: sent as Basic, or exchanged for a token at the realm.
 * - `identity-token`: an OAuth2 refresh token, exchanged by POST at the realm; the user name is empty or ignored.
 * - `bearer`: a ready access token (`registrytoken` in docker's config).
 */
export type StoredCredential =
  | { readonly kind: 'password'; readonly username: string; readonly secret: string }
  | { readonly kind: 'identity-token'; readonly username?: string; readonly secret: string }
  | { readonly kind: 'bearer'; readonly secret: string };

/** The private key of a client certificate, PEM. It is kept beside the logins, never in the settings file. */
export type ClientKey = {
  readonly kind: 'client-key';
  readonly secret: string;
  readonly passphrase?: string;
};

/** Everything a credential store can hold. */
export type StoredSecret = StoredCredential | ClientKey;

/** Where a credential lives. The first three are ours to write; the others are only read. */
export type CredentialPlace =
  'keychain' | 'encrypted-file' | 'memory' | 'docker' | 'containers' | 'helper';

/** What may be shown, sent to the window or logged: there is no field a secret could sit in. */
export type CredentialSummary = {
  readonly kind: StoredSecret['kind'];
  readonly username?: string;
  readonly store: CredentialPlace;
  /** Plain words on where it is kept: "OS keychain", a file's path … */
  readonly detail: string;
};

/** The public side of a secret. */
export function summariseSecret(
  secret: StoredSecret,
  store: CredentialPlace,
  detail: string,
): CredentialSummary {
  const username = 'username' in secret ? secret.username : undefined;
  return username === undefined || username === ''
    ? { kind: secret.kind, store, detail }
    : { kind: secret.kind, username, store, detail };
}

/** True for what can be used to log in, false for a client key. */
export function isLogin(secret: StoredSecret): secret is StoredCredential {
  return secret.kind !== 'client-key';
}
