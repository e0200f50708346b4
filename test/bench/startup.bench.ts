/**
 * From spawn to a usable list of repositories, against a blank window on the same runtime. The two take turns, so that
 * what else the machine does weighs on both.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { _electron, type ElectronApplication } from '@playwright/test';
import { startDockerRegistry } from '#test/docker-registry';
import { pushSampleImage } from '#test/sample-images';
import { electronPath } from '../../scripts/runtime.mjs';
import { median, ms, report } from './shared/report';

const turns = Number(process.env['TAGBOAT_BENCH_TURNS'] ?? 9);
const folder = mkdtempSync(path.join(tmpdir(), 'tagboat-startup-'));

const blank = path.join(folder, 'blank');
const blankMain = `const { app, BrowserWindow } = require('electron');
app.whenReady().then(() => new BrowserWindow({ width: 1440, height: 900 }).loadURL('data:text/html,<p>ready</p>'));`;

async function time(
  args: readonly string[],
  isReady: (app: ElectronApplication) => Promise<void>,
): Promise<number> {
  const start = performance.now();
  const app = await _electron.launch({
    executablePath: electronPath(),
    args: [...args],
    chromiumSandbox: process.getuid?.() !== 0,
    env: Object.fromEntries(
      Object.entries(process.env).filter(
        (entry): entry is [string, string] => entry[1] !== undefined,
      ),
    ),
  });
  await isReady(app);
  const taken = performance.now() - start;
  await app.close();
  return taken;
}

const seen = (selector: string) => async (app: ElectronApplication) => {
  await (await app.firstWindow()).waitForSelector(selector, { state: 'visible' });
};

const registry = await startDockerRegistry();
try {
  mkdirSync(blank);
  writeFileSync(path.join(blank, 'package.json'), '{"name":"blank","main":"main.js"}');
  writeFileSync(path.join(blank, 'main.js'), blankMain);
  for (const name of ['team/app', 'team/web', 'data/ingest']) {
    await pushSampleImage({ origin: registry.origin }, name, ['1.0']);
  }
  const profile = path.join(folder, 'profile');
  const ours = [process.cwd(), `--user-data-dir=${profile}`];
  await time(ours, async (app) => {
    const page = await app.firstWindow();
    await page
      .getByRole('button', { name: /^Add registry/ })
      .first()
      .click();
    await page.getByRole('textbox', { name: 'Address' }).fill(registry.host);
    await page.getByRole('dialog').getByRole('button', { name: 'Add registry' }).click();
    await page.getByRole('treeitem').first().waitFor();
  });
  const blankArgs = [blank, `--user-data-dir=${path.join(folder, 'blank-profile')}`];
  await time(blankArgs, seen('p'));
  const times: { ours: number[]; blank: number[] } = { ours: [], blank: [] };
  for (let turn = 0; turn < turns; turn += 1) {
    times.blank.push(await time(blankArgs, seen('p')));
    times.ours.push(await time(ours, seen('[role=treeitem]')));
  }
  const ratio = median(times.ours.map((value, index) => value / (times.blank[index] ?? value)));
  report(
    'startup',
    'Startup',
    'From spawn to a visible list of repositories, on a profile with one registry, against a window that shows one word. Medians of pairs.',
    [
      {
        work: 'spawn to usable list',
        ours: ms(median(times.ours)),
        floor: ms(median(times.blank)),
        result: `${ratio.toFixed(2)} times`,
        bar: 'at most 1.5 times',
        isMet: ratio <= 1.5,
      },
    ],
  );
} finally {
  await registry.stop();
  rmSync(folder, { recursive: true, force: true });
}
