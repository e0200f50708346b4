import type { LocalRegistry, LogEntry, RegistryEvent } from '#core/local-registry/index';
import type { FromProcess } from '../messages';
import type { Activity, LogLine } from '../view';
import { ActivityFold } from './activity-fold';

/** A storm of requests makes as many messages a second to the window's process as a single one does. */
const flushAfterMs = 100;
const maxLines = 200;
const countAfterMs = 300;
/** Counting takes at most a tenth of the time. */
const restFactor = 10;
const minRestMs = 1000;

/** Tells the host what happens in the registry, in batches. */
export class Reporter {
  readonly #fold = new ActivityFold();
  #lines: LogLine[] = [];
  #droppedLines = 0;
  #flushing: NodeJS.Timeout | undefined;
  #counting: NodeJS.Timeout | undefined;
  #nextCountAtMs = 0;
  #isClosed = false;

  constructor(
    readonly post: (message: FromProcess) => void,
    readonly registry: () => LocalRegistry | undefined,
  ) {}

  readonly onEvent = (event: RegistryEvent): void => {
    this.#fold.add(event);
    this.#flushSoon();
    if (event.action !== 'pull') this.countSoon();
  };

  readonly log = ({ level, event, message, fields = {} }: LogEntry): void => {
    if (event === 'disk-full') this.post({ kind: 'disk-full' });
    if (this.#lines.length >= maxLines) this.#droppedLines += 1;
    else
      this.#lines.push({ at: new Date().toISOString(), level, message: format(message, fields) });
    this.#flushSoon();
  };

  /** Adds a line of the registry's own; content may have changed anywhere. */
  addOwn(entry: Activity): void {
    this.#fold.append(entry);
    this.#fold.noteChangeAnywhere();
    this.#flushSoon();
    this.countSoon();
  }

  /** Counts what is in the folder, not too often on a large one. */
  countSoon(): void {
    if (this.#counting !== undefined || this.#isClosed) return;
    const waitMs = Math.max(countAfterMs, this.#nextCountAtMs - Date.now());
    this.#counting = setTimeout(() => {
      void this.#count().finally(() => {
        this.#counting = undefined;
      });
    }, waitMs);
  }

  async #count(): Promise<void> {
    const startedAtMs = Date.now();
    try {
      const count = await this.registry()?.count();
      if (count !== undefined && !this.#isClosed) this.post({ kind: 'usage', ...count });
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      this.log({ level: 'warn', event: 'count-failed', message });
    }
    const tookMs = Date.now() - startedAtMs;
    this.#nextCountAtMs = Date.now() + Math.max(minRestMs, tookMs * restFactor);
  }

  flush(): void {
    clearTimeout(this.#flushing);
    this.#flushing = undefined;
    if (!this.#fold.isEmpty) this.post({ kind: 'activity', ...this.#fold.take() });
    if (this.#lines.length === 0) return;
    const lines = this.#lines;
    if (this.#droppedLines > 0) {
      const message = `${this.#droppedLines} more lines were left out`;
      lines.push({ at: new Date().toISOString(), level: 'warn', message });
    }
    this.#lines = [];
    this.#droppedLines = 0;
    this.post({ kind: 'log', lines });
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#counting);
    this.flush();
  }

  #flushSoon(): void {
    this.#flushing ??= setTimeout(() => {
      this.flush();
    }, flushAfterMs);
  }
}

const maxLineLength = 2000;

function format(message: string, fields: NonNullable<LogEntry['fields']>): string {
  const facts = Object.entries(fields).map(([name, value]) => `${name}: ${String(value)}`);
  const text = facts.length === 0 ? message : `${message} (${facts.join(', ')})`;
  return text.replaceAll(/\p{Cc}/gu, ' ').slice(0, maxLineLength);
}
