import type { RegistryView } from '#contract/registry';
import { tryParseDigest } from '#oci/digest';
import { formatReference, type Reference } from '#oci/reference';
import { tryParseRepositoryName } from '#oci/repository-name';
import { tryParseTag } from '#oci/tag';

/** What is needed of a registry to name its content. */
export type ReferenceHost = Pick<RegistryView, 'host' | 'plainHttp'>;

/**
 * A host as it stands in references may carry a path prefix (`harbor.corp/proxy`), which belongs to the repository.
 */
const splitPrefix = (host: string, repository: string): readonly [string, string] => {
  const slash = host.indexOf('/');
  return slash < 0
    ? [host, repository]
    : [host.slice(0, slash), `${host.slice(slash + 1)}/${repository}`];
};

/** The reference of a tag, a digest, or the repository alone; undefined when a name does not fit the grammar. */
export const toReference = (
  host: string,
  repository: string,
  point?: string,
): Reference | undefined => {
  const [registryHost, path] = splitPrefix(host, repository);
  const name = tryParseRepositoryName(path);
  if (name === undefined) return undefined;
  if (point === undefined) return { registryHost, repository: name };
  if (point.includes(':')) {
    const digest = tryParseDigest(point);
    return digest === undefined ? undefined : { registryHost, repository: name, digest };
  }
  const tag = tryParseTag(point);
  return tag === undefined ? undefined : { registryHost, repository: name, tag };
};

/** `host/repository:tag` or `host/repository@digest`, for the clipboard. */
export const referenceText = (host: string, repository: string, point: string): string => {
  const reference = toReference(host, repository, point);
  if (reference !== undefined) return formatReference(reference);
  return `${host}/${repository}${point.includes(':') ? '@' : ':'}${point}`;
};
