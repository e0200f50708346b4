import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeGraduation, type GraduationPlan } from '#core/graduate/index';

let folder: string;
beforeEach(async () => {
  folder = path.join(await mkdtemp(path.join(tmpdir(), 'tagboat-graduate-')), 'new');
});
afterEach(() => rm(path.dirname(folder), { recursive: true, force: true }));

const plan: GraduationPlan = {
  files: [
    { name: 'config.yml', content: 'version: 0.1\n', isSecret: false, note: '' },
    { name: 'certs/registry.key', content: 'KEY', isSecret: true, note: '' },
    { name: 'htpasswd', content: 'a:b', isSecret: true, note: '' },
  ],
  changes: [],
  staysTheSame: [],
  nextSteps: [],
};
const listing = async () => {
  const names = await readdir(folder, { recursive: true }).catch((): string[] => []);
  return names.sort((a, b) => a.localeCompare(b));
};

describe('writeGraduation', () => {
  it.skipIf(process.platform === 'win32')('writes all, secrets for the owner alone', async () => {
    const steps: string[] = [];
    await writeGraduation(folder, plan, {
      progress: ({ completed, total, step }) => steps.push(`${completed}/${total} ${step}`),
    });
    expect(await listing()).toEqual(['certs', 'certs/registry.key', 'config.yml', 'htpasswd']);
    const mode = async (name: string) => (await stat(path.join(folder, name))).mode & 0o777;
    expect(await mode('certs/registry.key')).toBe(0o600);
    expect(await mode('htpasswd')).toBe(0o600);
    expect((await mode('config.yml')) & 0o400).toBe(0o400);
    expect(steps.at(0)).toBe('0/3 Writing config.yml');
    expect(steps.at(-1)).toBe('3/3 Written');
  });

  it('writes over nothing: one name that is taken refuses all', async () => {
    await mkdir(folder);
    await writeFile(path.join(folder, 'htpasswd'), 'mine');
    await expect(writeGraduation(folder, plan)).rejects.toThrow(/htpasswd is there already/u);
    expect(await listing()).toEqual(['htpasswd']);
    expect(await readFile(path.join(folder, 'htpasswd'), 'utf8')).toBe('mine');
  });

  it('leaves nothing of its own behind after an abort, and everything else alone', async () => {
    await mkdir(folder);
    await writeFile(path.join(folder, 'notes'), 'mine');
    const stop = new AbortController();
    const writing = writeGraduation(folder, plan, {
      signal: stop.signal,
      progress: ({ completed }) => {
        if (completed === 2) stop.abort();
      },
    });
    await expect(writing).rejects.toMatchObject({ name: 'AbortError' });
    expect(await listing()).toEqual(['notes']);
  });

  it.skipIf(process.platform === 'win32')(
    'says why, and removes what it wrote, when a file cannot be written',
    async () => {
      await mkdir(folder);
      // A file where a folder has to be fails for root too.
      await writeFile(path.join(folder, 'certs'), '');
      await expect(writeGraduation(folder, plan)).rejects.toMatchObject({
        name: 'GraduationProblem',
        message: expect.stringContaining('Choose a folder') as string,
      });
      expect(await listing()).toEqual(['certs']);
      await chmod(folder, 0o755);
    },
  );

  it('refuses a plan that was only for showing', async () => {
    const files = [{ name: 'certs/registry.key', isSecret: true, note: '' }];
    await expect(writeGraduation(folder, { ...plan, files })).rejects.toThrow(/not known/u);
    expect(await listing()).toEqual([]);
  });
});
