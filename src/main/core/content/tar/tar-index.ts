import type { FileHandle } from 'node:fs/promises';
import { ContentError } from '../content-error';
import {
  BLOCK,
  isZeroBlock,
  paddedSize,
  parseHeader,
  parsePax,
  type TarHeader,
} from './tar-header';

export type TarPart = { readonly offset: number; readonly sizeBytes: number };

export type TarIndex = {
  /** Where a file's bytes are; links are followed inside the archive only. Undefined when there is none. */
  find(path: string): TarPart | undefined;
  readonly paths: readonly string[];
};

export type TarLimits = {
  /** An image of 127 layers in Docker's oldest form has fewer than 600. */
  readonly maxEntries: number;
  readonly maxPaxBytes: number;
};

const defaultTarLimits: TarLimits = { maxEntries: 100_000, maxPaxBytes: 1024 * 1024 };

const WINDOW = 64 * 1024;

/**
 * Finds every file of a tar without unpacking it. Throws ContentError `archive-invalid`, `archive-truncated` or
 * `archive-refused` (paths and links that lead out, entries twice, too many): nothing was written anywhere.
 */
export async function readTarIndex(
  handle: FileHandle,
  name: string,
  limits: TarLimits = defaultTarLimits,
): Promise<TarIndex> {
  const { size } = await handle.stat();
  const scan = new Scan(handle, name, size, limits);
  await scan.run();
  return scan.index();
}

type Pending = { path?: string; linkPath?: string; sizeBytes?: number };

class Scan {
  private readonly files = new Map<string, TarPart>();
  private readonly links = new Map<string, string>();
  private readonly folders = new Set<string>();
  private window: { start: number; bytes: Buffer } = { start: 0, bytes: Buffer.alloc(0) };
  private entries = 0;

  constructor(
    private readonly handle: FileHandle,
    private readonly name: string,
    private readonly size: number,
    private readonly limits: TarLimits,
  ) {}

  async run(): Promise<void> {
    let pending: Pending = {};
    for (let at = 0; ;) {
      if (at + BLOCK > this.size) throw this.truncated();
      const block = await this.read(at, BLOCK);
      if (isZeroBlock(block)) return;
      const header = parseHeader(block);
      if (!header) {
        throw new ContentError(
          'archive-invalid',
          at === 0
            ? `${this.name} is not a tar archive. Choose a file made by docker save, podman save or skopeo.`
            : `${this.name} is damaged at byte ${at}. Make or fetch it again.`,
        );
      }
      this.countEntry();
      const isMeta = ['x', 'g', 'L', 'K'].includes(header.kind);
      const sizeBytes = isMeta ? header.sizeBytes : (pending.sizeBytes ?? header.sizeBytes);
      const hasContent = isMeta || header.kind === '0';
      const end = at + BLOCK + (hasContent ? paddedSize(sizeBytes) : 0);
      // The last padding may be cut, the content may not.
      if (at + BLOCK + (hasContent ? sizeBytes : 0) > this.size) throw this.truncated();
      if (isMeta) pending = { ...pending, ...(await this.readMeta(header, at + BLOCK)) };
      else {
        this.add(header, pending, { offset: at + BLOCK, sizeBytes });
        pending = {};
      }
      at = end;
    }
  }

  index(): TarIndex {
    const { files, links } = this;
    const find = (path: string): TarPart | undefined => {
      let current = path;
      for (let hops = 0; hops < 16; hops += 1) {
        const found = files.get(current);
        if (found) return found;
        const next = links.get(current);
        if (next === undefined) return undefined;
        current = next;
      }
      return undefined;
    };
    return { find, paths: [...files.keys(), ...links.keys()] };
  }

  private countEntry(): void {
    this.entries += 1;
    if (this.entries <= this.limits.maxEntries) return;
    throw this.refused(`has more than ${this.limits.maxEntries} entries, which no image has`);
  }

  private async readMeta(header: TarHeader, at: number): Promise<Pending> {
    if (header.sizeBytes > this.limits.maxPaxBytes)
      throw this.refused('has a header that is too long');
    if (header.kind === 'g') return {};
    const bytes = await this.read(at, header.sizeBytes);
    const text = bytes.toString('utf8').replace(/\0+$/u, '');
    if (header.kind === 'L') return { path: text };
    if (header.kind === 'K') return { linkPath: text };
    const { path, linkpath, size } = parsePax(bytes);
    const sizeBytes = size === undefined ? undefined : Number(size);
    if (sizeBytes !== undefined && !(Number.isSafeInteger(sizeBytes) && sizeBytes >= 0)) {
      throw this.refused('has a header with an impossible size');
    }
    return {
      ...(path !== undefined && { path }),
      ...(linkpath !== undefined && { linkPath: linkpath }),
      ...(sizeBytes !== undefined && { sizeBytes }),
    };
  }

  private add(header: TarHeader, pending: Pending, part: TarPart): void {
    const written = pending.path ?? header.name;
    const path = this.inside(written, '', 'an entry');
    if (header.kind === '5') {
      if (this.files.has(path) || this.links.has(path)) throw this.twice(path);
      this.folders.add(path);
      return;
    }
    if (path === '') throw this.refused(`has an entry without a name (${JSON.stringify(written)})`);
    if (this.files.has(path) || this.links.has(path) || this.folders.has(path)) {
      throw this.twice(path);
    }
    if (header.kind === '0') {
      this.files.set(path, part);
      return;
    }
    if (header.kind !== '1' && header.kind !== '2') {
      throw this.refused(`has an entry of a kind that images do not have (${path})`);
    }
    const to = pending.linkPath ?? header.linkName;
    // A symbolic link starts at its own folder, a hard link at the top of the archive.
    const folder = header.kind === '2' ? path.split('/').slice(0, -1).join('/') : '';
    this.links.set(path, this.inside(to, folder, `the link ${path}`));
  }

  /** The path inside the archive, without `.` and `..`. */
  private inside(written: string, folder: string, what: string): string {
    const isAbsolute = written.startsWith('/') || /^[a-z]:[\\/]/iu.test(written);
    const parts: string[] = folder === '' ? [] : folder.split('/');
    // Docker's own archives may go up inside a link; an entry itself has no reason to.
    const mayGoUp = what !== 'an entry';
    for (const part of written.split('/')) {
      if (part === '' || part === '.') continue;
      if (part !== '..') parts.push(part);
      else if (!mayGoUp || parts.pop() === undefined) throw this.leadsOut(what, written);
    }
    if (isAbsolute || written.includes('\0') || written.includes('\\')) {
      throw this.leadsOut(what, written);
    }
    return parts.join('/');
  }

  private async read(at: number, length: number): Promise<Buffer> {
    const { start, bytes } = this.window;
    if (at >= start && at + length <= start + bytes.length) {
      return bytes.subarray(at - start, at - start + length);
    }
    const wanted = Buffer.alloc(Math.max(length, Math.min(WINDOW, this.size - at)));
    const { bytesRead } = await this.handle.read(wanted, 0, wanted.length, at);
    if (bytesRead < length) throw this.truncated();
    this.window = { start: at, bytes: wanted.subarray(0, bytesRead) };
    return wanted.subarray(0, length);
  }

  private truncated(): ContentError {
    return new ContentError(
      'archive-truncated',
      `${this.name} ends in the middle. It was not written or fetched to its end; make or fetch it again.`,
    );
  }

  private twice(path: string): ContentError {
    return this.refused(`has two entries named ${path}, and nobody knows which is meant`);
  }

  private leadsOut(what: string, written: string): ContentError {
    return this.refused(`has ${what} that leads out of it (${JSON.stringify(written)})`);
  }

  private refused(why: string): ContentError {
    return new ContentError(
      'archive-refused',
      `${this.name} was not read: it ${why}. Nothing of it was used. Do not trust where it came from.`,
    );
  }
}
