import type { FromProcess } from '../messages';
import type { Activity, ContentChange, LogLine } from '../view';
import { FeedKeeper } from './feed';
import type { Told } from './process-link';
import type { ViewKeeper } from './view-keeper';

const keptActivity = 500;
const keptLines = 1000;
const levels = { info: 0, warn: 1, error: 2 };

/** What the process tells without being asked, for whoever listens. */
export class News {
  readonly activity = new FeedKeeper<Activity>(keptActivity);
  readonly log = new FeedKeeper<LogLine>(keptLines);
  readonly #contentListeners = new Set<(change: ContentChange) => void>();

  constructor(readonly view: ViewKeeper) {}

  watchContent(listener: (change: ContentChange) => void): () => void {
    this.#contentListeners.add(listener);
    return () => {
      this.#contentListeners.delete(listener);
    };
  }

  /** Undefined: any repository may have changed. */
  tellContent(repositories: readonly string[] | undefined): void {
    for (const listener of this.#contentListeners) listener({ repositories });
  }

  readonly onTold = (message: Told): void => {
    switch (message.kind) {
      case 'usage': {
        const { kind: _kind, ...usage } = message;
        this.view.setUsage(usage);
        break;
      }
      case 'disk-full':
        this.view.setRefused(true);
        break;
      case 'activity':
        this.#onActivity(message);
        break;
      case 'log': {
        const lowest = levels[this.view.settings.logLevel];
        this.log.add(message.lines.filter(({ level }) => levels[level] >= lowest));
        break;
      }
      case 'heartbeat':
        break;
    }
  };

  #onActivity({ entries, changed }: Extract<FromProcess, { kind: 'activity' }>): void {
    const tookSomething = entries.some(({ action }) => action === 'push' || action === 'collect');
    if (tookSomething) this.view.setRefused(false);
    this.activity.add(entries);
    if (changed === null || changed.length > 0) this.tellContent(changed ?? undefined);
  }
}
