import { startScriptedRegistry } from '#test/scripted-registry';
import { expect, test } from './fixtures';
import { addRegistry, openRepository } from './steps';

test('the window can reach nothing but the app', async ({ tagboat: { app, page } }) => {
  await expect(page.getByRole('button', { name: /^Add registry/ }).first()).toBeVisible();
  const found = await page.evaluate(async () => {
    const reached = async (work: () => Promise<unknown>) =>
      work().then(
        () => 'reached',
        () => 'refused',
      );
    return {
      node: ['require', 'process', 'module'].filter((name) => name in window),
      opened: window.open('https://example.com') === null ? 'refused' : 'reached',
      fetched: await reached(() => fetch('https://example.com')),
      notified: await Notification.requestPermission(),
      bridge: Object.keys((window as unknown as { tagboat: object }).tagboat).toSorted(),
    };
  });
  expect(found).toEqual({
    node: [],
    opened: 'refused',
    fetched: 'refused',
    notified: 'denied',
    bridge: [
      'app',
      'change',
      'image',
      'local',
      'registry',
      'repository',
      'settings',
      'tag',
      'task',
    ],
  });
  expect(app.windows()).toHaveLength(1);
  const preferences = await app.evaluate(({ BrowserWindow }) => {
    const contents = BrowserWindow.getAllWindows()[0]?.webContents as unknown as {
      getLastWebPreferences: () => Record<string, unknown>;
    };
    const { sandbox, contextIsolation, nodeIntegration, webviewTag } =
      contents.getLastWebPreferences();
    return { sandbox, contextIsolation, nodeIntegration, webviewTag };
  });
  expect(preferences).toEqual({
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    webviewTag: false,
  });

  // Asked of main, because a page whose navigation was refused counts as navigating for the test's own driver.
  const urlAfterNavigating = await app.evaluate(async ({ BrowserWindow }) => {
    const contents = BrowserWindow.getAllWindows()[0]?.webContents;
    const stopped = new Promise((resolve) => contents?.once('will-navigate', resolve));
    await contents?.executeJavaScript('location.href = "https://example.com/"; 0');
    await stopped;
    return contents?.getURL();
  });
  expect(urlAfterNavigating).toMatch(/^tagboat:\/\/app\//);
});

test('size and theme come back after a restart', async ({ launch }) => {
  const first = await launch();
  await first.app.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows()[0]?.setBounds({ x: 40, y: 60, width: 1180, height: 720 }),
  );
  await first.page.getByRole('button', { name: 'Settings' }).click();
  await first.page
    .getByRole('dialog', { name: 'Settings' })
    .getByText('Dark', { exact: true })
    .click();
  await expect(first.page.locator('html')).toHaveAttribute('data-mantine-color-scheme', 'dark');
  await first.close();

  const { app, page } = await launch();
  await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', 'dark');
  const bounds = await app.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows()[0]?.getNormalBounds(),
  );
  expect(bounds).toMatchObject({ width: 1180, height: 720 });
});

test('a second start on the same profile hands over to the first', async ({
  launch,
  userDataDir,
}) => {
  const first = await launch();
  await expect(first.page.getByRole('button', { name: /^Add registry/ }).first()).toBeVisible();
  await expect(launch({ userDataDir })).rejects.toThrow();
  expect(first.app.windows()).toHaveLength(1);
});

test('a registry that was just added is the selected one, beside others', async ({
  tagboat: { page },
}) => {
  const serve = (repository: string) =>
    startScriptedRegistry({
      '/v2/': { body: {} },
      '/v2/_catalog': { body: { repositories: [repository] } },
      '*': { body: { name: repository, tags: ['1'] } },
    });
  const servers = [
    await serve('team/first'),
    await serve('team/second'),
    await serve('team/third'),
  ];
  try {
    for (const [index, name] of ['team/first', 'team/second', 'team/third'].entries()) {
      await addRegistry(page, servers[index]?.host ?? '');
      await openRepository(page, name);
    }
  } finally {
    await Promise.all(servers.map((server) => server.close()));
  }
});
