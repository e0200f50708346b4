/**
 * Which tags were read before, so that a HEAD may find their manifest in the content cache. Only a hint: a wrong answer
 * costs a request and nothing else. Neither call rejects.
 */
export type SeenTags = {
  /** @param place the registry and the repository, in one string */
  has(place: string, tag: string): Promise<boolean>;
  add(place: string, tag: string): void;
  /** Resolves when what was added is on the disk, or could not be. */
  settled(): Promise<void>;
};

/** Remembers nothing. */
export const noSeenTags: SeenTags = {
  has: () => Promise.resolve(false),
  add: () => undefined,
  settled: () => Promise.resolve(),
};
