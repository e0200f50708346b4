import type { RegistryView } from '#contract/registry';
import { readOnlyOf } from './read-only';

const reasons = {
  registry: 'This registry is marked read-only in Tagboat.',
  repository: 'This repository is marked read-only in Tagboat.',
} as const;

/** Why nothing can be changed in a repository; undefined when it can, as far as Tagboat itself is concerned. */
export const noChangeReason = (
  registry: RegistryView | undefined,
  repository: string,
): string | undefined => {
  if (registry === undefined) return 'The registry is not known yet.';
  const mark = readOnlyOf(registry, repository);
  return mark === 'no' ? undefined : reasons[mark];
};
