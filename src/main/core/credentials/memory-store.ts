import type { StoredSecret } from './credential';
import type { CredentialStore } from './store';

/** Keeps secrets until it is closed. */
export function createMemoryStore(): CredentialStore {
  const secrets = new Map<string, StoredSecret>();
  return {
    kind: 'memory',
    get: async (key) => secrets.get(key),
    async set(key, secret) {
      secrets.set(key, { ...secret });
    },
    async delete(key) {
      secrets.delete(key);
    },
    keys: async () => [...secrets.keys()].sort(),
    async close() {
      secrets.clear();
    },
  };
}
