/**
 * - `store-failed`: the keychain or the credential file refused or did not answer.
 * - `login-missing`: a login that another tool kept is no longer there.
 * - `helper-failed`: a credential helper is not installed, failed or did not answer.
 */
export type CredentialErrorCode = 'store-failed' | 'login-missing' | 'helper-failed';

/** A credential could not be read or kept. The message is a plain sentence and never holds a secret. */
export class CredentialError extends Error {
  override readonly name = 'CredentialError';

  constructor(
    readonly code: CredentialErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** True for a `CredentialError`, also one from another copy of this module. */
export function isCredentialError(error: unknown): error is CredentialError {
  return error instanceof Error && error.name === 'CredentialError' && 'code' in error;
}
