/**
 * Keys carry the registry's host besides its id: when the address of a saved registry is changed, the secret kept for
 * the old host is not found any more instead of being sent to the new one.
 */
export type SecretOwner = {
  /** Id of the saved registry. */
  readonly registryId: string;
  /** host[:port] */
  readonly host: string;
};

/** Key of the login of a saved registry. */
export function loginKey(owner: SecretOwner): string {
  return `registry/${owner.registryId}/${owner.host.toLowerCase()}/login`;
}

/** Key of the private key of a saved registry's client certificate. */
export function clientKeyKey(owner: SecretOwner): string {
  return `registry/${owner.registryId}/${owner.host.toLowerCase()}/client-key`;
}
