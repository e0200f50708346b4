import type { StoredCredential } from './credential';

/** A login that another tool keeps, as far as it may be shown. */
export type FoundLogin = {
  /** Opaque; given back to `readLogin`, also in a later run. */
  readonly source: string;
  readonly username?: string;
  readonly kind: 'password' | 'token';
  /** Plain words: "docker config (~/.docker/config.json)", "docker-credential-pass" … */
  readonly where: string;
};

export type FoundLogins = {
  readonly logins: readonly FoundLogin[];
  /** Plain sentences about files and helpers that could not be asked. */
  readonly problems: readonly string[];
};

/** One place that may hold a login, found in the configuration of a tool. */
export type LoginCandidate = {
  readonly source: string;
  readonly where: string;
  /** The public side; undefined when there is no login after all. Asks for no passphrase where that can be avoided. */
  readonly describe: () => Promise<LoginDescription | undefined>;
  readonly read: () => Promise<StoredCredential | undefined>;
};

export type LoginDescription = { readonly username?: string; readonly kind: FoundLogin['kind'] };

export type LoginCandidates = {
  readonly candidates: readonly LoginCandidate[];
  readonly problems: readonly string[];
};

/** What may be shown of a credential. */
export function describeCredential(credential: StoredCredential): LoginDescription {
  const kind = credential.kind === 'password' ? 'password' : 'token';
  const username = 'username' in credential ? credential.username : undefined;
  return username === undefined ? { kind } : { kind, username };
}
