import type { ByteRange } from './registry-client';
import { contentLengthOf, headerValue } from './transport/headers';
import type { Answer } from './transport/shapes';
import { failure } from './words';

/** RFC 9110, Range: bytes, both ends inclusive. */
export function formatRange(range: ByteRange): string {
  return `bytes=${range.start}-${range.end ?? ''}`;
}

export type Extent = { sizeBytes?: number; totalBytes?: number };

const contentRangePattern = /^bytes (\d{1,15})-(\d{1,15})\/(\d{1,15}|\*)$/;

/**
 * How much an answer delivers. Throws `unsupported` when the registry ignores ranges, and `response-malformed`
 * when it sends another part than the one asked for: bytes of a range cannot be hashed, so their place must be sure.
 */
export function readExtent(answer: Answer, range: ByteRange | undefined): Extent {
  const length = contentLengthOf(answer.headers);
  const detail = { host: answer.url.host, step: 'blob', status: answer.status } as const;
  if (!range) {
    if (answer.status === 206) {
      throw failure(
        'response-malformed',
        detail,
        'It sent a part, although the whole was asked for.',
      );
    }
    return length === undefined ? {} : { sizeBytes: length, totalBytes: length };
  }
  if (answer.status !== 206) {
    throw failure('unsupported', detail, 'It sends blobs only as a whole.');
  }
  const match = contentRangePattern.exec(
    headerValue(answer.headers, 'content-range')?.trim() ?? '',
  );
  const start = Number(match?.[1]);
  const end = Number(match?.[2]);
  const isWrong =
    !match || start !== range.start || end < start || (range.end !== undefined && end > range.end);
  if (isWrong || (length !== undefined && length !== end - start + 1)) {
    throw failure('response-malformed', detail, 'It sent another part than the one asked for.');
  }
  const sizeBytes = end - start + 1;
  return match[3] === '*' ? { sizeBytes } : { sizeBytes, totalBytes: Number(match[3]) };
}
