const BLOCK = 512;

export type TarEntry = {
  /** Without a leading slash; a directory ends with one. */
  name: string;
  content?: string | Buffer;
  /** Default 0o644, for directories 0o755. */
  mode?: number;
  linkTo?: string;
};

/** An uncompressed tar (POSIX ustar) of these entries, all dated to the epoch and owned by root. */
export function tarOf(entries: readonly TarEntry[]): Buffer {
  return Buffer.concat([...entries.flatMap(entryBlocks), Buffer.alloc(2 * BLOCK)]);
}

function entryBlocks(entry: TarEntry): Buffer[] {
  const body = Buffer.from(entry.content ?? '');
  const padding = Buffer.alloc((BLOCK - (body.length % BLOCK)) % BLOCK);
  return [headerOf(entry, body.length), body, padding];
}

function typeOf({ name, linkTo }: TarEntry): string {
  if (linkTo !== undefined) return '2';
  return name.endsWith('/') ? '5' : '0';
}

function headerOf(entry: TarEntry, sizeBytes: number): Buffer {
  const header = Buffer.alloc(BLOCK);
  const octal = (value: number, width: number): string =>
    `${value.toString(8).padStart(width - 1, '0')}\0`;
  header.write(entry.name, 0, 100);
  header.write(octal(entry.mode ?? (entry.name.endsWith('/') ? 0o755 : 0o644), 8), 100);
  header.write(octal(0, 8), 108);
  header.write(octal(0, 8), 116);
  header.write(octal(sizeBytes, 12), 124);
  header.write(octal(0, 12), 136);
  header.write(' '.repeat(8), 148);
  header.write(typeOf(entry), 156);
  header.write(entry.linkTo ?? '', 157, 100);
  header.write('ustar\u000000', 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return header;
}
