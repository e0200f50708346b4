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

const malformed = (answer: Answer, note: string): Error =>
  failure('response-malformed', placeOf(answer), note);

const placeOf = ({ url, status }: Answer): { host: string; step: 'blob'; status: number } => ({
  host: url.host,
  step: 'blob',
  status,
});

function wholeExtent(answer: Answer): Extent {
  if (answer.status === 206) throw malformed(answer, 'It sent a part instead of the whole.');
  const length = contentLengthOf(answer.headers);
  return length === undefined ? {} : { sizeBytes: length, totalBytes: length };
}

function partExtent(answer: Answer, range: ByteRange): Extent {
  const text = headerValue(answer.headers, 'content-range')?.trim() ?? '';
  const [, first, last, total] = contentRangePattern.exec(text) ?? [];
  const end = Number(last);
  const sizeBytes = end - range.start + 1;
  const isInside = end >= range.start && end <= (range.end ?? Number.MAX_SAFE_INTEGER);
  const isAsked = Number(first) === range.start && isInside;
  const length = contentLengthOf(answer.headers) ?? sizeBytes;
  if (!isAsked || length !== sizeBytes) {
    throw malformed(answer, 'It sent another part than the one asked for.');
  }
  return total === '*' ? { sizeBytes } : { sizeBytes, totalBytes: Number(total) };
}

/**
 * How much an answer delivers. Throws `unsupported` when the registry ignores ranges, and `response-malformed`
 * when it sends another part than the one asked for: bytes of a range cannot be hashed, so their place must be sure.
 */
export function readExtent(answer: Answer, range: ByteRange | undefined): Extent {
  if (!range) return wholeExtent(answer);
  if (answer.status === 206) return partExtent(answer, range);
  throw failure('unsupported', placeOf(answer), 'It sends blobs only as a whole.');
}
