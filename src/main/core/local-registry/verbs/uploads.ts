import { tryParseDigest, type Digest } from '#oci/digest';
import { tryParseRepositoryName } from '#oci/repository-name';
import { faults } from '../errors';
import { reportEvent } from '../events/report';
import type { Exchange, RegistryParts, Verbs } from '../parts';
import { sendEmpty } from '../respond';
import type { Route } from '../routes';
import { algorithmOf, supportedAlgorithms, type SupportedAlgorithm } from '../storage/blob-store';
import { commitBatch } from '../storage/write-batch';
import { announcedBytes } from './announced-bytes';
import { completeUpload } from './complete-upload';
import { sendProgress } from './upload-progress';

type UploadsRoute = Extract<Route, { kind: 'uploads' }>;

/**
 * distribution-spec, Pushing blobs: opens a session; or takes the whole blob at once (`digest`); or mounts one that
 * another repository has (`mount`, with or without `from`).
 */
async function startUpload(
  parts: RegistryParts,
  exchange: Exchange,
  route: UploadsRoute,
): Promise<void> {
  const { query } = exchange;
  const mount = query.get('mount');
  if (mount !== null) {
    const digest = parseUploadDigest(mount);
    if (await mountBlob(parts, exchange, route, digest, query.get('from'))) return;
  }
  const whole = mount === null ? query.get('digest') : null;
  if (whole !== null) {
    await pushWhole(parts, exchange, route, parseUploadDigest(whole));
    return;
  }
  const algorithms = algorithmsFor(query.get('digest-algorithm'));
  await parts.room.check(1);
  const session = await parts.uploads.start(route.name, algorithms);
  sendProgress(exchange.res, 202, session);
}

/** Hashes to keep while bytes arrive: always the canonical one, and the one the client says it will name. */
function algorithmsFor(asked: string | null): SupportedAlgorithm[] {
  if (asked === null || asked === 'sha256') return ['sha256'];
  const algorithm = supportedAlgorithms.find((known) => known === asked);
  if (algorithm === undefined) {
    throw faults.digestInvalid('this registry does not know this digest algorithm', {
      known: supportedAlgorithms,
    });
  }
  return ['sha256', algorithm];
}

async function pushWhole(
  parts: RegistryParts,
  exchange: Exchange,
  route: UploadsRoute,
  digest: Digest,
): Promise<void> {
  await parts.room.check(announcedBytes(exchange.req));
  const session = await parts.uploads.start(route.name, algorithmsFor(algorithmOf(digest) ?? null));
  try {
    await parts.uploads.exclusively(session, async () => {
      exchange.acceptBody();
      await parts.uploads.append(session, exchange.req, Infinity);
      await completeUpload(parts, exchange, session, digest);
    });
  } catch (error) {
    // Nobody was told the session's address, so nobody can come back to it.
    await parts.uploads.remove(session);
    throw error;
  }
}

/** Links a blob that is already here. False when there is none: the client then uploads as usual. */
async function mountBlob(
  parts: RegistryParts,
  exchange: Exchange,
  { name }: UploadsRoute,
  digest: Digest,
  from: string | null,
): Promise<boolean> {
  const release = parts.guard.hold(digest);
  try {
    const source = from === null ? undefined : tryParseRepositoryName(from);
    if (from !== null && source === undefined) return false;
    if (source !== undefined) parts.layers.mark(source, digest);
    const blob =
      source === undefined
        ? await parts.blobs.find(digest)
        : await parts.layers.find(source, digest);
    if (blob === undefined || parts.guard.isCondemned(blob.digest)) return false;
    await commitBatch((batch) => parts.layers.add(name, digest, batch));
    parts.layers.forget(name, digest);
    sendEmpty(exchange.res, 201, {
      Location: `/v2/${name}/blobs/${digest}`,
      'Docker-Content-Digest': digest,
    });
    reportEvent(parts, exchange, {
      action: 'mount',
      repository: name,
      digest,
      sizeBytes: blob.sizeBytes,
      ...(source === undefined ? {} : { fromRepository: source }),
    });
    return true;
  } finally {
    release();
  }
}

/** A digest under which this registry can check content. */
export function parseUploadDigest(text: string | null): Digest {
  const digest = tryParseDigest(text ?? '');
  if (digest === undefined || algorithmOf(digest) === undefined) {
    throw faults.digestInvalid('an upload needs a sha256 or sha512 digest', {
      digest: text?.slice(0, 300) ?? '',
    });
  }
  return digest;
}

export const uploadsVerbs: Verbs<UploadsRoute> = { POST: startUpload };
