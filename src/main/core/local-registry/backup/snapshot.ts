import { readdir } from 'node:fs/promises';
import { tryParseDigest, type Digest } from '#oci/digest';
import type { RepositoryName } from '#oci/repository-name';
import { tryParseTag } from '#oci/tag';
import { algorithmOf, supportedAlgorithms } from '../storage/blob-store';
import { isMissing } from '../storage/durable';
import type { Layout } from '../storage/layout';
import { readLink } from '../storage/link-file';

/** A link of a repository: where it is, below the storage folder, and what it says. */
export type Link = Readonly<{ path: string; digest: Digest }>;

export type RepositorySnapshot = Readonly<{
  name: RepositoryName;
  tagCount: number;
  links: readonly Link[];
  /** Blobs that the links lead to. */
  blobs: ReadonlySet<Digest>;
}>;

const readsAtOnce = 16;
const maxReads = 4;

/**
 * Every link of a repository as of one moment, while it is being served. A push writes layers, then the manifest, then
 * the tag; read in the other order, whatever a link leads to has been read as well. When something was deleted in
 * between, a tag leads nowhere: then it is read again.
 */
export async function readSnapshot(
  layout: Layout,
  name: RepositoryName,
): Promise<RepositorySnapshot> {
  for (let attempt = 1; ; attempt += 1) {
    const snapshot = await readOnce(layout, name);
    // A tag that leads nowhere at every look is a damage of the folder, which a backup takes along as it is.
    if (snapshot.isWhole || attempt === maxReads) return snapshot;
  }
}

async function readOnce(
  layout: Layout,
  name: RepositoryName,
): Promise<RepositorySnapshot & { isWhole: boolean }> {
  const current: Link[] = [];
  const history: Link[] = [];
  for (const entry of await listDir(layout.tagsDir(name))) {
    const tag = tryParseTag(entry);
    if (tag === undefined) continue;
    const digest = await readLink(layout.tagCurrentLink(name, tag));
    if (digest === undefined || algorithmOf(digest) === undefined) continue;
    current.push({ path: below(layout, layout.tagCurrentLink(name, tag)), digest });
    history.push(...(await readLinks(layout, `${layout.tagDir(name, tag)}/index`)));
  }
  const revisions = await readLinks(layout, layout.revisionsDir(name));
  const layers = await readLinks(layout, layout.layersDir(name));
  const revised = new Set(revisions.map((link) => link.digest));
  return {
    name,
    tagCount: current.length,
    // Layers first, tags last: in an archive that is cut off, nothing points at what is not there.
    links: [...layers, ...revisions, ...history, ...current],
    blobs: new Set([...layers, ...revisions].map(({ digest }) => digest)),
    isWhole: current.every(({ digest }) => revised.has(digest)),
  };
}

const below = (layout: Layout, path: string): string => path.slice(layout.storageDir.length + 1);

/**
 * A link leads to its own digest, or to another algorithm's name of the same bytes. Other links serve wrong bytes,
 * which no client takes: a backup leaves them out, and a restore refuses them.
 */
export function mayLead(own: Digest, digest: Digest): boolean {
  const algorithm = algorithmOf(digest);
  return algorithm !== undefined && (own === digest || algorithm !== algorithmOf(own));
}

/** All `<dir>/<algorithm>/<encoded>/link`. */
async function readLinks(layout: Layout, dir: string): Promise<Link[]> {
  const links: Link[] = [];
  for (const algorithm of supportedAlgorithms) {
    const names = await listDir(`${dir}/${algorithm}`);
    for (let start = 0; start < names.length; start += readsAtOnce) {
      const page = names.slice(start, start + readsAtOnce);
      const read = await Promise.all(
        page.map(async (encoded) => {
          const file = `${dir}/${algorithm}/${encoded}/link`;
          const own = tryParseDigest(`${algorithm}:${encoded}`);
          const digest = own === undefined ? undefined : await readLink(file);
          if (own === undefined || digest === undefined || !mayLead(own, digest)) return [];
          return [{ path: below(layout, file), digest }];
        }),
      );
      links.push(...read.flat());
    }
  }
  return links;
}

async function listDir(dir: string): Promise<string[]> {
  try {
    return (await readdir(dir)).sort();
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}
