import { digestEncoded, tryParseDigest, type Digest } from '#oci/digest';
import { tryParseRepositoryName } from '#oci/repository-name';
import { tryParseTag } from '#oci/tag';
import { algorithmOf } from '../storage/blob-store';

/** Below the storage folder; the same in a backup, so that any registry of distribution's layout can serve one. */
const contentRoot = 'docker/registry/v2';

/** What a path in a backup stands for. */
export type ContentPath =
  | Readonly<{ kind: 'blob'; digest: Digest }>
  /** `own` is the digest in the path itself; a tag's current link has none. */
  | Readonly<{ kind: 'link'; own: Digest | undefined }>;

/**
 * Reads a path with forward slashes. Undefined for whatever no registry writes: this is what keeps a backup from a
 * stranger inside the folder that it is restored to.
 */
export function tryParseContentPath(path: string): ContentPath | undefined {
  const prefix = `${contentRoot}/`;
  if (!path.startsWith(prefix) || path.length > 1024) return undefined;
  const rest = path.slice(prefix.length);
  if (rest.startsWith('blobs/')) return parseBlobPath(rest.split('/').slice(1));
  if (!rest.startsWith('repositories/')) return undefined;
  const inside = rest.slice('repositories/'.length);
  const end = inside.indexOf('/_');
  if (end < 0 || tryParseRepositoryName(inside.slice(0, end)) === undefined) return undefined;
  return parseLinkPath(inside.slice(end + 1).split('/'));
}

function parseBlobPath(parts: readonly string[]): ContentPath | undefined {
  const [algorithm, prefix, encoded, file, ...more] = parts;
  const digest = parseStoredDigest(algorithm, encoded);
  if (digest === undefined || file !== 'data' || more.length > 0) return undefined;
  return digestEncoded(digest).startsWith(prefix ?? '/') && prefix?.length === 2
    ? { kind: 'blob', digest }
    : undefined;
}

function parseLinkPath(parts: readonly string[]): ContentPath | undefined {
  const [top, ...rest] = parts;
  if (top === '_layers') return parseDigestLink(rest);
  if (top !== '_manifests') return undefined;
  if (rest[0] === 'revisions') return parseDigestLink(rest.slice(1));
  const [tags, tag = '', which, ...link] = rest;
  if (tags !== 'tags' || tryParseTag(tag) === undefined) return undefined;
  if (which === 'index') return parseDigestLink(link);
  return which === 'current' && link.length === 1 && link[0] === 'link'
    ? { kind: 'link', own: undefined }
    : undefined;
}

function parseDigestLink(parts: readonly string[]): ContentPath | undefined {
  const [algorithm, encoded, file, ...more] = parts;
  const own = parseStoredDigest(algorithm, encoded);
  if (own === undefined || file !== 'link' || more.length > 0) return undefined;
  return { kind: 'link', own };
}

function parseStoredDigest(algorithm = '', encoded = ''): Digest | undefined {
  const digest = tryParseDigest(`${algorithm}:${encoded}`);
  return digest === undefined || algorithmOf(digest) === undefined ? undefined : digest;
}
