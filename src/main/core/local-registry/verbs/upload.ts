import { faults, RegistryFault } from '../errors';
import type { Exchange, RegistryParts, Verbs } from '../parts';
import { parseChunkRange } from '../range';
import { sendEmpty } from '../respond';
import type { Route } from '../routes';
import type { UploadSession } from '../storage/upload-store';
import { announcedBytes } from './announced-bytes';
import { completeUpload } from './complete-upload';
import { progressHeaders, sendProgress } from './upload-progress';
import { parseUploadDigest } from './uploads';

type UploadRoute = Extract<Route, { kind: 'upload' }>;

/** distribution-spec, Pushing a blob in chunks: adds a chunk, or streams one of unknown length. */
async function addChunk(
  parts: RegistryParts,
  exchange: Exchange,
  route: UploadRoute,
): Promise<void> {
  const session = await parts.uploads.find(route.name, route.id);
  await parts.uploads.exclusively(session, async () => {
    const maxBytes = checkChunk(exchange, session);
    await appendBody(parts, exchange, session, maxBytes);
  });
  sendProgress(exchange.res, 202, session);
}

/** Ends the session: the rest of the bytes, if any, then the digest of all of them. */
async function endUpload(
  parts: RegistryParts,
  exchange: Exchange,
  route: UploadRoute,
): Promise<void> {
  const digest = parseUploadDigest(exchange.query.get('digest'));
  const session = await parts.uploads.find(route.name, route.id);
  await parts.uploads.exclusively(session, async () => {
    const maxBytes = checkChunk(exchange, session);
    await appendBody(parts, exchange, session, maxBytes);
    await completeUpload(parts, exchange, session, digest);
  });
}

async function appendBody(
  parts: RegistryParts,
  exchange: Exchange,
  session: UploadSession,
  maxBytes: number,
): Promise<void> {
  await parts.room.check(announcedBytes(exchange.req));
  exchange.acceptBody();
  const before = session.sizeBytes;
  const count = await parts.uploads.append(session, exchange.req, maxBytes);
  if (maxBytes === Infinity || count === maxBytes) return;
  await parts.uploads.rewind(session, before);
  throw faults.sizeInvalid('the chunk is shorter than its Content-Range says', {
    expected: maxBytes,
    actual: count,
  });
}

/**
 * Checks the place of a chunk before a byte of it is taken, and returns how long it may be. A chunk out of order gets
 * 416 with the offset that the upload has, so that the client can go on from there.
 */
function checkChunk({ req }: Exchange, session: UploadSession): number {
  const header = req.headers['content-range'];
  if (header === undefined) return Infinity;
  const range = parseChunkRange(header);
  if (range === undefined) {
    throw faults.sizeInvalid('Content-Range has to be <first byte>-<last byte>', { header });
  }
  if (range.start !== session.sizeBytes) {
    throw new RegistryFault(
      416,
      'BLOB_UPLOAD_INVALID',
      'chunks have to be sent in order; go on from the offset in Range',
      { offset: session.sizeBytes },
      progressHeaders(session),
    );
  }
  const length = range.end - range.start + 1;
  const announced = req.headers['content-length'];
  if (announced !== undefined && Number(announced) !== length) {
    throw faults.sizeInvalid('Content-Range and Content-Length do not agree', {
      range: header,
      contentLength: Number(announced),
    });
  }
  return length;
}

/** distribution-spec, Pushing a blob in chunks: where an interrupted client may go on. */
async function showProgress(
  parts: RegistryParts,
  exchange: Exchange,
  route: UploadRoute,
): Promise<void> {
  sendProgress(exchange.res, 204, await parts.uploads.find(route.name, route.id));
}

/** distribution-spec, Cancelling a blob upload. */
async function cancelUpload(
  parts: RegistryParts,
  exchange: Exchange,
  route: UploadRoute,
): Promise<void> {
  const session = await parts.uploads.find(route.name, route.id);
  await parts.uploads.exclusively(session, () => parts.uploads.remove(session));
  sendEmpty(exchange.res, 204);
}

export const uploadVerbs: Verbs<UploadRoute> = {
  GET: showProgress,
  HEAD: showProgress,
  PATCH: addChunk,
  PUT: endUpload,
  DELETE: cancelUpload,
};
