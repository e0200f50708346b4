import {
  BackupFault,
  BackupRunning,
  CollectionRunning,
  FolderInUse,
} from '#core/local-registry/index';
import { RuntimeProblem, type RuntimeFault } from '../view';

/** Whatever went wrong in the registry's process, in words; `folder` is the one that was worked on. */
export function explainFailure(error: unknown, folder: string): RuntimeFault {
  if (error instanceof RuntimeProblem) return error.toFault();
  if (error instanceof FolderInUse) return explainFolderInUse(error);
  if (error instanceof BackupFault) return { code: 'storage-failed', message: error.message };
  if (error instanceof CollectionRunning) {
    const message = 'Garbage is being collected already. Wait until that ends, then try again.';
    return { code: 'repository-busy', message };
  }
  if (error instanceof BackupRunning) {
    const message = 'A backup is being made. Wait until it ends, or cancel it, then try again.';
    return { code: 'repository-busy', message };
  }
  return explainSystem(error, folder);
}

function explainFolderInUse({ storageDir, owner }: FolderInUse): RuntimeFault {
  const who = owner.pid === 0 ? 'Another process' : `Another process (number ${owner.pid})`;
  return {
    code: 'storage-failed',
    field: 'folder',
    message: `${who} has been serving ${storageDir} since ${owner.startedAt}. Two registries in one folder would lose data. Stop the other Tagboat or registry, or choose another storage folder.`,
  };
}

const words = new Map<string, (folder: string) => string>();
for (const code of ['ENOSPC', 'EDQUOT']) {
  words.set(
    code,
    (folder) =>
      `The disk that holds ${folder} is full, so the registry cannot write to it. Nothing that was stored is lost. Free some space on that disk, or choose a storage folder on another one.`,
  );
}
for (const code of ['EACCES', 'EPERM']) {
  words.set(
    code,
    (folder) =>
      `The registry may not use ${folder}: the system refuses it. Give your user the right to write to it, or choose another storage folder.`,
  );
}
words.set(
  'EROFS',
  (folder) =>
    `The disk that holds ${folder} is read-only. Mount it so that it can be written to, switch the registry to read-only, or choose another storage folder.`,
);
for (const code of ['ENOTDIR', 'EEXIST']) {
  words.set(
    code,
    (folder) =>
      `${folder} cannot be a storage folder, because it, or something on the way to it, is a file. Choose a folder.`,
  );
}
for (const code of ['EIO', 'ESTALE', 'ENODEV', 'ENXIO']) {
  words.set(
    code,
    (folder) =>
      `The disk that holds ${folder} failed to read or write. Check that it is connected and whole, then start the registry again.`,
  );
}
words.set(
  'EMFILE',
  () =>
    'The registry has too many files open. Start it again; raise the limit of open files if it comes back.',
);

function explainSystem(error: unknown, folder: string): RuntimeFault {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const describe = words.get(code);
  if (describe !== undefined) {
    return { code: 'storage-failed', message: describe(folder), field: 'folder' };
  }
  const reason = error instanceof Error ? error.message : String(error);
  return {
    code: 'internal',
    message: `The registry could not do that: ${reason}. Its log may say more; start it again if this stays.`,
  };
}
