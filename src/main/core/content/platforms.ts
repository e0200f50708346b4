import type { Descriptor } from '#oci/descriptor';
import type { Digest } from '#oci/digest';
import { attestationSubject } from '#oci/manifest';
import { formatPlatform, isUnknownPlatform, platformsEqual, type Platform } from '#oci/platform';
import { ContentError } from './content-error';
import type { ManifestContent, StoredManifest } from './content-store';
import { digestOf } from './verify';

/** Which children of an index stay: those of the platforms, what belongs to them, and nested indexes. */
export function chooseChildren(
  children: readonly Descriptor[],
  platforms: readonly Platform[],
): ReadonlySet<Digest> {
  const isWanted = ({ platform }: Descriptor): boolean =>
    platform !== undefined && platforms.some((wanted) => fits(platform, wanted));
  const chosen = new Set(children.filter(isWanted).map(({ digest }) => digest));
  for (const child of children) {
    const subject = attestationSubject(child);
    if (subject !== undefined && chosen.has(subject)) chosen.add(child.digest);
    // Nothing says for which platform it is: a nested index is looked into, anything else belongs to all.
    else if (child.platform === undefined) chosen.add(child.digest);
  }
  return chosen;
}

/** A wanted platform without an OS version fits any. */
function fits(platform: Platform, wanted: Platform): boolean {
  if (isUnknownPlatform(platform)) return false;
  if (wanted['os.version'] !== undefined) return platformsEqual(platform, wanted);
  const { 'os.version': _, 'os.features': __, ...plain } = platform;
  return formatPlatform(plain) === formatPlatform(wanted);
}

/** Throws `platform-missing` with what there is. */
export function failOnMissing(
  children: readonly Descriptor[],
  platforms: readonly Platform[],
  name: string,
): void {
  const found = children.flatMap(({ platform }) =>
    platform === undefined || isUnknownPlatform(platform) ? [] : [platform],
  );
  const missing = platforms.filter((wanted) => !found.some((platform) => fits(platform, wanted)));
  if (missing.length === 0 || found.length === 0) return;
  throw new ContentError(
    'platform-missing',
    `${name} is not there for ${missing.map(formatPlatform).join(', ')}. It is there for ${found.map(formatPlatform).join(', ')}.`,
  );
}

/** The index with some children left out or replaced; all other fields stay as they are. */
export function rewriteIndex(
  index: StoredManifest,
  replacement: ReadonlyMap<Digest, Descriptor>,
): ManifestContent {
  const json = JSON.parse(Buffer.from(index.bytes).toString('utf8')) as {
    manifests: { digest: Digest }[];
  };
  const manifests = json.manifests.flatMap((child) => {
    const by = replacement.get(child.digest);
    return by === undefined ? [] : [{ ...child, digest: by.digest, size: by.size }];
  });
  const bytes = Buffer.from(JSON.stringify({ ...json, manifests }));
  return { digest: digestOf(bytes, index.digest), mediaType: index.mediaType, bytes };
}
