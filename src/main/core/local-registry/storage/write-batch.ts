import { randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { hasErrorCode, syncDir } from './durable';

type Staged = { temporary: string; handle: FileHandle };

/**
 * Changes to the folder that are acknowledged together. Contents are written to temporary files first; `commit` flushes
 * these side by side, puts everything in place in the order it was added, and flushes the folders. A journalling file
 * system then has to commit twice, not once a file, and a cut at any moment leaves no link to what is not there.
 */
export class WriteBatch {
  readonly #staged: Staged[] = [];
  readonly #flushes: (() => Promise<void>)[] = [];
  readonly #steps: (() => Promise<void>)[] = [];
  readonly #changedDirs = new Set<string>();

  /** Replaces `file` in one step, as distribution does: a temporary file beside it, then a rename. */
  async write(file: string, content: string | Uint8Array): Promise<void> {
    const temporary = `${file}.${randomUUID()}.tmp`;
    const handle = await this.#openNew(temporary);
    this.#staged.push({ temporary, handle });
    await handle.writeFile(content);
    this.#steps.push(() => rename(temporary, file));
    this.#changedDirs.add(dirname(file));
  }

  /** Moves a file that `flush` flushes; what is at `to` is replaced. */
  async move(from: string, to: string, flush: () => Promise<void>): Promise<void> {
    await this.makeDir(dirname(to));
    this.#flushes.push(flush);
    this.#steps.push(() => rename(from, to));
    this.#changedDirs.add(dirname(to));
  }

  /** Adds another change to `dir` at this place in the order. */
  also(dir: string, step: () => Promise<void>): void {
    this.#steps.push(step);
    this.#changedDirs.add(dir);
  }

  /** Makes `dir` and its parents; every folder that gets a new entry is flushed with the batch. */
  async makeDir(dir: string): Promise<void> {
    const first = await mkdir(dir, { recursive: true });
    if (first === undefined) return;
    const top = dirname(first);
    for (let parent = dirname(dir); parent.length >= top.length; parent = dirname(parent)) {
      this.#changedDirs.add(parent);
      if (parent === dirname(parent)) break;
    }
  }

  async commit(): Promise<void> {
    try {
      await Promise.all([
        ...this.#staged.map(({ handle }) => handle.sync()),
        ...this.#flushes.map((flush) => flush()),
      ]);
      await this.#closeStaged();
      for (const step of this.#steps) await step();
      await Promise.all([...this.#changedDirs].map(syncDir));
    } catch (error) {
      await this.discard();
      throw error;
    }
  }

  /** Removes what was written but not put in place. */
  async discard(): Promise<void> {
    await this.#closeStaged();
    await Promise.all(this.#staged.map(({ temporary }) => rm(temporary, { force: true })));
  }

  async #closeStaged(): Promise<void> {
    await Promise.all(this.#staged.map(({ handle }) => handle.close()));
  }

  /** Garbage collection takes away empty folders: one that vanishes before the file is in it is made again. */
  async #openNew(file: string): Promise<FileHandle> {
    for (let attempt = 1; ; attempt += 1) {
      await this.makeDir(dirname(file));
      try {
        return await open(file, 'wx');
      } catch (error) {
        if (attempt === 3 || !hasErrorCode(error, 'ENOENT')) throw error;
      }
    }
  }
}

/** Runs `fill` and commits what it added; when it fails, nothing of it is left. */
export async function commitBatch(fill: (batch: WriteBatch) => Promise<void>): Promise<void> {
  const batch = new WriteBatch();
  try {
    await fill(batch);
  } catch (error) {
    await batch.discard();
    throw error;
  }
  await batch.commit();
}

/** Replaces one file in one step, flushed. */
export async function writeDurably(file: string, content: string | Uint8Array): Promise<void> {
  await commitBatch((batch) => batch.write(file, content));
}
