import type { RegistryView } from '#contract/registry';
import { useRegistries } from '#lib/live';

/** One saved registry, as it is now; undefined until the list is there, and when it was removed. */
export const useRegistry = (registryId: string): RegistryView | undefined =>
  useRegistries().value.find(({ id }) => id === registryId);
