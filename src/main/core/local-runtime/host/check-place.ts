import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { isAbsolute, join, resolve } from 'node:path';
import { RuntimeProblem } from '../view';

/** Refuses a folder that cannot be the storage folder, before anything is stopped. Gives its absolute path. */
export async function checkPlace(folder: string, before: string): Promise<string> {
  const path = resolve(folder);
  if (!isAbsolute(folder)) throw unfit(`${folder} is no absolute path.`);
  if (path === resolve(before)) throw unfit(`${path} is the storage folder already.`);
  try {
    await mkdir(path, { recursive: true });
    const probe = join(path, `.tagboat-${randomUUID()}.tmp`);
    await writeFile(probe, 'Tagboat looks whether it may write here.');
    await rm(probe, { force: true });
  } catch (error) {
    const { explainFailure } = await import('../process/explain');
    const { code, message } = explainFailure(error, path);
    throw new RuntimeProblem(code, message, { field: 'folder', cause: error });
  }
  // Loaded when it is first needed: the whole of the registry comes with it, and main starts without.
  const { describePlace } = await import('#core/local-registry/index');
  const { isEmpty, holdsRegistry } = await describePlace(path);
  const names = await readdir(path);
  const isOurs = names.some((name) => name === 'tagboat') && names.every(isOurName);
  if (!isEmpty && !holdsRegistry && !isOurs) {
    throw unfit(
      `${path} has other things in it. Choose an empty folder, or one that a registry has kept its content in.`,
    );
  }
  return path;
}

/** What stands in the storage folder of a registry, one without content too. */
const isOurName = (name: string): boolean =>
  name === 'docker' || name === 'tagboat' || name.startsWith('kept-');

const unfit = (message: string): RuntimeProblem =>
  new RuntimeProblem('input-invalid', message, { field: 'folder' });
