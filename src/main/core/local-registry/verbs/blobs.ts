import { randomUUID } from 'node:crypto';
import { close, open } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { tryParseDigest, type Digest } from '#oci/digest';
import { faults, RegistryFault } from '../errors';
import { reportEvent } from '../events/report';
import type { Exchange, RegistryParts, Verbs } from '../parts';
import { parseRange, type ByteRange } from '../range';
import { apiVersionHeader, sendEmpty } from '../respond';
import type { Route } from '../routes';
import type { StoredBlob } from '../storage/blob-store';
import { isMissing } from '../storage/durable';
import { matchesEtag } from './etag';
import { sendFileRange } from './send-file';

type BlobRoute = Extract<Route, { kind: 'blob' }>;

const openFile = (file: string): Promise<number> =>
  new Promise((resolve, reject) => {
    open(file, 'r', (error, fd) => {
      if (error === null) resolve(fd);
      else reject(error);
    });
  });

const closeFile = (fd: number): Promise<void> =>
  new Promise((resolve) => {
    // Nothing was written: there is nothing that a failure to close could lose.
    close(fd, () => {
      resolve();
    });
  });

const octetStream = 'application/octet-stream';

/** distribution-spec, Pulling blobs: whole, in ranges, or only the header. */
async function pullBlob(parts: RegistryParts, exchange: Exchange, route: BlobRoute): Promise<void> {
  const { req, res } = exchange;
  const digest = parseBlobDigest(route.digest);
  const release = parts.guard.hold(digest);
  try {
    const blob = await parts.layers.find(route.name, digest);
    if (blob === undefined) throw faults.blobUnknown(digest);
    // A client that only asks whether the blob is here is about to push a manifest that names it.
    if (req.method === 'HEAD') parts.layers.mark(route.name, digest);
    if (matchesEtag(req.headers['if-none-match'], digest)) {
      sendEmpty(res, 304, { ETag: `"${digest}"`, 'Docker-Content-Digest': digest });
      return;
    }
    const ifRange = req.headers['if-range'];
    const wantsRange = ifRange === undefined || ifRange === `"${digest}"`;
    const answer = parseRange(wantsRange ? req.headers.range : undefined, blob.sizeBytes);
    if (answer.kind === 'unsatisfiable') throw rangeFault(blob);
    if (req.method === 'HEAD') {
      sendHead(res, digest, blob.sizeBytes);
      return;
    }
    await sendContent(parts, exchange, route, {
      digest,
      blob,
      ranges: answer.kind === 'whole' ? [] : answer.ranges,
    });
  } finally {
    release();
  }
}

type Content = Readonly<{ digest: Digest; blob: StoredBlob; ranges: readonly ByteRange[] }>;

async function sendContent(
  parts: RegistryParts,
  exchange: Exchange,
  route: BlobRoute,
  content: Content,
): Promise<void> {
  const { res } = exchange;
  const fd = await openBlob(parts, route, content);
  try {
    const [first, ...others] = content.ranges;
    if (first === undefined) await sendWhole(res, fd, content);
    else if (others.length === 0) await sendOneRange(res, fd, content, first);
    else await sendRanges(res, fd, content);
  } finally {
    await closeFile(fd);
  }
  if (res.destroyed && !res.writableFinished) return;
  reportEvent(parts, exchange, {
    action: 'pull',
    repository: route.name,
    digest: content.digest,
    mediaType: octetStream,
    sizeBytes: content.blob.sizeBytes,
  });
}

/** A file that vanished behind the registry's back is an unknown blob, not a failure. */
async function openBlob(parts: RegistryParts, route: BlobRoute, content: Content): Promise<number> {
  try {
    return await openFile(content.blob.file);
  } catch (error) {
    if (!isMissing(error)) throw error;
    parts.layers.forget(route.name, content.digest);
    throw faults.blobUnknown(content.digest);
  }
}

const commonHeaders = (digest: Digest): Record<string, string> => ({
  ...apiVersionHeader,
  'Docker-Content-Digest': digest,
  ETag: `"${digest}"`,
  'Accept-Ranges': 'bytes',
  'Cache-Control': 'max-age=31536000',
});

function sendHead(res: ServerResponse, digest: Digest, sizeBytes: number): void {
  res.writeHead(200, {
    ...commonHeaders(digest),
    'Content-Type': octetStream,
    'Content-Length': sizeBytes,
  });
  res.end();
}

async function sendWhole(
  res: ServerResponse,
  fd: number,
  { digest, blob }: Content,
): Promise<void> {
  res.writeHead(200, {
    ...commonHeaders(digest),
    'Content-Type': octetStream,
    'Content-Length': blob.sizeBytes,
  });
  await sendFileRange(res, fd, 0, blob.sizeBytes - 1);
  res.end();
}

async function sendOneRange(
  res: ServerResponse,
  fd: number,
  { digest, blob }: Content,
  range: ByteRange,
): Promise<void> {
  res.writeHead(206, {
    ...commonHeaders(digest),
    'Content-Type': octetStream,
    'Content-Length': range.end - range.start + 1,
    'Content-Range': formatContentRange(range, blob.sizeBytes),
  });
  await sendFileRange(res, fd, range.start, range.end);
  res.end();
}

/** Several ranges in one answer (RFC 9110, section 15.3.7.2). */
async function sendRanges(
  res: ServerResponse,
  fd: number,
  { digest, blob, ranges }: Content,
): Promise<void> {
  const boundary = randomUUID();
  const heads = ranges.map((range) =>
    [
      `\r\n--${boundary}`,
      `Content-Type: ${octetStream}`,
      `Content-Range: ${formatContentRange(range, blob.sizeBytes)}\r\n\r\n`,
    ].join('\r\n'),
  );
  const tail = `\r\n--${boundary}--\r\n`;
  const contentBytes = ranges.reduce((sum, range) => sum + range.end - range.start + 1, 0);
  const headBytes = heads.reduce((sum, head) => sum + head.length, 0);
  res.writeHead(206, {
    ...commonHeaders(digest),
    'Content-Type': `multipart/byteranges; boundary=${boundary}`,
    'Content-Length': contentBytes + headBytes + tail.length,
  });
  for (const [index, range] of ranges.entries()) {
    res.write(heads[index]);
    await sendFileRange(res, fd, range.start, range.end);
  }
  res.end(tail);
}

const formatContentRange = (range: ByteRange, sizeBytes: number): string =>
  `bytes ${range.start}-${range.end}/${sizeBytes}`;

const rangeFault = (blob: StoredBlob): RegistryFault =>
  new RegistryFault(
    416,
    'RANGE_INVALID',
    'the blob has no such range',
    { sizeBytes: blob.sizeBytes },
    { 'Content-Range': `bytes */${blob.sizeBytes}` },
  );

/** distribution-spec, Deleting Blobs: the repository lets go of the blob; its bytes go with garbage collection. */
async function deleteBlob(
  parts: RegistryParts,
  exchange: Exchange,
  route: BlobRoute,
): Promise<void> {
  const digest = parseBlobDigest(route.digest);
  if (!(await parts.layers.remove(route.name, digest))) throw faults.blobUnknown(digest);
  sendEmpty(exchange.res, 202, { 'Docker-Content-Digest': digest });
  reportEvent(parts, exchange, { action: 'delete', repository: route.name, digest });
}

function parseBlobDigest(text: string): Digest {
  const digest = tryParseDigest(text);
  if (digest === undefined) throw faults.digestInvalid('this is not a digest', { digest: text });
  return digest;
}

export const blobVerbs: Verbs<BlobRoute> = { GET: pullBlob, HEAD: pullBlob, DELETE: deleteBlob };
