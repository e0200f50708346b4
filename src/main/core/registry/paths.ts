import type { Digest } from '#oci/digest';
import type { RepositoryName } from '#oci/repository-name';
import type { Tag } from '#oci/tag';

/** The URLs of distribution-spec, Endpoints. Names, tags and digests need no escaping: their grammars see to it. */
export type Paths = {
  /** end-1 */
  root: URL;
  /** `GET /v2/_catalog`, of the Docker registry API; not in the OCI specification. */
  catalog(pageSize: number | undefined): URL;
  /** end-8a, end-8b */
  tags(repository: RepositoryName, pageSize: number | undefined): URL;
  /** end-3 */
  manifest(repository: RepositoryName, reference: Tag | Digest): URL;
  /** end-2 */
  blob(repository: RepositoryName, digest: Digest): URL;
  /** end-4a */
  uploads(repository: RepositoryName): URL;
  /** end-12a, end-12b */
  referrers(repository: RepositoryName, digest: Digest, artifactType: string | undefined): URL;
};

/** `base` ends with a slash. */
export function createPaths(base: URL): Paths {
  const root = new URL('v2/', base).href;
  const paged = (path: string, pageSize: number | undefined): URL =>
    new URL(pageSize === undefined ? root + path : `${root}${path}?n=${pageSize}`);
  return {
    root: new URL(root),
    catalog: (pageSize) => paged('_catalog', pageSize),
    tags: (repository, pageSize) => paged(`${repository}/tags/list`, pageSize),
    manifest: (repository, reference) => new URL(`${root}${repository}/manifests/${reference}`),
    blob: (repository, digest) => new URL(`${root}${repository}/blobs/${digest}`),
    uploads: (repository) => new URL(`${root}${repository}/blobs/uploads/`),
    referrers(repository, digest, artifactType) {
      const url = new URL(`${root}${repository}/referrers/${digest}`);
      if (artifactType !== undefined) url.searchParams.set('artifactType', artifactType);
      return url;
    },
  };
}
