import { readdir } from 'node:fs/promises';
import { tryParseDigest, type Digest } from '#oci/digest';
import { isForeignLayer } from '#oci/media-type';
import type { RepositoryName } from '#oci/repository-name';
import { tryParseTag } from '#oci/tag';
import type { RegistryParts } from '../parts';
import { isMissing } from '../storage/durable';
import { readLinkContent } from '../storage/link-file';
import type { CheckProblem, CheckReport } from './report';

export type CheckNotes = Readonly<{
  report: CheckReport;
  add: (problem: CheckProblem) => void;
  /** A path as the report shows it. */
  show: (path: string) => string;
}>;

/** Looks at everything a repository holds and says what cannot be served. */
export async function checkRepository(
  parts: RegistryParts,
  name: RepositoryName,
  notes: CheckNotes,
): Promise<void> {
  const named = await checkRevisions(parts, name, notes);
  await checkTags(parts, name, notes);
  await checkLayers(parts, name, named, notes);
}

/** Returns the blobs that the manifests name. */
async function checkRevisions(
  parts: RegistryParts,
  name: RepositoryName,
  notes: CheckNotes,
): Promise<Set<Digest>> {
  const named = new Set<Digest>();
  for (const { digest, dir } of await listDigestDirs(parts.layout.revisionsDir(name), notes)) {
    const target = await checkLink(`${dir}/link`, notes, { repository: name, digest });
    if (target === undefined) continue;
    notes.report.counts.manifests += 1;
    const manifest = await parts.manifests.find(name, digest);
    if (manifest === undefined) {
      const blob = await parts.blobs.find(target);
      notes.add({
        kind: blob === undefined ? 'manifest-missing' : 'manifest-damaged',
        severity: 'problem',
        path: notes.show(parts.blobs.blobFile(target)),
        message:
          blob === undefined
            ? 'the bytes of this manifest are gone; push it again or delete it by its digest'
            : 'the bytes of this manifest do not match its digest or are no manifest',
        repository: name,
        digest,
      });
      continue;
    }
    for (const blob of manifest.facts.blobs) named.add(blob.digest);
    await checkReferences(parts, name, digest, notes);
  }
  return named;
}

/** What a manifest names and the repository lacks. */
async function checkReferences(
  parts: RegistryParts,
  name: RepositoryName,
  digest: Digest,
  notes: CheckNotes,
): Promise<void> {
  const facts = (await parts.manifests.find(name, digest))?.facts;
  for (const blob of facts?.blobs ?? []) {
    if (isForeignLayer(blob.mediaType)) continue;
    const found = await parts.layers.find(name, blob.digest);
    if (found === undefined) {
      notes.add(
        absent(name, digest, blob.digest, 'blob', notes.show(parts.layout.repositoryDir(name))),
      );
    } else if (blob.mediaType !== '' && found.sizeBytes !== blob.size) {
      notes.add({
        kind: 'blob-size-wrong',
        severity: 'problem',
        path: notes.show(found.file),
        message: `the manifest says ${blob.size} bytes, the blob has ${found.sizeBytes}`,
        repository: name,
        digest: blob.digest,
      });
    }
  }
  for (const child of facts?.children ?? []) {
    if (await parts.manifests.has(name, child.digest)) continue;
    notes.add(
      absent(name, digest, child.digest, 'manifest', notes.show(parts.layout.repositoryDir(name))),
    );
  }
}

const absent = (
  repository: string,
  by: Digest,
  digest: Digest,
  what: 'blob' | 'manifest',
  path: string,
): CheckProblem => ({
  kind: 'content-absent',
  severity: 'note',
  path,
  message: `${by} names a ${what} that this repository does not have`,
  repository,
  digest,
});

async function checkTags(
  parts: RegistryParts,
  name: RepositoryName,
  notes: CheckNotes,
): Promise<void> {
  for (const entry of await listDir(parts.layout.tagsDir(name))) {
    const tag = tryParseTag(entry);
    if (tag === undefined) {
      notes.add(unknownEntry(notes.show(`${parts.layout.tagsDir(name)}/${entry}`)));
      continue;
    }
    notes.report.counts.tags += 1;
    const link = parts.layout.tagCurrentLink(name, tag);
    const target = await checkLink(link, notes, { repository: name, tag });
    if (target !== undefined && (await parts.manifests.has(name, target))) continue;
    notes.add({
      kind: 'tag-dangling',
      severity: 'problem',
      path: notes.show(link),
      message: 'nothing can be pulled by this tag; push it again or delete it',
      repository: name,
      tag,
    });
  }
}

async function checkLayers(
  parts: RegistryParts,
  name: RepositoryName,
  named: ReadonlySet<Digest>,
  notes: CheckNotes,
): Promise<void> {
  for (const { digest, dir } of await listDigestDirs(parts.layout.layersDir(name), notes)) {
    const target = await checkLink(`${dir}/link`, notes, { repository: name, digest });
    if (target === undefined || (await parts.blobs.find(target)) !== undefined) continue;
    notes.add({
      kind: 'blob-missing',
      severity: named.has(digest) ? 'problem' : 'note',
      path: notes.show(parts.blobs.blobFile(target)),
      message: named.has(digest)
        ? 'the bytes of this blob are gone; push an image that has it again'
        : 'the bytes of this blob are gone, and no manifest names it; collecting garbage removes the link',
      repository: name,
      digest,
    });
  }
}

/** The digest a link leads to; undefined (and noted, unless there is no link at all) when it leads nowhere. */
async function checkLink(
  file: string,
  notes: CheckNotes,
  of: { repository: string; digest?: string; tag?: string },
): Promise<Digest | undefined> {
  const content = await readLinkContent(file);
  if (content.kind === 'missing') return undefined;
  if (content.kind === 'unreadable') {
    const message = `the link holds no digest but ${JSON.stringify(content.text)}`;
    notes.add({
      kind: 'link-unreadable',
      severity: 'problem',
      path: notes.show(file),
      message,
      ...of,
    });
    return undefined;
  }
  if (!content.isExact) {
    const message = 'the link has white space around its digest; distribution cannot read that';
    notes.add({ kind: 'link-inexact', severity: 'note', path: notes.show(file), message, ...of });
  }
  return content.digest;
}

/** `<dir>/<algorithm>/<encoded>` folders; other entries are noted. */
async function listDigestDirs(
  dir: string,
  notes: CheckNotes,
): Promise<{ digest: Digest; dir: string }[]> {
  const found: { digest: Digest; dir: string }[] = [];
  for (const algorithm of await listDir(dir)) {
    for (const encoded of await listDir(`${dir}/${algorithm}`)) {
      const path = `${dir}/${algorithm}/${encoded}`;
      const digest = tryParseDigest(`${algorithm}:${encoded}`);
      if (digest === undefined) notes.add(unknownEntry(notes.show(path)));
      else found.push({ digest, dir: path });
    }
  }
  return found;
}

export const unknownEntry = (path: string): CheckProblem => ({
  kind: 'entry-unknown',
  severity: 'problem',
  path,
  message: 'no registry of this kind writes such an entry; it is not served',
});

/** Entries of a folder in order; none when it is missing or no folder. */
export async function listDir(dir: string): Promise<string[]> {
  try {
    return (await readdir(dir)).sort();
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}
