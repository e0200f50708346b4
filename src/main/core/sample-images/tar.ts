const blockBytes = 512;

/** One entry of a layer. Names have no leading slash; a folder's ends with one. */
export type TarEntry = {
  readonly name: string;
  readonly content?: string | Uint8Array;
  /** Default 0o644, for folders 0o755, for symbolic links 0o777. */
  readonly mode?: number;
  /** Target of a symbolic link. */
  readonly linkTo?: string;
};

/**
 * A tar (POSIX ustar) of these entries in this order, owned by root and dated `modifiedAtMs`: the same bytes on every
 * machine. The samples need no name over 100 bytes, so none is split.
 */
export function writeTar(entries: readonly TarEntry[], modifiedAtMs: number): Buffer {
  const blocks = entries.flatMap((entry) => {
    const content = Buffer.from(entry.content ?? '');
    const padding = Buffer.alloc((blockBytes - (content.byteLength % blockBytes)) % blockBytes);
    return [writeHeader(entry, content.byteLength, modifiedAtMs), content, padding];
  });
  return Buffer.concat([...blocks, Buffer.alloc(2 * blockBytes)]);
}

function typeOf({ name, linkTo }: TarEntry): { flag: string; mode: number } {
  if (linkTo !== undefined) return { flag: '2', mode: 0o777 };
  return name.endsWith('/') ? { flag: '5', mode: 0o755 } : { flag: '0', mode: 0o644 };
}

/** Octal digits that end with a NUL, as wide as the field. */
const octal = (value: number, width: number): string =>
  `${value.toString(8).padStart(width - 1, '0')}\0`;

function writeHeader(entry: TarEntry, sizeBytes: number, modifiedAtMs: number): Buffer {
  if (Buffer.byteLength(entry.name) > 100) throw new RangeError(`${entry.name} is too long`);
  const { flag, mode } = typeOf(entry);
  const header = Buffer.alloc(blockBytes);
  header.write(entry.name, 0);
  header.write(octal(entry.mode ?? mode, 8), 100);
  header.write(octal(0, 8), 108);
  header.write(octal(0, 8), 116);
  header.write(octal(sizeBytes, 12), 124);
  header.write(octal(Math.floor(modifiedAtMs / 1000), 12), 136);
  header.write(' '.repeat(8), 148);
  header.write(flag, 156);
  header.write(entry.linkTo ?? '', 157);
  header.write('ustar\u000000', 257);
  header.write('root', 265);
  header.write('root', 297);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return header;
}
