import { randomUUID } from 'node:crypto';
import { stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
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
      return { place: handle, path: place.path, ...(await describePath(place.path)) };
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
const describePath = async (path: string): Promise<Omit<PickedPlace, 'place' | 'path'>> => {
  const { isEmpty, holdsRegistry } = await describeContent(path);
  const freeBytes = await freeBytesAt(path);
  return { isEmpty, holdsRegistry, ...(freeBytes === undefined ? {} : { freeBytes }) };
};

/** What cannot be read is taken for full: whoever goes on with it says why it is of no use. */
const describeContent = async (
  path: string,
): Promise<Pick<PickedPlace, 'isEmpty' | 'holdsRegistry'>> => {
  const found = await stat(path).catch(() => undefined);
  if (found?.isFile() === true) return { isEmpty: found.size === 0, holdsRegistry: false };
  // Loaded when it is first needed: the whole of the registry comes with it, and main starts without.
  const { describePlace } = await import('#core/local-registry/index');
  return describePlace(path).catch(() => ({ isEmpty: false, holdsRegistry: false }));
};

/** An archive that is still to be written has no disk of its own: its folder's counts. */
const freeBytesAt = async (path: string): Promise<number | undefined> => {
  try {
    const { bavail, bsize } = await statfs(path).catch(() => statfs(dirname(path)));
    return bavail * bsize;
  } catch {
    return undefined;
  }
};
