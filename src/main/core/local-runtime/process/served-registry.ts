import { randomUUID } from 'node:crypto';
import type { createTarArchive, readTarArchive } from '#core/backup-archive/index';
import {
  createLocalRegistry,
  moveFolder,
  readBackupFolder,
  restoreFolder,
  type Listening,
  type LocalRegistry,
} from '#core/local-registry/index';
import type { OpenRequest, Requests, TlsFiles } from '../messages';
import type { BackupPlace } from '../reports';
import { RuntimeProblem, type WorkOptions } from '../view';
import { formatBytes } from '../words';
import { toCheck, toCollection, toSpace } from './bounded-reports';
import { openPort } from './open-port';
import type { Reporter } from './reporter';

/** Work that belongs to one request: its progress and its end. */
export type Work = Required<Pick<WorkOptions, 'signal' | 'progress'>> & {
  /** Asks the host to serve the folder that was moved to. */
  readonly switchTo: () => Promise<void>;
};

/** The registry of the process, and what can be asked of it. */
export class ServedRegistry {
  #registry: LocalRegistry | undefined;
  #listening: Listening | undefined;
  /** The folder that was worked on last, for words about what went wrong. */
  folder = 'the storage folder';

  constructor(
    readonly reporter: Reporter,
    /** The program of the process, for the thread that checks passwords. */
    readonly entry: URL,
  ) {}

  get registry(): LocalRegistry | undefined {
    return this.#registry;
  }

  async open(request: OpenRequest): Promise<null> {
    this.folder = request.storageDir;
    const { storageDir, isReadOnly, canDelete, hostNames, webhookUrl, limitBytes } = request;
    const registry = await createLocalRegistry({
      storageDir,
      isReadOnly,
      canDelete,
      hostNames,
      log: this.reporter.log,
      ...(webhookUrl === null ? {} : { webhooks: [{ url: webhookUrl }] }),
      ...(limitBytes === null ? {} : { limitBytes }),
      ...(await this.#passwords(request.htpasswdFile)),
    });
    this.#registry = registry;
    registry.events.subscribe(this.reporter.onEvent);
    this.reporter.countSoon();
    return null;
  }

  async #passwords(
    htpasswdFile: string | null,
  ): Promise<Pick<Parameters<typeof createLocalRegistry>[0], 'htpasswdFile' | 'checkPassword'>> {
    if (htpasswdFile === null) return {};
    const { createPasswordChecker } = await import('./password-checker');
    return { htpasswdFile, ...createPasswordChecker(this.entry) };
  }

  async listen(request: Requests['listen']['request']): Promise<Requests['listen']['answer']> {
    const { listening, port, takenPort } = await openPort(this.#opened(), request);
    this.#listening = listening;
    const message = `listening on ${listening.url}`;
    this.reporter.log({ level: 'info', event: 'listening', message });
    return { port, takenPort };
  }

  setTls(tls: TlsFiles): null {
    this.#listening?.setTls(tls);
    return null;
  }

  setLimit(limitBytes: number | null): null {
    this.#opened().setLimit(limitBytes ?? undefined);
    return null;
  }

  async collect(isPreview: boolean, { signal }: Work): Promise<Requests['collect']['answer']> {
    const report = await this.#opened().collectGarbage({ isDryRun: isPreview, signal });
    const collection = toCollection(report);
    if (!isPreview) {
      const { freedBytes, isInterrupted } = collection;
      this.reporter.addOwn({
        id: randomUUID(),
        at: report.endedAt,
        action: 'collect',
        client: 'Tagboat',
        outcome: `${formatBytes(freedBytes)} came back${isInterrupted ? ' before it was stopped' : ''}`,
        isOwn: true,
      });
    }
    return collection;
  }

  async check(isDeep: boolean, work: Work): Promise<Requests['check']['answer']> {
    return toCheck(await this.#opened().check({ isDeep, ...work }));
  }

  async space(work: Work): Promise<Requests['space']['answer']> {
    return toSpace(await this.#opened().space(work));
  }

  async backUp(place: BackupPlace, work: Work): Promise<Requests['back-up']['answer']> {
    const registry = this.#opened();
    const target =
      place.kind === 'folder'
        ? { folder: place.path }
        : { archive: await (await loadArchives()).createTarArchive(place.path) };
    const { blobBytes } = await registry.backUp(target, work);
    return { path: place.path, bytes: blobBytes };
  }

  async restore(
    { place, storageDir }: Requests['restore']['request'],
    work: Work,
  ): Promise<Requests['restore']['answer']> {
    this.#assertClosed();
    this.folder = storageDir;
    const source =
      place.kind === 'folder'
        ? readBackupFolder(place.path, work.signal)
        : (await loadArchives()).readTarArchive(place.path);
    const { keptIn } = await restoreFolder(storageDir, source, work);
    return { keptIn };
  }

  async move({ from, to }: Requests['move']['request'], work: Work): Promise<null> {
    this.#assertClosed();
    this.folder = to;
    await moveFolder(from, to, work);
    return null;
  }

  async close(drainMs: number): Promise<null> {
    const registry = this.#registry;
    this.#registry = undefined;
    await registry?.close(drainMs);
    return null;
  }

  #opened(): LocalRegistry {
    if (this.#registry !== undefined) return this.#registry;
    throw new RuntimeProblem('internal', 'The storage folder is not open.');
  }

  #assertClosed(): void {
    if (this.#registry === undefined) return;
    throw new RuntimeProblem(
      'repository-busy',
      'The storage folder is in use. Stop the registry first.',
    );
  }
}

/** tar-stream is loaded where an archive is made or read. */
const loadArchives = (): Promise<
  Readonly<{ createTarArchive: typeof createTarArchive; readTarArchive: typeof readTarArchive }>
> => import('#core/backup-archive/index');
