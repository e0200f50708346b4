import { randomUUID } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { isRecord } from '#oci/json';
import { tryParseDigest, type Digest } from '#oci/digest';

/** What a copy remembers of itself, so that another run goes on where this one ended. */
export type CopyState = {
  /** An upload of this blob that was begun, as the target named it. */
  sessionOf(digest: Digest): string | undefined;
  setSession(digest: Digest, session: string | undefined): void;
  /** Where tags pointed before the first run that moved them: what puts them back. */
  replacedBy(tag: string): Digest | undefined;
  setReplaced(tag: string, digest: Digest): void;
  /** Writes what is not written yet. */
  settled(): Promise<void>;
  /** The copy is complete: nothing is left to go on with. */
  forget(): Promise<void>;
};

type Kept = {
  version: 1;
  target: string;
  sessions: Record<string, string>;
  replaced: Record<string, string>;
};

/** Writes are gathered this long: a session changes with each piece. */
const DELAY_MS = 200;

/** State in memory only: for copies that nobody will continue. */
export function createMemoryState(): CopyState {
  return new KeptState(undefined, { version: 1, target: '', sessions: {}, replaced: {} });
}

/**
 * State in a small JSON file. One that belongs to another target, or cannot be read, counts as none. The blobs
 * themselves need no memory: the target is asked which it has.
 */
export async function openCopyState(file: string, target: string): Promise<CopyState> {
  const kept = await readKept(file);
  const empty: Kept = { version: 1, target, sessions: {}, replaced: {} };
  return new KeptState(file, kept?.target === target ? kept : empty);
}

async function readKept(file: string): Promise<Kept | undefined> {
  try {
    const json: unknown = JSON.parse(await readFile(file, 'utf8'));
    if (!isRecord(json) || json['version'] !== 1 || typeof json['target'] !== 'string') {
      return undefined;
    }
    return {
      version: 1,
      target: json['target'],
      sessions: textsOf(json['sessions']),
      replaced: textsOf(json['replaced']),
    };
  } catch {
    return undefined;
  }
}

function textsOf(value: unknown): Record<string, string> {
  const entries = isRecord(value) ? Object.entries(value) : [];
  return Object.fromEntries(
    entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

class KeptState implements CopyState {
  private timer: NodeJS.Timeout | undefined;
  private writing: Promise<void> = Promise.resolve();

  constructor(
    private readonly file: string | undefined,
    private readonly kept: Kept,
  ) {}

  readonly sessionOf: CopyState['sessionOf'] = (digest) => this.kept.sessions[digest];

  readonly setSession: CopyState['setSession'] = (digest, session) => {
    if (session === undefined) delete this.kept.sessions[digest];
    else this.kept.sessions[digest] = session;
    this.writeSoon();
  };

  readonly replacedBy: CopyState['replacedBy'] = (tag) =>
    tryParseDigest(this.kept.replaced[tag] ?? '');

  readonly setReplaced: CopyState['setReplaced'] = (tag, digest) => {
    this.kept.replaced[tag] ??= digest;
    this.writeSoon();
  };

  readonly settled: CopyState['settled'] = async () => {
    if (this.timer !== undefined) this.write();
    await this.writing;
  };

  readonly forget: CopyState['forget'] = async () => {
    await this.settled();
    if (this.file !== undefined) await rm(this.file, { force: true });
  };

  private writeSoon(): void {
    if (this.file === undefined) return;
    this.timer ??= setTimeout(() => this.write(), DELAY_MS).unref();
  }

  private write(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const { file } = this;
    if (file === undefined) return;
    const text = JSON.stringify(this.kept);
    this.writing = this.writing.then(() => replaceFile(file, text));
  }
}

/** A state that cannot be written costs a resume, never the copy. Its sessions are for its owner only. */
async function replaceFile(file: string, text: string): Promise<void> {
  const temporary = `${file}.${randomUUID()}.tmp`;
  try {
    await writeFile(temporary, text, { mode: 0o600, flag: 'wx' });
    await rename(temporary, file);
  } catch {
    await rm(temporary, { force: true }).catch(() => {});
  }
}
