import { randomInt } from 'node:crypto';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSettings } from '#core/settings/open-settings';
import { readSettings } from '#core/settings/read-settings';

/** Saves numbered settings as fast as it can and reports each number once it is on disk. */
const childSource = `
  import { openSettings } from '${resolve('src/main/core/settings/open-settings.ts')}';
  const settings = await openSettings({ directory: process.argv[2], writeDelayMs: 1 });
  const filler = Array.from({ length: 500 }, (_, index) => 'team/repository-' + index);
  for (let count = 1; ; count += 1) {
    settings.update((old) => ({
      ...old,
      selection: { ...old.selection, tag: String(count) },
      layout: { ...old.layout, expandedNamespaces: filler },
    }));
    await settings.flush();
    process.send(count);
  }
`;

let scratch: string;
let child: string;

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'tagboat-kill-'));
  await writeFile(join(scratch, 'child.js'), childSource);
  await build({
    configFile: false,
    logLevel: 'silent',
    build: {
      ssr: join(scratch, 'child.js'),
      outDir: join(scratch, 'out'),
      rollupOptions: { output: { entryFileNames: 'child.mjs' } },
    },
    ssr: { noExternal: true },
  });
  child = join(scratch, 'out', 'child.mjs');
}, 60_000);
afterAll(() => rm(scratch, { recursive: true, force: true }));

/** Kills the writer after `saves` saves and a random moment; gives back the last number it reported. */
async function killWhileSaving(directory: string, saves: number): Promise<number> {
  const writer = fork(child, [directory], { execArgv: [] });
  let saved = 0;
  writer.on('message', (count) => {
    saved = Number(count);
    if (saved === saves) setTimeout(() => writer.kill('SIGKILL'), randomInt(0, 12));
  });
  const [, signal] = (await once(writer, 'exit')) as [number | null, string | null];
  expect(signal).toBe('SIGKILL');
  return saved;
}

describe('kill -9 while settings are saved', () => {
  it('never loses what was saved', { timeout: 120_000 }, async () => {
    for (let round = 0; round < 12; round += 1) {
      const directory = join(scratch, `profile-${round}`);
      await mkdir(directory);
      const saved = await killWhileSaving(directory, randomInt(1, 25));
      const { settings, problem } = readSettings(
        await readFile(join(directory, 'settings.json'), 'utf8'),
      );
      expect(problem).toBeUndefined();
      expect(settings.layout.expandedNamespaces).toHaveLength(500);
      expect(Number(settings.selection.tag)).toBeGreaterThanOrEqual(saved);
    }
  });

  it('leaves half-written files that a later start removes, and only old ones', async () => {
    const directory = join(scratch, 'leftovers');
    await mkdir(directory);
    const old = '.settings.json.1-aaaaaaaaaaaa.tmp';
    const young = '.settings.json.2-bbbbbbbbbbbb.tmp';
    await writeFile(join(directory, old), 'half');
    await writeFile(join(directory, young), 'half');
    const anHourAgo = new Date(Date.now() - 60 * 60 * 1000);
    await utimes(join(directory, old), anHourAgo, anHourAgo);
    await (await openSettings({ directory })).close();
    expect(await readdir(directory)).toEqual([young]);
  });
});
