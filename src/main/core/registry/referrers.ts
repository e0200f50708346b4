import type { Digest } from '#oci/digest';
import type { VerbContext } from './context';
import { RegistryError } from './errors';
import type { ManifestVerbs } from './manifests';
import { createReferrersApi } from './referrers-api';
import type { FoundReferrers } from './referrers-query';
import { askCosignTag, askFallbackTag, COSIGN_SUFFIXES } from './referrers-tags';
import type { ReferrerSource, RegistryClient } from './registry-client';

/** One source that fails makes the report incomplete; only a cancel ends it. */
async function tolerate(
  source: ReferrerSource,
  asking: Promise<FoundReferrers>,
): Promise<FoundReferrers> {
  try {
    return await asking;
  } catch (error) {
    if (!(error instanceof RegistryError) || error.code === 'cancelled') throw error;
    return { referrers: [], incomplete: [{ source, reason: error }] };
  }
}

/**
 * Everything attached to a digest: from the referrers API, from the fallback tag of registries without it, and from
 * the tags of cosign 1 and 2. The first source that names a digest counts.
 */
export function createReferrers(
  context: VerbContext,
  manifests: ManifestVerbs,
): RegistryClient['referrers'] {
  const askApi = createReferrersApi(context);
  return async (repository, digest, options) => {
    const query = { repository, digest, options };
    const [api, ...tagged] = await Promise.all([
      tolerate('api', askApi(query)),
      tolerate('fallback-tag', askFallbackTag(manifests, query)),
      ...COSIGN_SUFFIXES.map((suffix) =>
        tolerate('cosign-tag', askCosignTag(manifests, suffix, query)),
      ),
    ]);
    const seen = new Set<Digest>();
    const referrers = [api, ...tagged]
      .flatMap((found) => found.referrers)
      .filter(({ descriptor }) => !seen.has(descriptor.digest) && seen.add(descriptor.digest));
    const incomplete = [api, ...tagged].flatMap((found) => found.incomplete);
    return { referrers, apiSupported: api.isSupported ?? false, incomplete };
  };
}
