import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures';

/** The address of the local registry once it runs. */
const localOrigin = (page: Page): Promise<string> =>
  page.evaluate(
    () =>
      new Promise<string>((resolve) => {
        const stop = window.tagboat.local.watch({}, (event) => {
          if (event.kind !== 'page' || event.page.state.kind !== 'running') return;
          stop();
          resolve(event.page.state.origin);
        });
      }),
  );

const isServed = (origin: string): Promise<boolean> =>
  fetch(`${origin}/v2/`).then(
    ({ ok }) => ok,
    () => false,
  );

test('the local registry goes on in the tray, and ends with the app', async ({
  launch,
  userDataDir,
}) => {
  const { app, page, close } = await launch();
  const lock = path.join(userDataDir, 'local-registry', 'storage', 'tagboat', 'lock.json');
  const origin = await localOrigin(page);
  expect(existsSync(lock)).toBe(true);
  await page.evaluate(() => window.tagboat.local.configure({ staysInTray: true }));
  const windowCount = () =>
    app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length);

  await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close());
  await expect.poll(windowCount).toBe(0);
  expect(await isServed(origin)).toBe(true);

  const opening = app.waitForEvent('window');
  // What a second start of Tagboat tells the first one.
  await app.evaluate(({ app: electron }) => electron.emit('second-instance'));
  const again = await opening;
  await expect(again.getByRole('button', { name: /^Local\b/u }).first()).toBeVisible();
  expect(await localOrigin(again)).toBe(origin);

  await close();
  expect(await isServed(origin)).toBe(false);
  expect(existsSync(lock)).toBe(false);
});

test('the app ends with its last window unless the tray was asked for', async ({ launch }) => {
  const { app, page } = await launch();
  const origin = await localOrigin(page);
  const ended = app.waitForEvent('close');
  await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close());
  await ended;
  expect(await isServed(origin)).toBe(false);
});

test('two Tagboats at once have a registry each (trap 47)', async ({ launch }, testInfo) => {
  const first = await launch();
  const second = await launch({ userDataDir: testInfo.outputPath('second') });
  const origins = await Promise.all([localOrigin(first.page), localOrigin(second.page)]);
  expect(new Set(origins).size).toBe(2);
  for (const origin of origins) expect(await isServed(origin)).toBe(true);
});
