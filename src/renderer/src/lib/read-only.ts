import type { AbilitiesView } from '#contract/change';
import type { RegistryView } from '#contract/registry';

export type MarkedPlace = Exclude<AbilitiesView['readOnly'], 'no'>;

/** What a mark means, in a sentence. */
export const readOnlyWords: Readonly<Record<MarkedPlace, string>> = {
  registry: 'Read-only: Tagboat changes nothing in this registry.',
  repository: 'Read-only: Tagboat changes nothing in this repository.',
};

/** Which mark keeps Tagboat from changing a repository; that of the registry counts first. */
export const readOnlyOf = (
  { readOnly, readOnlyRepositories }: Pick<RegistryView, 'readOnly' | 'readOnlyRepositories'>,
  repository: string,
): AbilitiesView['readOnly'] => {
  if (readOnly) return 'registry';
  return readOnlyRepositories.includes(repository) ? 'repository' : 'no';
};
