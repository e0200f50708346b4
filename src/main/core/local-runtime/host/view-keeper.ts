import { join } from 'node:path';
import type { Authority, HostCertificate } from '#core/certificates/index';
import type { FromProcess } from '../messages';
import type { RuntimePorts } from '../runtime';
import type { RuntimeSettings } from '../settings';
import type { RuntimeState, RuntimeView } from '../view';
import { readFreeBytes } from './free-bytes';
import { describeSpace } from './space-state';
import type { Users } from './users';

export type TakenPort = NonNullable<RuntimeView['takenPort']>;
type Usage = Omit<Extract<FromProcess, { kind: 'usage' }>, 'kind'>;

/** Everything that a view is made of, and who wants to know when it changes. */
export class ViewKeeper {
  #state: RuntimeState = { kind: 'off' };
  #takenPort: TakenPort | undefined;
  #usage: Usage | undefined;
  #freeBytes: number | undefined;
  #wasRefused = false;
  #certificate: HostCertificate | undefined;
  #authority: Authority | undefined;
  #isTelling = false;
  readonly #listeners = new Set<(view: RuntimeView) => void>();

  constructor(
    readonly ports: RuntimePorts,
    readonly users: Users,
  ) {}

  get now(): number {
    return (this.ports.now ?? Date.now)();
  }

  get settings(): RuntimeSettings {
    return this.ports.loadSettings();
  }

  get folder(): string {
    return this.settings.folder ?? join(this.ports.profileDir, 'local-registry', 'storage');
  }

  get state(): RuntimeState {
    return this.#state;
  }

  get certificate(): HostCertificate | undefined {
    return this.#certificate;
  }

  get authority(): Authority | undefined {
    return this.#authority;
  }

  setState(state: RuntimeState): void {
    this.#state = state;
    if (state.kind === 'off' || state.kind === 'failed') this.#takenPort = undefined;
    this.changed();
  }

  setTakenPort(takenPort: TakenPort | undefined): void {
    this.#takenPort = takenPort;
    this.changed();
  }

  setUsage(usage: Usage | undefined): void {
    this.#usage = usage;
    this.changed();
    void this.refreshFreeBytes();
  }

  /** Whether the disk refused something since it last took something. */
  setRefused(wasRefused: boolean): void {
    if (this.#wasRefused === wasRefused) return;
    this.#wasRefused = wasRefused;
    this.changed();
    void this.refreshFreeBytes();
  }

  setCertificate(certificate: HostCertificate): void {
    this.#certificate = certificate;
    this.setAuthority(certificate.authority);
  }

  setAuthority(authority: Authority | undefined): void {
    this.#authority = authority;
    this.changed();
  }

  async refreshFreeBytes(): Promise<void> {
    const { folder } = this;
    const read = this.ports.freeBytes ?? readFreeBytes;
    const freeBytes = await read(folder).catch(() => undefined);
    if (freeBytes === this.#freeBytes || folder !== this.folder) return;
    this.#freeBytes = freeBytes;
    this.changed();
  }

  view(): RuntimeView {
    const settings = this.settings;
    const state = this.#state;
    const port = state.kind === 'running' ? state.port : settings.port;
    const usage = this.#usage;
    return {
      state,
      settings,
      host: `127.0.0.1:${port}`,
      folder: this.folder,
      space: describeSpace({
        usedBytes: usage?.usedBytes,
        freeBytes: this.#freeBytes,
        limitBytes: settings.limitBytes,
        wasRefused: this.#wasRefused,
      }),
      users: this.users.names,
      ...(this.#takenPort === undefined ? {} : { takenPort: this.#takenPort }),
      ...usage,
      ...(this.#freeBytes === undefined ? {} : { freeBytes: this.#freeBytes }),
      ...this.#certificateView(settings),
    };
  }

  #certificateView({ tls }: RuntimeSettings): Pick<RuntimeView, 'certificate'> {
    if (!tls || this.#certificate === undefined) return {};
    const { hostNames, expiresAt, authority } = this.#certificate;
    return { certificate: { caFingerprint: authority.fingerprint, hostNames, expiresAt } };
  }

  watch(listener: (view: RuntimeView) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** Tells the listeners, once for all that changes in this turn. */
  changed(): void {
    if (this.#isTelling) return;
    this.#isTelling = true;
    queueMicrotask(() => {
      this.#isTelling = false;
      const view = this.view();
      for (const listener of this.#listeners) listener(view);
    });
  }
}
