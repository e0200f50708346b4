import { ContentError } from '../content-error';
import type { ContentSource, ContentTarget } from '../content-store';
import { openArchive, type ArchiveOptions, type OpenedArchive } from '../tar/open-archive';
import { readPart } from '../tar/read-part';
import { createReadPlace, createWritePlace } from './archive-place';
import { parseLayoutIndex, type LayoutEntry } from './layout-index';
import { INDEX_FILE, MAX_INDEX_BYTES } from './layout-place';
import { LayoutStore } from './layout-store';

/** Opens an OCI layout in a tar, plain or gzip-compressed. Throws `archive-*` and `compression-unsupported`. */
export async function openOciArchive(
  file: string,
  options: ArchiveOptions = {},
): Promise<ContentSource> {
  const archive = await openArchive(file, options);
  try {
    const entries = await readLayoutEntries(archive);
    if (entries === undefined) {
      throw new ContentError(
        'archive-invalid',
        `${file} is not an OCI archive: it has no index.json.`,
      );
    }
    return new LayoutStore({ place: createReadPlace(archive), entries });
  } catch (error) {
    await archive.close();
    throw error;
  }
}

/** Undefined when the archive holds no OCI layout. */
export async function readLayoutEntries(
  archive: OpenedArchive,
): Promise<LayoutEntry[] | undefined> {
  const { name, handle, index } = archive;
  const part = index.find(INDEX_FILE);
  if (part === undefined) return undefined;
  return parseLayoutIndex(await readPart(handle, part, MAX_INDEX_BYTES, name), name);
}

/** Begins an OCI archive, which is there under its name only after `finish`. An older file of that name is replaced then. */
export async function createOciArchive(file: string): Promise<ContentTarget> {
  return new LayoutStore({ place: await createWritePlace(file), entries: [] });
}
