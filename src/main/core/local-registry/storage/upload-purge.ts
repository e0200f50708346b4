import { readdir, stat } from 'node:fs/promises';
import type { RepositoryName } from '#oci/repository-name';
import type { RegistryParts } from '../parts';
import { isMissing, removeTree } from './durable';
import type { Layout } from './layout';
import { walkRepositories } from './repository-list';
import { readStartedAt } from './upload-store';

export type ExpiredUpload = Readonly<{ name: RepositoryName; id: string; sizeBytes: number }>;

type Needed = Pick<RegistryParts, 'layout' | 'uploads'>;

type Session = ExpiredUpload & Readonly<{ usedAtMs: number }>;

/** Every session that has a folder, in use or not. */
export async function listUploads(layout: Layout): Promise<Session[]> {
  const names: RepositoryName[] = [];
  await walkRepositories(layout, (folder) => {
    if (folder.hasUploads) names.push(folder.name);
  });
  const sessions: Session[] = [];
  for (const name of names) {
    for (const id of await listSessions(layout, name)) {
      sessions.push({ name, id, ...(await describeSession(layout, name, id)) });
    }
  }
  return sessions;
}

/** Sessions that were started before `beforeMs` and were not written to since then. */
export async function findExpiredUploads(
  parts: Needed,
  beforeMs: number,
): Promise<ExpiredUpload[]> {
  const sessions = await listUploads(parts.layout);
  return sessions.filter(({ id, usedAtMs }) => usedAtMs < beforeMs && !parts.uploads.isBusy(id));
}

/** Removes a session's folder, unless a request writes to it. */
export async function removeExpiredUpload(parts: Needed, upload: ExpiredUpload): Promise<boolean> {
  if (parts.uploads.isBusy(upload.id)) return false;
  parts.uploads.forget(upload.id);
  return removeTree(parts.layout.uploadDir(upload.name, upload.id), parts.layout.trashDir);
}

/** Removes every session older than `maxAgeMs`, so that no abandoned upload keeps its space. Returns how many. */
export async function purgeUploads(parts: Needed, maxAgeMs: number): Promise<number> {
  let count = 0;
  for (const upload of await findExpiredUploads(parts, Date.now() - maxAgeMs)) {
    if (await removeExpiredUpload(parts, upload)) count += 1;
  }
  return count;
}

async function listSessions(layout: Layout, name: RepositoryName): Promise<string[]> {
  try {
    return await readdir(layout.uploadsDir(name));
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

/** A session without a readable start (a folder left by something else) counts from when its folder changed. */
async function describeSession(
  layout: Layout,
  name: RepositoryName,
  id: string,
): Promise<{ usedAtMs: number; sizeBytes: number }> {
  const startedAtMs = await readStartedAt(layout.uploadStartedAt(name, id));
  const folder = await statOrUndefined(layout.uploadDir(name, id));
  const content = await statOrUndefined(layout.uploadFile(name, id));
  return {
    usedAtMs: Math.max(startedAtMs || (folder?.mtimeMs ?? 0), content?.mtimeMs ?? 0),
    sizeBytes: content?.size ?? 0,
  };
}

async function statOrUndefined(
  path: string,
): Promise<{ mtimeMs: number; size: number } | undefined> {
  try {
    return await stat(path);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
