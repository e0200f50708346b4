import type { ChangeStep, ChangeView } from '#contract/change';
import { api, streamToEnd } from '#lib/api';
import type { Outcome } from './outcome';

/** How long the step under way may take before the dialog gives up waiting; the journal has it all the same. */
const patienceMs = 60_000;

type StoppedOptions = {
  /** Finds the entry of the change that was stopped. */
  readonly isOurs: (entry: ChangeView) => boolean;
  /** Steps that were told before. */
  readonly seen: readonly ChangeStep[];
};

const hasEnded = ({ outcome }: ChangeView): boolean => outcome !== 'running';

const outcomeOf = (
  entry: ChangeView | undefined,
  { seen }: StoppedOptions,
  isCertain: boolean,
): Outcome => {
  const text =
    entry?.text ?? (isCertain ? 'Nothing was changed' : 'The step under way has not ended yet');
  return {
    changeId: entry?.changeId,
    outcome: 'cancelled',
    text,
    steps: seen,
    lostTags: [],
    ...(entry === undefined ? {} : { completed: entry.completed, total: entry.total }),
  };
};

/**
 * What became of a change that was stopped. A stream that is cancelled sends no report, so it is read from the journal:
 * an entry is written before the first step, and has its outcome when the step under way is over.
 */
export const readStopped = async (options: StoppedOptions): Promise<Outcome> => {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), patienceMs);
  let found: ChangeView | undefined;
  let isRead = false;
  try {
    await streamToEnd(
      api.change.watch,
      {},
      {
        signal: controller.signal,
        onPage: (entries) => {
          isRead = true;
          found = entries.find(options.isOurs);
          if (found === undefined || hasEnded(found)) controller.abort();
        },
      },
    );
  } catch {
    // Cancelled as soon as the answer is there; any other failure leaves what is known so far.
  } finally {
    clearTimeout(timer);
  }
  return outcomeOf(found, options, isRead);
};
