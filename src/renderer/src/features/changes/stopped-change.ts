import type { ChangeStep, ChangeView } from '#contract/change';
import { api, streamToEnd } from '#lib/api';
import type { Outcome } from './outcome';

/** How long the step under way may take before the dialog gives up waiting; the journal has it all the same. */
const patienceMs = 60_000;

/** How long a change of which no step was told may take to get its entry. */
const graceMs = 2_000;

type StoppedOptions = {
  /** Finds the entry of the change that was stopped. */
  readonly isOurs: (entry: ChangeView) => boolean;
  /** Steps that were told before. */
  readonly seen: readonly ChangeStep[];
  /** A step was told, so there is an entry, or will be in a moment. */
  readonly hasBegun: boolean;
};

const hasEnded = ({ outcome }: ChangeView): boolean => outcome !== 'running';

const outcomeOf = (
  entry: ChangeView | undefined,
  { seen }: StoppedOptions,
  isUntouched: boolean,
): Outcome => {
  const text =
    entry?.text ?? (isUntouched ? 'Nothing was changed' : 'The step under way has not ended yet');
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
  const stop = (): void => controller.abort();
  let timer = setTimeout(stop, patienceMs);
  let found: ChangeView | undefined;
  let isUntouched = false;
  try {
    await streamToEnd(
      api.change.watch,
      {},
      {
        signal: controller.signal,
        onPage: (entries) => {
          found = entries.find(options.isOurs);
          if (found !== undefined && hasEnded(found)) stop();
          if (found !== undefined || options.hasBegun || isUntouched) return;
          isUntouched = true;
          clearTimeout(timer);
          timer = setTimeout(stop, graceMs);
        },
      },
    );
  } catch {
    // Cancelled as soon as the answer is there; any other failure leaves what is known so far.
  } finally {
    clearTimeout(timer);
  }
  return outcomeOf(found, options, isUntouched);
};
