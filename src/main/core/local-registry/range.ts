/** First and last byte, both inclusive. */
export type ByteRange = Readonly<{ start: number; end: number }>;

export type RangeAnswer =
  | Readonly<{ kind: 'whole' }>
  | Readonly<{ kind: 'ranges'; ranges: readonly ByteRange[] }>
  | Readonly<{ kind: 'unsatisfiable' }>;

/** A header with more pieces than this asks for work, not for content: the whole blob is sent instead. */
const maxRanges = 16;

/**
 * Reads a `Range` request header (RFC 9110, section 14.2) against a blob of `sizeBytes`: `a-b`, `a-`, `-n` and lists
 * of these. Units other than bytes are ignored, as the RFC asks. A range whose end lies before its start is refused
 * with 416 rather than ignored, which is what distribution and the conformance suite do.
 */
export function parseRange(header: string | undefined, sizeBytes: number): RangeAnswer {
  if (header === undefined) return { kind: 'whole' };
  const match = /^bytes\s*=\s*(.+)$/iu.exec(header.trim());
  if (match?.[1] === undefined) return { kind: 'whole' };
  const texts = match[1].split(',').map((text) => text.trim());
  const asked = texts.filter((text) => text !== '');
  if (asked.length > maxRanges) return { kind: 'whole' };
  const ranges: ByteRange[] = [];
  for (const text of asked) {
    const range = parseOne(text, sizeBytes);
    if (range === 'malformed') return { kind: 'unsatisfiable' };
    if (range !== 'outside') ranges.push(range);
  }
  if (ranges.length === 0) return { kind: 'unsatisfiable' };
  const total = ranges.reduce((sum, range) => sum + range.end - range.start + 1, 0);
  // Overlapping pieces that add up to more than the blob would let a small request cause a large answer.
  if (ranges.length > 1 && total > sizeBytes) return { kind: 'whole' };
  return { kind: 'ranges', ranges };
}

function parseOne(text: string, sizeBytes: number): ByteRange | 'malformed' | 'outside' {
  const match = /^(\d{0,15})-(\d{0,15})$/u.exec(text);
  if (match === null || text === '-') return 'malformed';
  const [, first = '', last = ''] = match;
  if (first === '') {
    const length = Math.min(Number(last), sizeBytes);
    return length === 0 ? 'outside' : { start: sizeBytes - length, end: sizeBytes - 1 };
  }
  const start = Number(first);
  if (last !== '' && Number(last) < start) return 'malformed';
  if (start >= sizeBytes) return 'outside';
  return { start, end: last === '' ? sizeBytes - 1 : Math.min(Number(last), sizeBytes - 1) };
}

/** `<start>-<end>` as a chunk upload says it: no unit, both ends inclusive (distribution-spec, Pushing a blob in chunks). */
export function parseChunkRange(header: string): ByteRange | undefined {
  const match = /^(?:bytes[ =])?(\d{1,15})-(\d{1,15})(?:\/(?:\d+|\*))?$/u.exec(header.trim());
  if (match === null) return undefined;
  const range = { start: Number(match[1]), end: Number(match[2]) };
  return range.end < range.start ? undefined : range;
}
