import { join } from 'node:path';
import type { BackupPlace, Check, Collection, SpaceReport } from '../reports';
import type { LocalRuntime, RuntimePorts } from '../runtime';
import type { RuntimePatch, RuntimeSettings } from '../settings';
import { RuntimeProblem, type RuntimeView, type WorkOptions } from '../view';
import { checkChange } from './check-change';
import { needsRestart, pickChanged } from './changes';
import { FolderChanges } from './folder-changes';
import { FolderWork } from './folder-work';
import { certificateNames } from './host-names';
import { News } from './news';
import { SessionKeeper } from './session-keeper';
import { Turns } from './turns';
import { Users } from './users';
import { ViewKeeper } from './view-keeper';
import { closedProblem } from './words';

/** How long requests that are under way may take to end. */
const drainMs = 10_000;
const closeWithinMs = 20_000;

export class Runtime implements LocalRuntime {
  readonly #users: Users;
  readonly #view: ViewKeeper;
  readonly #sessions: SessionKeeper;
  readonly #folders: FolderChanges;
  readonly #turns = new Turns();
  readonly #news: News;
  readonly #work: FolderWork;
  readonly #closing = new AbortController();

  constructor(readonly ports: RuntimePorts) {
    this.#users = new Users(join(ports.profileDir, 'local-registry'));
    this.#view = new ViewKeeper(ports, this.#users);
    this.#news = new News(this.#view);
    this.#sessions = new SessionKeeper(this.#view, this.#news.onTold);
    this.#work = new FolderWork(this.#sessions, this.#turns);
    this.#folders = new FolderChanges(this.#view, this.#sessions, drainMs);
    if (ports.loadSettings().tls) void this.#findAuthority();
  }

  get activity(): LocalRuntime['activity'] {
    return this.#news.activity;
  }

  get log(): LocalRuntime['log'] {
    return this.#news.log;
  }

  readonly watchContent: LocalRuntime['watchContent'] = (listener) =>
    this.#news.watchContent(listener);

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
      if (isRestart) this.#work.assertNone();
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
      if (isFirst) this.#work.assertNone();
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
      if (isLast) this.#work.assertNone();
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
    return this.#work.ask(
      'collect',
      { isPreview },
      'Garbage is being collected.',
      this.#untilClosed(options),
    );
  };

  readonly check = async (
    { isDeep }: { isDeep: boolean },
    options: WorkOptions = {},
  ): Promise<Check> =>
    this.#work.ask(
      'check',
      { isDeep },
      'The storage folder is being checked.',
      this.#untilClosed(options),
    );

  readonly space = async (options: WorkOptions = {}): Promise<SpaceReport> =>
    this.#work.ask('space', null, undefined, this.#untilClosed(options));

  readonly backUp = async (
    place: BackupPlace,
    options: WorkOptions = {},
  ): Promise<{ path: string; bytes: number }> =>
    this.#work.ask('back-up', { place }, 'A backup is being made.', this.#untilClosed(options));

  readonly close = async (): Promise<void> => {
    this.#closing.abort();
    // A disk that hangs must not keep the app from ending.
    const timer = setTimeout(() => void this.#sessions.killAll(), closeWithinMs);
    await this.#turns.idle();
    await this.#sessions.end(drainMs);
    clearTimeout(timer);
    this.#view.setState({ kind: 'off' });
  };

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
      this.#work.assertNone();
      await work(this.#untilClosed(options));
    });
    this.#view.changed();
    this.#news.tellContent(undefined);
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
    this.#assertOpen();
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
}
