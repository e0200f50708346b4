import { z } from 'zod';
import { call, stream } from './channel';
import { registryIdSchema } from './registry';

export const repositorySchema = z.string().min(1).max(255);

export type RepositoryPage = {
  readonly repositories: readonly string[];
};

export type RepositoryListEnd = {
  /** 'closed': the registry does not list its repositories (401, 404, 405); only names added by hand were sent. */
  readonly catalog: 'open' | 'closed';
  /** Why the list stops early, in plain words. Never cut in silence. */
  readonly truncated?: string;
  /** Names the registry sent that are no valid repository names. */
  readonly invalidCount: number;
};

const repositoryRequest = z.strictObject({
  registryId: registryIdSchema,
  repository: repositorySchema,
});

export const repositoryChannels = {
  /** Names added by hand first, then the catalog as it arrives. */
  'repository:list': stream<RepositoryPage, RepositoryListEnd>().with(
    z.strictObject({ registryId: registryIdSchema }),
  ),
  /** Keeps a repository by name, after asking the registry whether it exists. */
  'repository:add': stream<never, { readonly repository: string; readonly exists: boolean }>().with(
    repositoryRequest,
  ),
  'repository:forget': call<null>().with(repositoryRequest),
};
