import { readdir } from 'node:fs/promises';
import { relative } from 'node:path';
import { tryParseDigest } from '#oci/digest';
import { tryParseRepositoryName } from '#oci/repository-name';
import type { RegistryParts } from '../parts';
import type { StorageOptions } from '../progress';
import { algorithmOf } from '../storage/blob-store';
import { isMissing } from '../storage/durable';
import { hashFile } from '../storage/hash-file';
import { walkRepositories } from '../storage/repository-list';
import { checkRepository, listDir, unknownEntry, type CheckNotes } from './check-repository';
import type { CheckReport } from './report';

/**
 * Goes through a whole folder and lists what cannot be served, without changing anything. Stops between two blobs when
 * `signal` fires, with its reason.
 */
export async function checkFolder(
  parts: RegistryParts,
  options: StorageOptions & { isDeep: boolean },
): Promise<CheckReport> {
  const { signal, progress } = options;
  const report: CheckReport = {
    startedAt: new Date().toISOString(),
    endedAt: '',
    isDeep: options.isDeep,
    counts: { repositories: 0, tags: 0, manifests: 0, blobs: 0, bytes: 0 },
    problems: [],
  };
  let completed = 0;
  const notes: CheckNotes & { step: (step: string) => void } = {
    report,
    add: (problem) => {
      report.problems.push(problem);
    },
    show: (path) => relative(parts.layout.storageDir, path).replaceAll('\\', '/'),
    step(step) {
      signal?.throwIfAborted();
      completed += 1;
      progress?.({ completed, unit: 'steps', step });
    },
  };
  const names: Parameters<typeof checkRepository>[1][] = [];
  await walkRepositories(parts.layout, (folder) => {
    if (folder.hasManifests || folder.hasLayers) names.push(folder.name);
  });
  for (const name of names.sort()) {
    report.counts.repositories += 1;
    notes.step(`Reading ${name}`);
    await checkRepository(parts, name, notes);
  }
  await checkNames(parts, '', notes);
  await checkBlobs(parts, options.isDeep, notes, notes.step);
  report.endedAt = new Date().toISOString();
  return report;
}

/** Folders whose names no repository can have: they are not served, whatever is in them. */
async function checkNames(parts: RegistryParts, path: string, notes: CheckNotes): Promise<void> {
  const dir = `${parts.layout.repositoriesDir}/${path}`;
  for (const entry of await readDir(dir)) {
    if (path !== '' && entry.name.startsWith('_')) continue;
    const child = path === '' ? entry.name : `${path}/${entry.name}`;
    if (tryParseRepositoryName(child) === undefined || !entry.isDirectory()) {
      notes.add(unknownEntry(notes.show(`${dir}/${entry.name}`)));
    } else {
      await checkNames(parts, child, notes);
    }
  }
}

async function readDir(dir: string): Promise<{ name: string; isDirectory: () => boolean }[]> {
  try {
    return await readdir(dir, { withFileTypes: true });
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

async function checkBlobs(
  parts: RegistryParts,
  isDeep: boolean,
  notes: CheckNotes,
  step: (step: string) => void,
): Promise<void> {
  const root = parts.layout.blobsDir;
  for (const algorithm of await listDir(root)) {
    for (const prefix of await listDir(`${root}/${algorithm}`)) {
      for (const encoded of await listDir(`${root}/${algorithm}/${prefix}`)) {
        const path = `${root}/${algorithm}/${prefix}/${encoded}`;
        step(isDeep ? 'Hashing blobs' : 'Looking at blobs');
        await checkBlob(parts, `${algorithm}:${encoded}`, path, isDeep, notes);
      }
    }
  }
}

async function checkBlob(
  parts: RegistryParts,
  digestText: string,
  path: string,
  isDeep: boolean,
  notes: CheckNotes,
): Promise<void> {
  const digest = tryParseDigest(digestText);
  const algorithm = digest === undefined ? undefined : algorithmOf(digest);
  if (digest === undefined || algorithm === undefined || parts.layout.blobDir(digest) !== path) {
    notes.add(unknownEntry(notes.show(path)));
    return;
  }
  const blob = await parts.blobs.find(digest);
  // A folder without its file is what a collection that was cut off leaves: nothing is lost.
  if (blob === undefined) return;
  notes.report.counts.blobs += 1;
  notes.report.counts.bytes += blob.sizeBytes;
  if (!isDeep || (await hashFile(blob.file, algorithm)) === digest) return;
  notes.add({
    kind: 'blob-damaged',
    severity: 'problem',
    path: notes.show(blob.file),
    message: 'the bytes do not match the digest; push an image that has this blob again',
    digest,
  });
}
