import { join } from 'node:path';
import type { RequestKind, Requests } from '../messages';
import type { BackupPlace, Check, Collection, SpaceReport } from '../reports';
import type { LocalRuntime, RuntimePorts } from '../runtime';
import type { RuntimePatch, RuntimeSettings } from '../settings';
import {
  RuntimeProblem,
  type Activity,
  type ContentChange,
  type LogLine,
  type RuntimeView,
  type WorkOptions,
} from '../view';
import { checkChange } from './check-change';
import { needsRestart, pickChanged } from './changes';
import { FeedKeeper } from './feed';
import { FolderChanges } from './folder-changes';
import { certificateNames } from './host-names';
import type { Told } from './process-link';
import { SessionKeeper } from './session-keeper';
import { Turns } from './turns';
import { Users } from './users';
import { ViewKeeper } from './view-keeper';
import { busyProblem, closedProblem, toProblem } from './words';

/** How long requests that are under way may take to end. */
const drainMs = 10_000;
const closeWithinMs = 20_000;
const keptActivity = 500;
const keptLines = 1000;
const levels = { info: 0, warn: 1, error: 2 };

export class Runtime implements LocalRuntime {
  readonly activity = new FeedKeeper<Activity>(keptActivity);
  readonly log = new FeedKeeper<LogLine>(keptLines);
  readonly #users: Users;
  readonly #view: ViewKeeper;
  readonly #sessions: SessionKeeper;
  readonly #folders: FolderChanges;
  readonly #turns = new Turns();
  readonly #contentListeners = new Set<(change: ContentChange) => void>();
  readonly #closing = new AbortController();

  constructor(readonly ports: RuntimePorts) {
    this.#users = new Users(join(ports.profileDir, 'local-registry'));
    this.#view = new ViewKeeper(ports, this.#users);
    this.#sessions = new SessionKeeper(this.#view, (message) => {
      this.#onTold(message);
    });
    this.#folders = new FolderChanges(this.#view, this.#sessions, drainMs);
    if (ports.loadSettings().tls) void this.#findAuthority();
  }

  readonly state = (): RuntimeView => this.#view.view();

  readonly watch = (listener: (view: RuntimeView) => void): (() => void) =>
    this.#view.watch(listener);

  readonly start = async (): Promise<void> => {
    this.#assertOpen();
    this.#turns.assertFree();
    const { kind } = this.#view.state;
    // Whoever asked sees at once that it was heard.
    if (kind === 'off' || kind === 'failed') this.#view.setState({ kind: 'starting' });
    await this.#turns.take(async () => {
      const isRunning = this.#sessions.current?.isListening === true;
      if (isRunning && !this.#sessions.isSilent) return;
      if (isRunning) await this.#sessions.end(0);
      await this.#sessions.start();
    });
  };

  readonly stop = async (): Promise<void> => {
    this.#turns.assertFree();
    if (this.#view.state.kind === 'running') this.#view.setState({ kind: 'stopping' });
    await this.#turns.take(() => this.#stopNow());
  };

  async #stopNow(): Promise<void> {
    await this.#sessions.end(drainMs);
    this.#view.setState({ kind: 'off' });
  }

  readonly configure = (patch: RuntimePatch): Promise<RuntimeView> =>
    this.#change(async () => {
      const before = this.#view.settings;
      const { state } = this.#view;
      const defined = Object.entries(patch).filter(([, value]) => value !== undefined);
      const wanted: RuntimeSettings = { ...before, ...Object.fromEntries(defined) };
      const next = await checkChange(wanted, {
        before,
        hasUsers: !this.#users.isEmpty,
        ownPort: state.kind === 'running' ? state.port : undefined,
      });
      const isRestart = needsRestart(before, next);
      if (isRestart) this.#assertNoLongWork();
      if (next.tls) await this.#tryCertificate(next);
      await this.#save(pickChanged(before, next));
      if (isRestart) await this.#restart();
      else await this.#applyLive(before, next);
    });

  /** A certificate that cannot be made is explained before anything is stopped. */
  async #tryCertificate(next: RuntimeSettings): Promise<void> {
    const { certificates } = this.ports;
    this.#view.setCertificate(await certificates.certificateFor(certificateNames(next)));
  }

  async #applyLive(before: RuntimeSettings, next: RuntimeSettings): Promise<void> {
    const { limitBytes } = next;
    if (limitBytes !== before.limitBytes) {
      await this.#sessions.current?.link.ask('set-limit', { limitBytes });
    }
  }

  readonly addUser = (name: string, password: string): Promise<RuntimeView> =>
    this.#change(async () => {
      const isFirst = this.#users.isEmpty;
      if (isFirst) this.#assertNoLongWork();
      await this.#users.add(name, password);
      if (isFirst) await this.#restart();
    });

  readonly removeUser = (name: string): Promise<RuntimeView> =>
    this.#change(async () => {
      const isLast = this.#users.names.length === 1 && this.#users.names.includes(name);
      if (isLast && this.#view.settings.reach === 'network') {
        throw new RuntimeProblem(
          'input-invalid',
          'This is the last user, and the registry is shared with the network. Add another user, or limit the registry to this computer, first.',
          { field: 'name' },
        );
      }
      if (isLast) this.#assertNoLongWork();
      await this.#users.remove(name);
      if (isLast) await this.#restart();
    });

  readonly htpasswd = (): string => this.#users.format();

  readonly changeFolder = (
    folder: string,
    how: 'move' | 'use',
    options: WorkOptions = {},
  ): Promise<RuntimeView> => {
    const what = 'The storage folder is being changed.';
    return this.#changeLong(what, options, (until) =>
      how === 'use' ? this.#folders.use(folder, until) : this.#folders.move(folder, until),
    );
  };

  readonly restore = async (
    place: BackupPlace,
    options: WorkOptions = {},
  ): Promise<{ keptIn: string | null }> => {
    let keptIn: string | null = null;
    await this.#changeLong('A backup is being restored.', options, async (until) => {
      ({ keptIn } = await this.#folders.restore(place, until));
    });
    return { keptIn };
  };

  readonly ownLogin: LocalRuntime['ownLogin'] = () => this.#users.ownLogin;

  readonly caPem = (): string | undefined =>
    this.#view.settings.tls ? this.#view.authority?.certificatePem : undefined;

  readonly watchContent = (listener: (change: ContentChange) => void): (() => void) => {
    this.#contentListeners.add(listener);
    return () => {
      this.#contentListeners.delete(listener);
    };
  };

  readonly collect = async (
    { isPreview }: { isPreview: boolean },
    options: WorkOptions = {},
  ): Promise<Collection> => {
    if (!isPreview && this.#view.settings.readOnly) {
      throw new RuntimeProblem(
        'unsupported',
        'The local registry is read-only, so nothing is removed from it. Switch that off in its settings first; a preview is possible.',
      );
    }
    return this.#work('collect', { isPreview }, 'Garbage is being collected.', options);
  };

  readonly check = ({ isDeep }: { isDeep: boolean }, options: WorkOptions = {}): Promise<Check> =>
    this.#work('check', { isDeep }, 'The storage folder is being checked.', options);

  readonly space = (options: WorkOptions = {}): Promise<SpaceReport> =>
    this.#work('space', {}, undefined, options);

  readonly backUp = (
    place: BackupPlace,
    options: WorkOptions = {},
  ): Promise<{ path: string; bytes: number }> =>
    this.#work('back-up', { place }, 'A backup is being made.', options);

  readonly close = async (): Promise<void> => {
    this.#closing.abort();
    // A disk that hangs must not keep the app from ending.
    const timer = setTimeout(() => void this.#sessions.killAll(), closeWithinMs);
    await this.#turns.idle();
    await this.#sessions.end(drainMs);
    clearTimeout(timer);
    this.#view.setState({ kind: 'off' });
  };

  /** Work on the open folder; a registry that is off has its folder opened for as long as that takes. */
  async #work<Kind extends RequestKind>(
    kind: Kind,
    request: Requests[Kind]['request'],
    what: string | undefined,
    options: WorkOptions,
  ): Promise<Requests[Kind]['answer']> {
    this.#assertOpen();
    const work = { what: what ?? 'The space is being counted.', isLong: what !== undefined };
    const session = await this.#turns.take(async () => {
      const open = await this.#sessions.ensureOpen();
      open.works.add(work);
      return open;
    });
    try {
      return await session.link.ask(kind, request, this.#untilClosed(options));
    } catch (error) {
      throw toProblem(error);
    } finally {
      session.works.delete(work);
      if (!session.isListening && session.works.size === 0) void this.#endIdle();
    }
  }

  async #endIdle(): Promise<void> {
    const isIdle = (): boolean => {
      const { current } = this.#sessions;
      return current !== undefined && !current.isListening && current.works.size === 0;
    };
    await this.#turns
      .take(async () => {
        if (isIdle()) await this.#sessions.end(0);
      })
      .catch(() => undefined);
  }

  async #change(work: () => Promise<void>): Promise<RuntimeView> {
    this.#assertOpen();
    await this.#turns.take(work);
    this.#view.changed();
    return this.state();
  }

  async #changeLong(
    what: string,
    options: WorkOptions,
    work: (options: WorkOptions) => Promise<void>,
  ): Promise<RuntimeView> {
    this.#assertOpen();
    await this.#turns.takeLong(what, async () => {
      this.#assertNoLongWork();
      await work(this.#untilClosed(options));
    });
    this.#view.changed();
    for (const listener of this.#contentListeners) listener({ repositories: undefined });
    return this.state();
  }

  async #restart(): Promise<void> {
    if (this.#sessions.current === undefined) return;
    const wasListening = this.#sessions.current.isListening;
    if (wasListening) this.#view.setState({ kind: 'stopping' });
    await this.#sessions.end(drainMs);
    // What was asked for is saved; how the start went stands in the state.
    if (wasListening) await this.#sessions.start().catch(() => undefined);
  }

  async #save(patch: Partial<RuntimeSettings>): Promise<void> {
    try {
      await this.ports.saveSettings(patch);
    } catch (cause) {
      const message =
        'The settings could not be saved, so nothing was changed. Check that the disk of the profile has space.';
      throw new RuntimeProblem('storage-failed', message, { cause });
    }
  }

  async #findAuthority(): Promise<void> {
    // A damaged one is explained at the start of the registry.
    const authority = await this.ports.certificates.existingAuthority().catch(() => undefined);
    if (this.#view.authority === undefined) this.#view.setAuthority(authority);
  }

  #untilClosed(options: WorkOptions): WorkOptions & { signal: AbortSignal } {
    const { signal } = options;
    const closing = this.#closing.signal;
    return {
      ...options,
      signal: signal === undefined ? closing : AbortSignal.any([closing, signal]),
    };
  }

  #assertOpen(): void {
    if (this.#closing.signal.aborted) throw closedProblem();
  }

  #assertNoLongWork(): void {
    for (const { what, isLong } of this.#sessions.current?.works ?? []) {
      if (isLong) throw busyProblem(what);
    }
  }

  #onTold(message: Told): void {
    switch (message.kind) {
      case 'usage': {
        const { kind: _kind, ...usage } = message;
        this.#view.setUsage(usage);
        break;
      }
      case 'disk-full':
        this.#view.setRefused(true);
        break;
      case 'activity':
        this.#onActivity(message);
        break;
      case 'log': {
        const lowest = levels[this.#view.settings.logLevel];
        this.log.add(message.lines.filter(({ level }) => levels[level] >= lowest));
        break;
      }
      case 'heartbeat':
      case 'fatal':
        break;
    }
  }

  #onActivity({ entries, changed }: Extract<Told, { kind: 'activity' }>): void {
    const tookSomething = entries.some(({ action }) => action === 'push' || action === 'collect');
    if (tookSomething) this.#view.setRefused(false);
    this.activity.add(entries);
    if (changed?.length === 0) return;
    for (const listener of this.#contentListeners) {
      listener({ repositories: changed ?? undefined });
    }
  }
}
