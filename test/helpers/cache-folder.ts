import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { userInfo } from 'node:os';
import path from 'node:path';

/**
 * Where tests keep what takes long to make. The session that tests run in has a home folder of its own, which
 * goes with it; this one is the account's.
 */
const cacheHome = (): string =>
  process.env['TAGBOAT_TEST_CACHE'] ?? path.join(userInfo().homedir, '.cache', 'tagboat-test');

/**
 * A folder made once by `fill` and kept between runs. Its name holds a digest of `recipe`, so that another recipe
 * makes it anew; runs beside each other may both make it, and one of them wins. Callers must not write into it.
 */
export async function cachedFolder(
  name: string,
  recipe: string,
  fill: (directory: string) => Promise<void>,
): Promise<string> {
  const stamp = createHash('sha256').update(recipe).digest('hex').slice(0, 16);
  const kept = path.join(cacheHome(), `${name}-${stamp}`);
  if (existsSync(kept)) return kept;
  await mkdir(cacheHome(), { recursive: true });
  const fresh = await mkdtemp(path.join(cacheHome(), `.${name}-`));
  try {
    await fill(fresh);
    await rename(fresh, kept);
  } catch (error) {
    await rm(fresh, { recursive: true, force: true });
    if (!existsSync(kept)) throw error;
  }
  return kept;
}
