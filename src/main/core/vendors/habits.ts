/** What has to be known of a product before anything is deleted from it, because asking would already change something. */
export type RegistryHabits = {
  /** A digest that has a tag cannot be deleted (Google Artifact Registry). */
  readonly untagBeforeDelete: boolean;
  /** Whether the space of what was deleted waits for the registry's own garbage collection. */
  readonly comesBack: 'after-garbage-collection' | 'unknown';
};

/** Hosted products collect when they like and do not say so. */
const hosted: ReadonlySet<string> = new Set([
  'Docker Hub',
  'GitHub',
  'GitLab',
  'Quay',
  'Amazon ECR',
  'Azure',
  'Google',
  'Artifactory',
]);

/** @param product as `identifyProduct` names it */
export const habitsOf = (product: string): RegistryHabits => ({
  untagBeforeDelete: product === 'Google',
  comesBack: hosted.has(product) ? 'unknown' : 'after-garbage-collection',
});
