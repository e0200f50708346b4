import { ContentError } from '../content-error';

export const BLOCK = 512;
/** The largest size that ustar's octal field holds: 8 GiB less one. */
const MAX_OCTAL_SIZE = 0o77777777777;

export const paddedSize = (sizeBytes: number): number => Math.ceil(sizeBytes / BLOCK) * BLOCK;

export type TarHeader = {
  readonly name: string;
  readonly sizeBytes: number;
  /** One character of POSIX ustar: `0` file, `1` hard link, `2` symbolic link, `5` folder, `x` pax. */
  readonly kind: string;
  readonly linkName: string;
};

const textAt = (block: Buffer, start: number, length: number): string => {
  const field = block.subarray(start, start + length);
  const end = field.indexOf(0);
  return field.subarray(0, end < 0 ? length : end).toString('utf8');
};

/** Octal text, or GNU's base 256 for what does not fit. Undefined when it is neither. */
function numberAt(block: Buffer, start: number, length: number): number | undefined {
  if (((block[start] ?? 0) & 0x80) !== 0) {
    let value = (block[start] ?? 0) & 0x7f;
    for (let at = start + 1; at < start + length; at += 1) value = value * 256 + (block[at] ?? 0);
    return Number.isSafeInteger(value) ? value : undefined;
  }
  const text = textAt(block, start, length).trim();
  return /^[0-7]*$/u.test(text) ? Number.parseInt(text || '0', 8) : undefined;
}

export const isZeroBlock = (block: Buffer): boolean => block.every((byte) => byte === 0);

/** Undefined when the checksum is wrong: this is no tar, or it is damaged. */
export function parseHeader(block: Buffer): TarHeader | undefined {
  const expected = numberAt(block, 148, 8);
  let sum = 8 * 32;
  for (let at = 0; at < BLOCK; at += 1) if (at < 148 || at >= 156) sum += block[at] ?? 0;
  const sizeBytes = numberAt(block, 124, 12);
  if (expected !== sum || sizeBytes === undefined) return undefined;
  const isUstar = textAt(block, 257, 6).startsWith('ustar');
  const isGnu = block.subarray(257, 265).toString('latin1') === 'ustar  \0';
  const prefix = isUstar && !isGnu ? textAt(block, 345, 155) : '';
  const name = textAt(block, 0, 100);
  const kind = String.fromCharCode(block[156] ?? 0);
  return {
    name: prefix === '' ? name : `${prefix}/${name}`,
    sizeBytes,
    kind: kind === '\0' || kind === '7' ? '0' : kind,
    linkName: textAt(block, 157, 100),
  };
}

/** `<length> <key>=<value>\n`, again and again (POSIX pax). */
export function parsePax(bytes: Buffer): Record<string, string> {
  const records: Record<string, string> = {};
  for (let at = 0; at < bytes.length;) {
    const space = bytes.indexOf(0x20, at);
    const length = space < 0 ? Number.NaN : Number(bytes.subarray(at, space).toString('latin1'));
    if (!Number.isSafeInteger(length) || length <= 0 || at + length > bytes.length) {
      throw new ContentError('archive-invalid', 'A pax header cannot be read.');
    }
    const record = bytes.subarray(space + 1, at + length - 1).toString('utf8');
    const equals = record.indexOf('=');
    if (equals > 0) records[record.slice(0, equals)] = record.slice(equals + 1);
    at += length;
  }
  return records;
}

/** The blocks before a file's content: the same bytes on every machine. Long names and sizes get a pax header. */
export function formatHeader(name: string, sizeBytes: number): Buffer {
  const isLong = Buffer.byteLength(name) > 100;
  const isLarge = sizeBytes > MAX_OCTAL_SIZE;
  if (!isLong && !isLarge) return headerBlock(name, sizeBytes, '0');
  const records = [
    ...(isLong ? [paxRecord('path', name)] : []),
    ...(isLarge ? [paxRecord('size', String(sizeBytes))] : []),
  ].join('');
  const pax = Buffer.alloc(paddedSize(Buffer.byteLength(records)));
  pax.write(records);
  return Buffer.concat([
    headerBlock('pax_header', Buffer.byteLength(records), 'x'),
    pax,
    headerBlock(name.slice(0, 99), isLarge ? 0 : sizeBytes, '0'),
  ]);
}

function paxRecord(key: string, value: string): string {
  const rest = Buffer.byteLength(` ${key}=${value}\n`);
  let length = rest + 1;
  while (String(length).length + rest !== length) length = String(length).length + rest;
  return `${length} ${key}=${value}\n`;
}

function headerBlock(name: string, sizeBytes: number, kind: string): Buffer {
  const block = Buffer.alloc(BLOCK);
  const octal = (value: number, width: number): string =>
    `${value.toString(8).padStart(width - 1, '0')}\0`;
  block.write(name, 0, 100);
  block.write(octal(0o644, 8), 100);
  block.write(octal(0, 8), 108);
  block.write(octal(0, 8), 116);
  block.write(octal(sizeBytes, 12), 124);
  block.write(octal(0, 12), 136);
  block.write(' '.repeat(8), 148);
  block.write(kind, 156);
  block.write('ustar\u000000', 257, 'latin1');
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}
