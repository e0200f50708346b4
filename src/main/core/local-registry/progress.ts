/** How far something is that takes a while. */
export type StorageProgress = Readonly<{
  completed: number;
  /** Absent while it is not known. */
  total?: number;
  unit: 'bytes' | 'blobs' | 'steps';
  /** What is being done now, in plain words. */
  step: string;
}>;

export type StorageOptions = Readonly<{
  signal?: AbortSignal;
  progress?: (progress: StorageProgress) => void;
}>;
