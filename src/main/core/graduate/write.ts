import { lstat, mkdir, rm, rmdir } from 'node:fs/promises';
import path from 'node:path';
import { errorCode, writeFileAtomically } from '#core/settings/atomic-file';
import type { GraduationPlan } from './graduation';

export type WriteOptions = {
  readonly signal?: AbortSignal;
  readonly progress?: (state: {
    readonly completed: number;
    readonly total: number;
    readonly step: string;
  }) => void;
};

/** Why the folder was not written, in words for a person. Nothing is left behind. */
export class GraduationProblem extends Error {
  override readonly name = 'GraduationProblem';
}

/**
 * Writes the files of a plan. Nothing that is there is written over: one name that is taken refuses all. After a failure
 * or an abort what was written is removed again.
 */
export async function writeGraduation(
  folder: string,
  plan: GraduationPlan,
  { signal, progress }: WriteOptions = {},
): Promise<void> {
  const files = plan.files.map(({ name, content, isSecret }) => {
    if (content === undefined) throw new Error(`the content of ${name} is not known`);
    return { file: path.join(folder, ...name.split('/')), name, content, isSecret };
  });
  await refuseTaken(files);
  const written: string[] = [];
  try {
    for (const [completed, { file, name, content, isSecret }] of files.entries()) {
      signal?.throwIfAborted();
      progress?.({ completed, total: files.length, step: `Writing ${name}` });
      await mkdir(path.dirname(file), { recursive: true });
      written.push(file);
      await writeFileAtomically(file, content, { mode: isSecret ? 0o600 : 0o644 });
    }
    signal?.throwIfAborted();
  } catch (error) {
    await removeWritten(folder, written);
    signal?.throwIfAborted();
    throw new GraduationProblem(
      `${folder} could not be written (${errorCode(error) ?? String(error)}). What had been written was removed. Choose a folder that your account may write to, on a disk with room.`,
      { cause: error },
    );
  }
  progress?.({ completed: files.length, total: files.length, step: 'Written' });
}

async function refuseTaken(files: readonly { file: string; name: string }[]): Promise<void> {
  for (const { file, name } of files) {
    const found = await lstat(file).catch(() => undefined);
    if (found === undefined) continue;
    throw new GraduationProblem(
      `${name} is there already and is not written over. Choose an empty folder.`,
    );
  }
}

async function removeWritten(folder: string, written: readonly string[]): Promise<void> {
  for (const file of written) await rm(file, { force: true }).catch(() => undefined);
  // Only when nothing else is in it.
  await rmdir(path.join(folder, 'certs')).catch(() => undefined);
}
