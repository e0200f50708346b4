import type { Descriptor } from '#oci/descriptor';
import type { Digest } from '#oci/digest';
import type { RepositoryName } from '#oci/repository-name';
import type { Referrer, ReferrersOptions, ReferrersReport } from './registry-client';

export type ReferrersQuery = {
  repository: RepositoryName;
  digest: Digest;
  options: ReferrersOptions | undefined;
};

/** What one source gave. Only the API tells whether it is supported. */
export type FoundReferrers = {
  referrers: Referrer[];
  incomplete: ReferrersReport['incomplete'];
  isSupported?: boolean;
};

export const nothingFound = (): FoundReferrers => ({ referrers: [], incomplete: [] });

export function fits(descriptor: Descriptor, artifactType: string | undefined): boolean {
  return artifactType === undefined || descriptor.artifactType === artifactType;
}
