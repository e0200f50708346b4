import type { BackupPlace } from '../reports';
import type { WorkOptions } from '../view';
import { checkPlace } from './check-place';
import { cancelled, type AskOptions } from './process-link';
import type { Session } from './session';
import type { SessionKeeper } from './session-keeper';
import type { ViewKeeper } from './view-keeper';

/** Changes of the storage folder as a whole. While one is under way nothing else happens. */
export class FolderChanges {
  constructor(
    readonly view: ViewKeeper,
    readonly sessions: SessionKeeper,
    readonly drainMs: number,
  ) {}

  /** Serves what is in another folder, which is opened for a trial before the old one is let go. */
  async use(folder: string, { signal }: WorkOptions): Promise<void> {
    const path = await checkPlace(folder, this.view.folder);
    const trial = this.sessions.spawn();
    try {
      await trial.open(await this.sessions.openRequest(path));
    } finally {
      await trial.end(0, false);
    }
    if (signal?.aborted === true) throw cancelled();
    await this.view.ports.saveSettings({ folder: path });
    const wasListening = this.sessions.current?.isListening === true;
    await this.#end();
    this.view.setUsage(undefined);
    this.view.setRefused(false);
    if (wasListening) await this.sessions.start().catch(() => undefined);
  }

  /** Takes the content along to a folder that is empty. */
  async move(folder: string, options: WorkOptions): Promise<void> {
    const from = this.view.folder;
    const to = await checkPlace(folder, from);
    const switchTo = (): Promise<void> => this.view.ports.saveSettings({ folder: to });
    await this.#whileClosed((session) =>
      session.link.ask('move', { from, to }, { ...options, switchTo }),
    );
    await this.view.refreshFreeBytes();
  }

  async restore(place: BackupPlace, options: WorkOptions): Promise<{ keptIn: string | null }> {
    const request = { place, storageDir: this.view.folder };
    return this.#whileClosed((session) =>
      session.link.ask('restore', request, options satisfies AskOptions),
    );
  }

  /** Stops the registry for `work` in a process of its own, and starts it again whatever came of it. */
  async #whileClosed<Result>(work: (session: Session) => Promise<Result>): Promise<Result> {
    const wasListening = this.sessions.current?.isListening === true;
    if (wasListening) this.view.setState({ kind: 'stopping' });
    await this.#end();
    const session = this.sessions.spawn();
    try {
      return await work(session);
    } finally {
      await session.end(0, false);
      // How the start went stands in the state.
      if (wasListening) await this.sessions.start().catch(() => undefined);
    }
  }

  async #end(): Promise<void> {
    await this.sessions.end(this.drainMs);
    if (this.view.state.kind === 'failed') this.view.setState({ kind: 'off' });
  }
}
