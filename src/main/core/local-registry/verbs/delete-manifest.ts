import type { Digest } from '#oci/digest';
import type { RepositoryName } from '#oci/repository-name';
import type { Tag } from '#oci/tag';
import { faults } from '../errors';
import { reportEvent } from '../events/report';
import type { Exchange, RegistryParts } from '../parts';
import { sendEmpty } from '../respond';
import type { Route } from '../routes';
import { parseManifestReference } from './reference';

type ManifestRoute = Extract<Route, { kind: 'manifest' }>;

/**
 * distribution-spec, Deleting Manifests and Deleting tags: a tag goes alone and its manifest stays; a digest goes with
 * every tag that points at it.
 */
export async function deleteManifest(
  parts: RegistryParts,
  exchange: Exchange,
  { name, reference }: ManifestRoute,
): Promise<void> {
  const target = parseManifestReference(reference);
  if (target === undefined) throw faults.manifestUnknown(name, reference);
  const endPush = parts.guard.beginPush(name);
  parts.answers.forget(name);
  try {
    if (target.kind === 'tag') await untag(parts, exchange, name, target.tag);
    else await deleteDigest(parts, exchange, name, target.digest);
  } finally {
    parts.answers.forget(name);
    endPush();
  }
}

async function untag(
  parts: RegistryParts,
  exchange: Exchange,
  name: RepositoryName,
  tag: Tag,
): Promise<void> {
  if (!(await parts.tags.remove(name, tag))) throw faults.manifestUnknown(name, tag);
  parts.usage.forgetTag(name, tag);
  sendEmpty(exchange.res, 202);
  reportEvent(parts, exchange, { action: 'delete', repository: name, tag });
}

async function deleteDigest(
  parts: RegistryParts,
  exchange: Exchange,
  name: RepositoryName,
  digest: Digest,
): Promise<void> {
  const manifest = await parts.manifests.find(name, digest);
  if (manifest === undefined) {
    // A link to bytes that are lost or damaged has to be removable as well.
    if (!(await parts.manifests.removeLinkOnly(name, digest))) {
      throw faults.manifestUnknown(name, digest);
    }
  }
  const removed = manifest === undefined ? [digest] : await parts.manifests.remove(name, manifest);
  const gone = new Set<Digest>([digest, ...removed]);
  for (const [tag, target] of await parts.tags.resolveAll(name)) {
    if (!gone.has(target)) continue;
    await parts.tags.remove(name, tag);
    parts.usage.forgetTag(name, tag);
    reportEvent(parts, exchange, { action: 'delete', repository: name, tag });
  }
  parts.referrers.remove(name, [...gone]);
  sendEmpty(exchange.res, 202, { 'Docker-Content-Digest': digest });
  reportEvent(parts, exchange, { action: 'delete', kind: 'manifests', repository: name, digest });
}
