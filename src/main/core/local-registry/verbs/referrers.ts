import { tryParseDigest } from '#oci/digest';
import { MEDIA_TYPES } from '#oci/media-type';
import { faults } from '../errors';
import type { Exchange, RegistryParts, Verbs } from '../parts';
import { sendBody } from '../respond';
import type { Route } from '../routes';
import type { Referrer } from '../storage/referrer-index';
import { compareAscii } from '../storage/tag-store';
import { nextPageHeader, parsePageSize } from './paging';

type ReferrersRoute = Extract<Route, { kind: 'referrers' }>;

/** A page ends before its body gets larger than a manifest may be: clients read it with the same limit. */
const maxPageBytes = 4 * 1024 * 1024 - 4096;

/** distribution-spec, Listing Referrers: an index of what names the digest as its subject; empty, never 404. */
async function listReferrers(
  parts: RegistryParts,
  { query, res }: Exchange,
  { name, digest: text }: ReferrersRoute,
): Promise<void> {
  const subject = tryParseDigest(text);
  if (subject === undefined) throw faults.digestInvalid('this is not a digest', { digest: text });
  // Media types have no spaces: one stands for a plus sign that the client did not escape.
  const artifactType = query.get('artifactType')?.replaceAll(' ', '+') ?? null;
  const size = Math.min(
    parsePageSize(query) ?? parts.limits.referrersPage,
    parts.limits.referrersPage,
  );
  const last = query.get('last');
  const all = await parts.referrers.list(name, subject);
  const matching = all.filter(
    (referrer) =>
      (artifactType === null || referrer.artifactType === artifactType) &&
      (last === null || compareAscii(referrer.digest, last) > 0),
  );
  const page = cutReferrers(matching, size);
  const end = page.at(-1);
  const hasMore = end !== undefined && page.length < matching.length;
  const index = { schemaVersion: 2, mediaType: MEDIA_TYPES.ociIndex, manifests: page };
  sendBody(res, 200, JSON.stringify(index), {
    'Content-Type': MEDIA_TYPES.ociIndex,
    ...(artifactType === null ? {} : { 'OCI-Filters-Applied': 'artifactType' }),
    ...(hasMore
      ? nextPageHeader(`/v2/${name}/referrers/${subject}`, {
          ...(artifactType === null ? {} : { artifactType }),
          n: String(size),
          last: end.digest,
        })
      : {}),
  });
}

/** At most `size` descriptors and one page of bytes, but always one, however large. */
function cutReferrers(referrers: readonly Referrer[], size: number): Referrer[] {
  const page: Referrer[] = [];
  let bytes = 0;
  for (const referrer of referrers) {
    bytes += JSON.stringify(referrer).length;
    if (page.length >= size || (page.length > 0 && bytes > maxPageBytes)) break;
    page.push(referrer);
  }
  return page;
}

export const referrersVerbs: Verbs<ReferrersRoute> = { GET: listReferrers, HEAD: listReferrers };
