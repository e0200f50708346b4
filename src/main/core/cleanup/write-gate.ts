import type { JournalEntry } from './journal';
import type { Repository } from './repository';

/**
 * A repository that takes no write before everything noted in the journal is on the disk. Reads need not wait, so the
 * flush of a step's line goes on while the registry is looked at.
 */
export const gateWrites = (
  repository: Repository,
  entry: Pick<JournalEntry, 'settled'>,
): Repository => {
  const afterNotes = async <T>(write: () => Promise<T>): Promise<T> => {
    await entry.settled();
    return write();
  };
  return {
    listTags: (signal) => repository.listTags(signal),
    resolve: (reference, signal) => repository.resolve(reference, signal),
    read: (reference, signal) => repository.read(reference, signal),
    listReferrers: (digest, signal) => repository.listReferrers(digest, signal),
    hasBlob: (digest, signal) => repository.hasBlob(digest, signal),
    ...(repository.listDigests && {
      listDigests: async (signal) => (await repository.listDigests?.(signal)) ?? [],
    }),
    put: (reference, content, signal) =>
      afterNotes(() => repository.put(reference, content, signal)),
    remove: (reference, signal) => afterNotes(() => repository.remove(reference, signal)),
    putBlob: (bytes, signal) => afterNotes(() => repository.putBlob(bytes, signal)),
    ...(repository.removeRepository && {
      removeRepository: (signal) => afterNotes(async () => repository.removeRepository?.(signal)),
    }),
  };
};
