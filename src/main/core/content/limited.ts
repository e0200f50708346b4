/** Runs `work` for each item, at most `limit` at once, and keeps the order of the answers. The first failure ends it. */
export async function mapLimited<T, R>(
  items: readonly T[],
  limit: number,
  work: (item: T, index: number) => Promise<R>,
): Promise<R[]> {
  const answers: R[] = [];
  let next = 0;
  let hasFailed = false;
  const runner = async (): Promise<void> => {
    while (next < items.length && !hasFailed) {
      const index = next;
      next += 1;
      try {
        answers[index] = await work(items[index] as T, index);
      } catch (error) {
        hasFailed = true;
        throw error;
      }
    }
  };
  await allSettledOrThrow(Array.from({ length: Math.min(limit, items.length) }, runner));
  return answers;
}

/** Waits for all, so that nothing is left running, then rejects with what failed first. */
async function allSettledOrThrow(running: readonly Promise<void>[]): Promise<void> {
  let failure: { error: unknown } | undefined;
  await Promise.all(
    running.map((one) =>
      one.catch((error: unknown) => {
        failure ??= { error };
      }),
    ),
  );
  if (failure !== undefined) throw failure.error;
}

/** One piece of work after another for each key: for read-change-write. */
export function createTurns(): <T>(key: string, work: () => Promise<T>) => Promise<T> {
  const last = new Map<string, Promise<unknown>>();
  return (key, work) => {
    const turn = (last.get(key) ?? Promise.resolve()).then(work, work);
    const settled = turn.catch(() => {});
    last.set(key, settled);
    void settled.then(() => last.get(key) === settled && last.delete(key));
    return turn;
  };
}
