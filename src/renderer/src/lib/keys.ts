/** The keys of the query cache, in one place: whoever changes something on a registry must find what to read again. */
export const queryKeys = {
  registries: ['registries'] as const,
  notices: ['notices'] as const,
  tasks: ['tasks'] as const,
  changes: ['changes'] as const,
  app: ['app'] as const,
  local: ['local', 'view'] as const,
  localActivity: ['local', 'activity'] as const,
  localLog: ['local', 'log'] as const,
  localSpace: ['local', 'space'] as const,
  localExposure: ['local', 'exposure'] as const,
  localGuides: ['local', 'guides'] as const,
  localTrust: ['local', 'trust'] as const,
  logins: (address: string) => ['logins', address] as const,
  registry: (registryId: string) => ['registry', registryId] as const,
  repositories: (registryId: string) => ['registry', registryId, 'repositories'] as const,
  repository: (registryId: string, repository: string) =>
    ['registry', registryId, 'repository', repository] as const,
  tags: (registryId: string, repository: string) =>
    ['registry', registryId, 'repository', repository, 'tags'] as const,
  tagDetails: (registryId: string, repository: string) =>
    ['registry', registryId, 'repository', repository, 'tag-details'] as const,
  abilities: (registryId: string, repository: string) =>
    ['registry', registryId, 'repository', repository, 'abilities'] as const,
  image: (registryId: string, repository: string, reference: string) =>
    ['registry', registryId, 'repository', repository, 'image', reference] as const,
  referrers: (registryId: string, repository: string, reference: string) =>
    ['registry', registryId, 'repository', repository, 'referrers', reference] as const,
  blob: (registryId: string, repository: string, digest: string) =>
    ['registry', registryId, 'repository', repository, 'blob', digest] as const,
};
