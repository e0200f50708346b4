import { fallbackTagFor } from '#oci/fallback-tags';
import { tryParseTag, type Tag } from '#oci/tag';
import { isRegistryError } from './errors';
import type { ManifestVerbs } from './manifests';
import { fits, nothingFound, type FoundReferrers, type ReferrersQuery } from './referrers-query';

/** cosign specs/SIGNATURE_SPEC.md: cosign 1 and 2 hang their manifests under these tags, cosign 3 does not. */
export const COSIGN_SUFFIXES = ['sig', 'att', 'sbom'] as const;

/** True when the caller has listed the tags and this one is not among them. */
const isAbsent = (tag: Tag, { options }: ReferrersQuery): boolean =>
  options?.knownTags !== undefined && !options.knownTags.has(tag);

/** distribution-spec, Referrers Tag Schema. */
export async function askFallbackTag(
  manifests: ManifestVerbs,
  query: ReferrersQuery,
): Promise<FoundReferrers> {
  const { repository, options } = query;
  const tag = fallbackTagFor(query.digest);
  if (isAbsent(tag, query)) return nothingFound();
  try {
    const { manifest } = await manifests.getManifest(repository, tag, options);
    // Anything else under that name is no referrers list.
    if (manifest.kind !== 'index') return nothingFound();
    const referrers = manifest.manifests
      .filter((descriptor) => fits(descriptor, options?.artifactType))
      .map((descriptor) => ({ descriptor, source: 'fallback-tag' as const, tag }));
    return { referrers, incomplete: [] };
  } catch (error) {
    if (isRegistryError(error, 'not-found')) return nothingFound();
    throw error;
  }
}

export async function askCosignTag(
  manifests: ManifestVerbs,
  suffix: (typeof COSIGN_SUFFIXES)[number],
  query: ReferrersQuery,
): Promise<FoundReferrers> {
  const { repository, digest, options } = query;
  const tag = tryParseTag(`${fallbackTagFor(digest)}.${suffix}`);
  // These manifests carry no artifact type to filter by, and only a sha256 digest fits into such a tag.
  const isAskable = options?.artifactType === undefined && digest.startsWith('sha256:');
  if (!tag || !isAskable || isAbsent(tag, query)) return nothingFound();
  const descriptor = await manifests.headManifest(repository, tag, options);
  if (!descriptor) return nothingFound();
  return { referrers: [{ descriptor, source: 'cosign-tag', tag }], incomplete: [] };
}
