import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { mkdir, open, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import type { Digest } from '#oci/digest';
import { ClientGone, faults } from '../errors';
import type { Room } from '../room';
import type { SupportedAlgorithm } from './blob-store';
import { isMissing } from './durable';
import { hashFile } from './hash-file';
import { HashThreads } from './hash-threads';
import type { Layout } from './layout';
import { receiveBody } from './receive-body';
import { RunningHash } from './running-hash';

/** An open upload. `sizeBytes` is what is on disk, so it can be told to the client as it is. */
export type UploadSession = {
  readonly name: string;
  readonly id: string;
  readonly startedAtMs: number;
  sizeBytes: number;
  lastUsedAtMs: number;
  /** One request at a time may write. */
  isBusy: boolean;
  /** Over all `sizeBytes`; undefined when this process did not see all of them arrive. */
  hash: RunningHash | undefined;
};

const idPattern = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/u;
/** An idle session is forgotten after this time; its file stays and is read again when the client comes back. */
const forgetAfterMs = 10 * 60 * 1000;

/** Upload sessions on disk (distribution: `_uploads/<uuid>/{data,startedat}`), with their running hashes in memory. */
export class UploadStore {
  readonly #sessions = new Map<string, UploadSession>();
  readonly #threads = new HashThreads();

  constructor(
    readonly layout: Layout,
    readonly room: Room,
  ) {}

  async start(name: string, algorithms: readonly SupportedAlgorithm[]): Promise<UploadSession> {
    const id = randomUUID();
    const now = Date.now();
    await mkdir(this.layout.uploadDir(name, id), { recursive: true });
    await writeFile(this.layout.uploadStartedAt(name, id), formatStartedAt(now));
    const session: UploadSession = {
      name,
      id,
      startedAtMs: now,
      lastUsedAtMs: now,
      sizeBytes: 0,
      isBusy: false,
      hash: new RunningHash(algorithms, this.#threads),
    };
    this.#sessions.set(id, session);
    return session;
  }

  /** A session of this repository, from memory or from disk; refuses an unknown one with BLOB_UPLOAD_UNKNOWN. */
  async find(name: string, id: string): Promise<UploadSession> {
    if (!idPattern.test(id)) throw faults.uploadUnknown(id);
    const known = this.#sessions.get(id);
    if (known !== undefined) {
      if (known.name !== name) throw faults.uploadUnknown(id);
      known.lastUsedAtMs = Date.now();
      return known;
    }
    const startedAtMs = await readStartedAt(this.layout.uploadStartedAt(name, id));
    if (startedAtMs === undefined) throw faults.uploadUnknown(id);
    const sizeBytes = await fileSize(this.layout.uploadFile(name, id));
    // Two requests may have looked at the disk at the same time: the first one in memory is the session.
    const raced = this.#sessions.get(id);
    if (raced !== undefined) return raced;
    const session: UploadSession = {
      name,
      id,
      startedAtMs,
      lastUsedAtMs: Date.now(),
      sizeBytes,
      isBusy: false,
      hash: sizeBytes === 0 ? new RunningHash(['sha256'], this.#threads) : undefined,
    };
    this.#sessions.set(id, session);
    this.room.reopen(sizeBytes);
    return session;
  }

  /** Runs `work` as the only writer of the session. */
  async exclusively<Result>(session: UploadSession, work: () => Promise<Result>): Promise<Result> {
    if (session.isBusy) throw faults.uploadBusy();
    session.isBusy = true;
    try {
      return await work();
    } finally {
      session.isBusy = false;
      session.lastUsedAtMs = Date.now();
    }
  }

  /**
   * Adds a request body to the session. When the client goes away, what arrived is kept; when the disk refuses or
   * the length is wrong, the session goes back to where it was, so that the client can send the chunk again.
   */
  async append(session: UploadSession, body: Readable, maxBytes: number): Promise<number> {
    const before = session.sizeBytes;
    const file = this.fileOf(session);
    const handle = await open(file, constants.O_RDWR | constants.O_CREAT);
    const { hash } = session;
    // Until all is well the running hash cannot be trusted.
    session.hash = undefined;
    let takenBytes = 0;
    const take = (byteCount: number): Error | undefined => {
      takenBytes += byteCount;
      return this.room.take(byteCount);
    };
    try {
      const count = await receiveBody(body, {
        fd: handle.fd,
        position: before,
        hash,
        maxBytes,
        take,
      });
      await hash?.settled();
      session.sizeBytes = before + count;
      session.hash = hash;
      return count;
    } catch (error) {
      await hash?.settled();
      if (error instanceof ClientGone) {
        session.sizeBytes = (await handle.stat()).size;
        this.room.giveBack(Math.max(0, before + takenBytes - session.sizeBytes));
        if (hash?.sizeBytes === session.sizeBytes) session.hash = hash;
      } else {
        await truncate(file, before);
        this.room.giveBack(takenBytes);
      }
      if (session.hash === undefined) hash?.close();
      throw error;
    } finally {
      await handle.close();
    }
  }

  /** Flushes all bytes of the session. Bytes that the disk refuses to keep are no base to go on from: it ends. */
  async flush(session: UploadSession): Promise<void> {
    const handle = await open(this.fileOf(session), 'r+');
    try {
      await handle.datasync();
    } catch (error) {
      await this.remove(session);
      throw error;
    } finally {
      await handle.close();
    }
  }

  /** Goes back to `sizeBytes`, as if what came after it had not been sent. */
  async rewind(session: UploadSession, sizeBytes: number): Promise<void> {
    await truncate(this.fileOf(session), sizeBytes);
    this.room.giveBack(session.sizeBytes - sizeBytes);
    session.sizeBytes = sizeBytes;
    session.hash?.close();
    session.hash = undefined;
  }

  /** The digest of everything received, under the algorithm asked for. */
  async digest(session: UploadSession, algorithm: SupportedAlgorithm): Promise<Digest> {
    return (await session.hash?.digest(algorithm)) ?? hashFile(this.fileOf(session), algorithm);
  }

  /** Drops what is in memory about sessions that nobody used for a while. */
  forgetIdle(nowMs: number): void {
    for (const session of this.#sessions.values()) {
      if (!session.isBusy && nowMs - session.lastUsedAtMs > forgetAfterMs) this.forget(session.id);
    }
  }

  /** Ends a session and removes its folder. */
  async remove(session: UploadSession): Promise<void> {
    this.forget(session.id);
    await rm(this.layout.uploadDir(session.name, session.id), { recursive: true, force: true });
  }

  /** Drops a session from memory, because its folder is going. */
  forget(id: string): void {
    const session = this.#sessions.get(id);
    if (session === undefined) return;
    session.hash?.close();
    this.#sessions.delete(id);
    this.room.settle(session.sizeBytes);
  }

  isBusy(id: string): boolean {
    return this.#sessions.get(id)?.isBusy ?? false;
  }

  /** Ends the threads that hash; an upload after that is hashed when it is complete. */
  close(): Promise<void> {
    return this.#threads.close();
  }

  fileOf(session: UploadSession): string {
    return this.layout.uploadFile(session.name, session.id);
  }
}

/** RFC 3339 in UTC with whole seconds, as distribution writes it. */
function formatStartedAt(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

/** When a session was started; undefined when the file is missing. Text that is no date counts as 1970. */
export async function readStartedAt(file: string): Promise<number | undefined> {
  try {
    const ms = Date.parse((await readFile(file, 'latin1')).trim());
    return Number.isNaN(ms) ? 0 : ms;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

async function fileSize(file: string): Promise<number> {
  try {
    return (await stat(file)).size;
  } catch (error) {
    if (isMissing(error)) return 0;
    throw error;
  }
}
