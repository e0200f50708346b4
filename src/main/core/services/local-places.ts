import { randomUUID } from 'node:crypto';
import { readdir, stat, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { PickedPlace, PlacePurpose } from '#contract/local';
import { ServiceFailure } from './failure';

/** A folder or file that the user chose in main's dialog. */
export type Place = { readonly purpose: PlacePurpose; readonly path: string };

/** Places by handle, for this run: the window names a place, main knows which path was chosen. */
export type Places = {
  readonly keep: (place: Place) => Promise<PickedPlace>;
  /** Throws when the handle is of another purpose, or not known. */
  readonly take: (handle: string, ...purposes: readonly PlacePurpose[]) => Place;
};

/** The oldest go first past this number. */
const maxPlaces = 64;

export const createPlaces = (): Places => {
  const places = new Map<string, Place>();
  return {
    keep: async (place) => {
      const handle = `place-${randomUUID()}`;
      places.set(handle, place);
      const oldest = places.keys().next().value;
      if (places.size > maxPlaces && oldest !== undefined) places.delete(oldest);
      return { place: handle, path: place.path, ...(await describePlace(place.path)) };
    },
    take: (handle, ...purposes) => {
      const place = places.get(handle);
      if (place !== undefined && purposes.includes(place.purpose)) return place;
      throw new ServiceFailure('input-invalid', 'The chosen place is gone; choose it again.', {
        field: 'place',
      });
    },
  };
};

/** What there is to know before anything is done with a place. A file counts as not empty when it has bytes. */
const describePlace = async (path: string): Promise<Omit<PickedPlace, 'place' | 'path'>> => {
  const freeBytes = await freeBytesAt(path);
  return {
    isEmpty: await isEmptyAt(path),
    holdsRegistry: await isFolder(join(path, 'docker/registry/v2')),
    ...(freeBytes === undefined ? {} : { freeBytes }),
  };
};

const isEmptyAt = async (path: string): Promise<boolean> => {
  try {
    const found = await stat(path);
    return found.isDirectory() ? (await readdir(path)).length === 0 : found.size === 0;
  } catch {
    return true;
  }
};

const isFolder = async (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );

/** An archive that is still to be written has no disk of its own: its folder's counts. */
const freeBytesAt = async (path: string): Promise<number | undefined> => {
  try {
    const { bavail, bsize } = await statfs(path).catch(() => statfs(dirname(path)));
    return bavail * bsize;
  } catch {
    return undefined;
  }
};
