import type { RequestKind, Requests } from '../messages';
import type { WorkOptions } from '../view';
import type { SessionKeeper } from './session-keeper';
import type { Turns } from './turns';
import { busyProblem, toProblem } from './words';

/** Work on the open folder; one that is not being served is opened for as long as that takes. */
export class FolderWork {
  constructor(
    readonly sessions: SessionKeeper,
    readonly turns: Turns,
  ) {}

  /** `long` is a sentence for those who are turned away meanwhile; undefined for work that anything may cut off. */
  async ask<Kind extends RequestKind>(
    kind: Kind,
    request: Requests[Kind]['request'],
    long: string | undefined,
    options: WorkOptions,
  ): Promise<Requests[Kind]['answer']> {
    const work = { what: long ?? 'The space is being counted.', isLong: long !== undefined };
    const session = await this.turns.take(async () => {
      const open = await this.sessions.ensureOpen();
      open.works.add(work);
      return open;
    });
    try {
      return await session.link.ask(kind, request, options);
    } catch (error) {
      throw toProblem(error);
    } finally {
      session.works.delete(work);
      if (!session.isListening && session.works.size === 0) void this.#endIdle();
    }
  }

  /** Throws RuntimeProblem when something is under way that must not be cut off. */
  assertNone(): void {
    for (const { what, isLong } of this.sessions.current?.works ?? []) {
      if (isLong) throw busyProblem(what);
    }
  }

  async #endIdle(): Promise<void> {
    await this.turns
      .take(async () => {
        const { current } = this.sessions;
        const isIdle = current?.isListening === false && current.works.size === 0;
        if (isIdle) await this.sessions.end(0);
      })
      .catch(() => undefined);
  }
}
