import type { Descriptor } from '#oci/descriptor';
import { isVerifiable, tryParseDigest, type Digest } from '#oci/digest';
import { OciError } from '#oci/error';
import { parseManifest, type Manifest } from '#oci/manifest';
import { isImageManifestType, isIndexType, isSchema1Type, MEDIA_TYPES } from '#oci/media-type';
import { parseJsonAnswer } from './json-answer';
import type { FetchedManifest } from './registry-client';
import { schema1Payload } from './schema1';
import { contentLengthOf, contentTypeOf, headerValue } from './transport/headers';
import type { Answer, BufferedAnswer } from './transport/shapes';
import { digestOf, mismatch, verifyBytes } from './verify';
import { failure } from './words';

/** Docker-Content-Digest (distribution-spec, Pulling manifests), when it is one this client can check. */
function statedDigest(answer: Answer): Digest | undefined {
  const text = headerValue(answer.headers, 'docker-content-digest')?.trim();
  if (text === undefined || text === '') return undefined;
  const digest = tryParseDigest(text);
  const place = { host: answer.url.host, step: 'manifest' } as const;
  if (!digest) {
    throw failure('response-malformed', place, 'Its Docker-Content-Digest header is not a digest.');
  }
  return isVerifiable(digest) ? digest : undefined;
}

/** The Content-Type when it names a manifest; servers that say `application/json` or nothing leave it to the body. */
function manifestType(answer: Answer): string | undefined {
  const type = contentTypeOf(answer.headers);
  if (type === undefined) return undefined;
  const isManifest =
    isImageManifestType(type) ||
    isIndexType(type) ||
    isSchema1Type(type) ||
    type === MEDIA_TYPES.ociArtifactManifest;
  return isManifest ? type : undefined;
}

/** The descriptor that a HEAD gives; undefined when a header is missing and only a GET can tell (ECR, old servers). */
export function statManifest(answer: Answer, asked: Digest | undefined): Descriptor | undefined {
  const stated = statedDigest(answer);
  const place = { host: answer.url.host, step: 'manifest' } as const;
  const isComparable = asked && stated && stated.split(':')[0] === asked.split(':')[0];
  if (isComparable && stated !== asked) throw mismatch(asked, stated, place);
  const digest = asked ?? stated;
  const mediaType = manifestType(answer);
  const size = contentLengthOf(answer.headers);
  if (digest === undefined || mediaType === undefined || size === undefined) return undefined;
  return { mediaType, digest, size };
}

function parse(json: unknown, contentType: string | undefined, answer: Answer): Manifest {
  try {
    return parseManifest(json, contentType);
  } catch (error) {
    if (!(error instanceof OciError)) throw error;
    const code = error.code === 'manifest-unsupported' ? 'unsupported' : 'response-malformed';
    throw failure(code, { host: answer.url.host, step: 'manifest', cause: error }, error.message);
  }
}

/**
 * Reads the answer to a manifest GET. The raw bytes are hashed, never JSON written again, and compared with the
 * digest asked for and with the one the registry states. Throws `digest-mismatch`, `not-a-registry`,
 * `response-malformed`, or `unsupported` for a kind of manifest that is not read.
 */
export function readManifest(answer: BufferedAnswer, asked: Digest | undefined): FetchedManifest {
  const json = parseJsonAnswer(answer, 'manifest');
  const { bytes } = answer;
  const manifest = parse(json, manifestType(answer), answer);
  const content = (manifest.kind === 'schema1' && schema1Payload(bytes, json)) || bytes;
  const place = { host: answer.url.host, step: 'manifest' } as const;
  const stated = statedDigest(answer);
  if (asked) verifyBytes(content, asked, place);
  if (stated && stated !== asked) verifyBytes(content, stated, place);
  const digest = asked ?? stated ?? digestOf(content);
  const { mediaType } = manifest;
  return { digest, mediaType, bytes, manifest, sizeBytes: bytes.length, fromCache: false };
}

/** Reads what the content cache kept; undefined when it is damaged. */
export function tryReadCached(bytes: Uint8Array, digest: Digest): FetchedManifest | undefined {
  try {
    if (digestOf(bytes, digest) !== digest) return undefined;
    const manifest = parseManifest(JSON.parse(Buffer.from(bytes).toString('utf8')));
    const { mediaType } = manifest;
    return { digest, mediaType, bytes, manifest, sizeBytes: bytes.length, fromCache: true };
  } catch {
    return undefined;
  }
}
