import type { Digest } from '#oci/digest';
import { faults } from '../errors';
import { reportEvent } from '../events/report';
import type { Exchange, RegistryParts } from '../parts';
import { sendEmpty } from '../respond';
import { algorithmOf } from '../storage/blob-store';
import type { UploadSession } from '../storage/upload-store';
import { commitBatch } from '../storage/write-batch';

/**
 * Ends an upload whose bytes are all in its file: compares the digest, flushes the bytes, moves them to their place,
 * links them last, and answers 201 only when all of it would survive a power cut.
 */
export async function completeUpload(
  parts: RegistryParts,
  exchange: Exchange,
  session: UploadSession,
  digest: Digest,
): Promise<void> {
  const { uploads, blobs, layers, guard } = parts;
  const algorithm = algorithmOf(digest) ?? 'sha256';
  const actual = await uploads.digest(session, algorithm);
  if (actual !== digest) {
    await uploads.remove(session);
    throw faults.digestInvalid('the content does not match the digest; the upload was dropped', {
      expected: digest,
      actual,
    });
  }
  const canonical = algorithm === 'sha256' ? digest : await uploads.digest(session, 'sha256');
  const digests = new Set([canonical, digest]);
  const releases = [...digests].map((held) => guard.hold(held));
  try {
    await guard.whenGone(...digests);
    await commitBatch(async (batch) => {
      const flush = (): Promise<void> => uploads.flush(session);
      await blobs.adopt(uploads.fileOf(session), canonical, flush, batch);
      if (digest !== canonical) await blobs.alias(canonical, digest, batch);
      for (const linked of digests) await layers.add(session.name, linked, batch);
    });
    for (const linked of digests) layers.forget(session.name, linked);
    // The link is fresh and protects the blob; once it is gone, nothing else has to.
    guard.settle(digests);
  } finally {
    for (const release of releases) release();
  }
  const { sizeBytes } = session;
  await uploads.remove(session);
  sendEmpty(exchange.res, 201, {
    Location: `/v2/${session.name}/blobs/${digest}`,
    'Docker-Content-Digest': digest,
  });
  reportEvent(parts, exchange, {
    action: 'push',
    repository: session.name,
    digest,
    mediaType: 'application/octet-stream',
    sizeBytes,
  });
}
