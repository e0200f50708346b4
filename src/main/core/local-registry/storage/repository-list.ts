import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { tryParseRepositoryName, type RepositoryName } from '#oci/repository-name';
import { isMissing } from './durable';
import type { Layout } from './layout';
import { compareAscii } from './tag-store';

/** Folders read at the same time. */
const readsAtOnce = 8;
/** After this time a catalog request starts a new walk in the background, in case the folder was changed from outside. */
const walkAgainAfterMs = 15_000;

/** A folder of the repositories tree that holds something of a repository. */
export type RepositoryFolder = Readonly<{
  name: RepositoryName;
  hasManifests: boolean;
  hasUploads: boolean;
  hasLayers: boolean;
}>;

/**
 * Walks the repositories tree. Names that start with `_` belong to the repository they are in; everything else may be
 * a repository, a namespace or both. Folders outside the name grammar and symbolic links are passed over.
 */
export async function walkRepositories(
  layout: Layout,
  visit: (folder: RepositoryFolder) => void,
): Promise<void> {
  let level: string[] = [''];
  while (level.length > 0) {
    const next: string[] = [];
    for (let start = 0; start < level.length; start += readsAtOnce) {
      const page = level.slice(start, start + readsAtOnce);
      const folders = await Promise.all(page.map((path) => readFolder(layout, path)));
      for (const [index, entries] of folders.entries()) {
        next.push(...visitFolder(page[index] ?? '', entries, visit));
      }
    }
    level = next;
  }
}

function visitFolder(
  path: string,
  entries: readonly Dirent[],
  visit: (folder: RepositoryFolder) => void,
): string[] {
  const dirs = new Set(entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name));
  const name = tryParseRepositoryName(path);
  const folder = {
    hasManifests: dirs.has('_manifests'),
    hasUploads: dirs.has('_uploads'),
    hasLayers: dirs.has('_layers'),
  };
  if (name !== undefined && Object.values(folder).includes(true)) visit({ name, ...folder });
  return [...dirs]
    .map((dir) => (path === '' ? dir : `${path}/${dir}`))
    .filter((child) => tryParseRepositoryName(child) !== undefined);
}

async function readFolder(layout: Layout, path: string): Promise<Dirent[]> {
  try {
    return await readdir(`${layout.repositoriesDir}/${path}`, { withFileTypes: true });
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

/** Repositories that hold or held manifests, in ASCII order, kept in memory after the first walk. */
export class RepositoryList {
  #names: RepositoryName[] | undefined;
  #walkedAtMs = 0;
  #walking: Promise<RepositoryName[]> | undefined;
  /** Changes made while a walk is under way, which it may have missed. */
  #changes: { name: RepositoryName; isPresent: boolean }[] = [];

  constructor(readonly layout: Layout) {}

  async list(): Promise<readonly RepositoryName[]> {
    if (this.#names === undefined) return this.#startWalk();
    if (Date.now() - this.#walkedAtMs > walkAgainAfterMs) {
      this.#startWalk().catch(() => undefined);
    }
    return this.#names;
  }

  add(name: RepositoryName): void {
    this.#change(name, true);
  }

  remove(name: RepositoryName): void {
    this.#change(name, false);
  }

  async #walk(): Promise<RepositoryName[]> {
    this.#changes = [];
    const found: RepositoryName[] = [];
    await walkRepositories(this.layout, (folder) => {
      if (folder.hasManifests) found.push(folder.name);
    });
    this.#names = found.sort(compareAscii);
    for (const change of this.#changes) applyChange(this.#names, change.name, change.isPresent);
    this.#walkedAtMs = Date.now();
    return this.#names;
  }

  #startWalk(): Promise<RepositoryName[]> {
    this.#walking ??= this.#walk().finally(() => {
      this.#walking = undefined;
    });
    return this.#walking;
  }

  #change(name: RepositoryName, isPresent: boolean): void {
    if (this.#names !== undefined) applyChange(this.#names, name, isPresent);
    if (this.#walking !== undefined) this.#changes.push({ name, isPresent });
  }
}

function applyChange(names: RepositoryName[], name: RepositoryName, isPresent: boolean): void {
  const index = findIndexAfter(names, name, false);
  const isListed = names[index] === name;
  if (isPresent && !isListed) names.splice(index, 0, name);
  if (!isPresent && isListed) names.splice(index, 1);
}

/** Index of the first name after `last` in a sorted list; with `isExclusive` false, of `last` itself if it is there. */
export function findIndexAfter(
  sorted: readonly string[],
  last: string,
  isExclusive: boolean,
): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const order = compareAscii(sorted[middle] ?? '', last);
    if (order < 0 || (isExclusive && order === 0)) low = middle + 1;
    else high = middle;
  }
  return low;
}
