import type { AttachedTag } from '#contract/tag';
import { parseCosignTag, parseFallbackTag } from '#oci/fallback-tags';
import type { Tag } from '#oci/tag';

/** Signature and fallback tags are no versions of anything: they hang on the digest they name (trap 19). */
export const splitTags = (
  all: readonly Tag[],
): { readonly tags: readonly string[]; readonly attachedTags: readonly AttachedTag[] } => {
  const tags: string[] = [];
  const attachedTags: AttachedTag[] = [];
  for (const tag of all) {
    const attached = attachedTagOf(tag);
    if (attached) attachedTags.push(attached);
    else tags.push(tag);
  }
  return { tags, attachedTags };
};

const attachedTagOf = (tag: Tag): AttachedTag | undefined => {
  // Nearly every tag is an ordinary one, and there can be 10,000: one cheap look before the grammars.
  if (!tag.startsWith('sha')) return undefined;
  const cosign = parseCosignTag(tag);
  if (cosign) return { tag, digest: cosign.digest, kind: cosign.kind };
  const fallback = parseFallbackTag(tag);
  // The tag of a sha512 digest holds half of it: it stands for something attached, whatever that hangs on.
  return fallback && { tag, digest: fallback.digest ?? '', kind: 'referrers' };
};
