import { isRegistryError, type RegistryStep } from '../errors';
import type { CredentialResolver, RegistryCredential } from '../registry-client';
import { createSingleFlight } from '../single-flight';
import { failure } from '../words';

/** The credential while it works; resolved again after a refusal, so that a new password needs no restart. */
export type CredentialMemory = {
  /** Throws RegistryError `credentials-unavailable` when the resolver fails. */
  get(step: RegistryStep, signal: AbortSignal | undefined): Promise<RegistryCredential | undefined>;
  forget(): void;
};

export function createCredentialMemory(
  resolve: CredentialResolver,
  host: string,
): CredentialMemory {
  const flights = createSingleFlight<RegistryCredential | undefined>();
  let known: { credential: RegistryCredential | undefined } | undefined;
  return {
    async get(step, signal) {
      if (known) return known.credential;
      try {
        const credential = await flights.run('credential', resolve, signal);
        known = { credential };
        return credential;
      } catch (error) {
        if (signal?.aborted || isRegistryError(error)) throw error;
        throw failure('credentials-unavailable', { host, step, cause: error });
      }
    },
    forget() {
      known = undefined;
    },
  };
}
