export type DebouncedWriterOptions = {
  readonly write: () => Promise<void>;
  /** From the first change to the write; later changes do not push it back. */
  readonly delayMs: number;
  /** A write in the background failed; the next change or flush tries again. */
  readonly onError: (error: unknown) => void;
};

export type DebouncedWriter = {
  schedule(): void;
  /** Resolves when everything scheduled so far is written; rejects when that write fails. */
  flush(): Promise<void>;
};

/** Turns many changes into few writes, one at a time. */
export function createDebouncedWriter(options: DebouncedWriterOptions): DebouncedWriter {
  let timer: NodeJS.Timeout | undefined;
  let isDirty = false;
  let running: Promise<void> | undefined;

  const run = async (): Promise<void> => {
    try {
      while (isDirty) {
        isDirty = false;
        await options.write();
      }
    } catch (error) {
      isDirty = true;
      throw error;
    } finally {
      running = undefined;
    }
  };

  const flush = async (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    if (isDirty) running ??= run();
    await running;
  };

  return {
    schedule() {
      isDirty = true;
      timer ??= setTimeout(() => {
        flush().catch(options.onError);
      }, options.delayMs);
    },
    flush,
  };
}
