import type { OpenRequest, TlsFiles } from '../messages';
import { RuntimeProblem } from '../view';
import { certificateNames } from './host-names';
import { Heartbeat } from './heartbeat';
import { findPortHolder } from './port-holder';
import type { LinkListeners, Told } from './process-link';
import { Session } from './session';
import type { ViewKeeper } from './view-keeper';
import { busyProblem, describeExit, silentFault, toProblem } from './words';

const freeBytesEveryTicks = 30;
const certificateEveryTicks = 60;

/** Starts, watches and ends the one process that serves the folder. Calls come one after the other. */
export class SessionKeeper {
  #current: Session | undefined;
  /** The port it last had, and which one was wanted then: an address stays over a restart. */
  #had: { readonly wanted: number; readonly port: number } | undefined;
  #ticks = 0;
  /** Milliseconds since 1970. */
  #lastBeatAt = 0;
  readonly #alive = new Set<Session>();
  readonly #heartbeat = new Heartbeat((isSilent) => {
    this.#tick(isSilent);
  });

  constructor(
    readonly view: ViewKeeper,
    readonly onTold: (message: Told) => void,
  ) {}

  get current(): Session | undefined {
    return this.#current;
  }

  get isSilent(): boolean {
    return this.#heartbeat.isSilent;
  }

  /** A process with nothing open. It becomes the current one with `adopt`. */
  spawn(): Session {
    const listeners: LinkListeners = {
      onTold: (message) => {
        if (session !== this.#current) return;
        if (message.kind === 'heartbeat') this.#beat();
        else this.onTold(message);
      },
      onExit: (exit) => {
        this.#alive.delete(session);
        session.fault ??= session.isEnding ? undefined : describeExit(exit);
        if (session === this.#current) this.#lost(session);
      },
    };
    const session = new Session(this.view.ports.spawn(), listeners);
    this.#alive.add(session);
    return session;
  }

  adopt(session: Session): void {
    this.#current = session;
    this.#lastBeatAt = this.view.now;
    this.#heartbeat.start();
  }

  /** The current process, or a new one, with the folder open. */
  async ensureOpen(): Promise<Session> {
    if (this.#current !== undefined) return this.#current;
    const session = this.spawn();
    this.adopt(session);
    try {
      await session.open(await this.openRequest());
      return session;
    } catch (error) {
      await this.end(0);
      throw error;
    }
  }

  async openRequest(folder = this.view.folder): Promise<OpenRequest> {
    const { readOnly, canDelete, hostNames, webhookUrl, limitBytes } = this.view.settings;
    const isServing = this.#current?.isListening === true;
    const { users } = this.view;
    // While it serves, the app's own user has to stay the one that its requests carry.
    const htpasswdFile = isServing && !users.isEmpty ? users.servedFile : await users.serve();
    return {
      storageDir: folder,
      isReadOnly: readOnly,
      canDelete,
      hostNames,
      htpasswdFile: htpasswdFile ?? null,
      webhookUrl,
      limitBytes,
    };
  }

  /** Opens folder and port. The state tells how it went, too. */
  async start(): Promise<void> {
    this.view.setState({ kind: 'starting' });
    let session: Session | undefined;
    try {
      const request = await this.openRequest();
      session = this.#current;
      if (session !== undefined && !session.isOpenAs(request)) this.#assertIdle(session);
      if (session === undefined) {
        session = this.spawn();
        this.adopt(session);
        await session.open(request);
      }
      await this.listen(session);
    } catch (error) {
      await this.end(0);
      const problem = session?.fault ?? toProblem(error).toFault();
      this.#fail(problem);
      throw new RuntimeProblem(problem.code, problem.message, { field: problem.field });
    }
  }

  async listen(session: Session): Promise<void> {
    const { port: wanted, reach } = this.view.settings;
    const tls = await this.readTls();
    const isNetwork = reach === 'network';
    const keptPort = this.#had?.wanted === wanted ? this.#had.port : null;
    const request = { port: wanted, keptPort, isNetwork, tls };
    const { port, takenPort } = await session.link.ask('listen', request);
    session.isListening = true;
    this.#had = { wanted, port };
    const origin = `${tls === null ? 'http' : 'https'}://127.0.0.1:${port}`;
    const startedAt = new Date(this.view.now).toISOString();
    this.view.setTakenPort(takenPort === null ? undefined : { port: takenPort });
    this.view.setState({ kind: 'running', origin, port, startedAt });
    if (takenPort !== null) void this.#nameHolder(session, takenPort);
  }

  /** Who has the port is told when it is found, and nobody waits for it. */
  async #nameHolder(session: Session, port: number): Promise<void> {
    const holder = await findPortHolder(port);
    if (holder !== undefined && session === this.#current) this.view.setTakenPort({ port, holder });
  }

  /** Certificate and key for the names of now; null without TLS. */
  async readTls(): Promise<TlsFiles | null> {
    const { settings, ports } = this.view;
    if (!settings.tls) return null;
    const certificate = await ports.certificates.certificateFor(certificateNames(settings));
    this.view.setCertificate(certificate);
    return { cert: certificate.certificatePem, key: certificate.keyPem };
  }

  /** Ends the current process; one that hangs is killed. */
  async end(drainMs: number): Promise<void> {
    const session = this.#current;
    if (session === undefined) return;
    await session.end(drainMs, this.isSilent);
    if (session === this.#current) this.#forget();
  }

  async killAll(): Promise<void> {
    await Promise.all([...this.#alive].map((session) => session.link.kill()));
  }

  #assertIdle(session: Session): void {
    for (const { what } of session.works) throw busyProblem(what);
    throw new RuntimeProblem('repository-busy', 'The storage folder is in use. Try again.');
  }

  #forget(): void {
    this.#current = undefined;
    this.#heartbeat.stop();
    this.view.users.forgetOwn();
  }

  /** The current process is gone without being asked to go. */
  #lost(session: Session): void {
    if (session.isEnding) return;
    const { kind } = this.view.state;
    this.#forget();
    if (session.isListening && kind === 'running' && session.fault !== undefined) {
      this.#fail(session.fault);
    }
  }

  #fail(error: Session['fault'] & {}): void {
    const failedAt = new Date(this.view.now).toISOString();
    this.view.setState({ kind: 'failed', error, failedAt });
  }

  #beat(): void {
    this.#heartbeat.beat();
    this.#lastBeatAt = this.view.now;
    const { state } = this.view;
    if (state.kind !== 'running' || state.silentSince === undefined) return;
    const { silentSince: _over, ...rest } = state;
    this.view.setState(rest);
  }

  #tick(isSilent: boolean): void {
    this.#ticks += 1;
    const session = this.#current;
    if (session === undefined) return;
    if (isSilent) this.#onSilence(session);
    if (this.#ticks % freeBytesEveryTicks === 0) void this.view.refreshFreeBytes();
    if (this.#ticks % certificateEveryTicks === 0) void this.#renewCertificate(session);
  }

  #onSilence(session: Session): void {
    const { state } = this.view;
    if (state.kind === 'running' && !session.isEnding) {
      if (state.silentSince !== undefined) return;
      const silentSince = new Date(this.#lastBeatAt).toISOString();
      this.view.setState({ ...state, silentSince });
      return;
    }
    // Somebody waits for it to come up or to end.
    session.fault ??= silentFault;
    void session.link.kill();
  }

  /** A new certificate when the old one is due or the machine has other addresses; connections go on. */
  async #renewCertificate(session: Session): Promise<void> {
    const { certificate, settings } = this.view;
    if (!settings.tls || certificate === undefined || !session.isListening) return;
    const names = certificateNames(settings);
    const isDue = Date.parse(certificate.renewAt) <= this.view.now;
    if (!isDue && names.join() === certificate.hostNames.join()) return;
    try {
      const tls = await this.readTls();
      if (tls !== null && session === this.#current) await session.link.ask('set-tls', tls);
    } catch {
      // The old one goes on until it ends; the next start says what is wrong.
    }
  }
}
