import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { startDockerRegistry } from '#test/docker-registry';
import { realPart } from '#test/real-parts';
import { pushSampleImage } from '#test/sample-images';
import { startScriptedRegistry, type Script } from '#test/scripted-registry';
import { createTestCa } from '#test/test-ca';
import { expect, test } from './fixtures';
import { addRegistry, expectPlainWords, inspector, openRepository, tagRow } from './steps';
import type { Page } from '@playwright/test';

async function check(page: Page, address: string) {
  await page
    .getByRole('button', { name: /^Add registry/ })
    .first()
    .click();
  const dialog = page.getByRole('dialog', { name: 'Add registry' });
  await dialog.getByRole('textbox', { name: 'Address' }).fill(address);
  await dialog.getByRole('button', { name: 'Check' }).click();
  return dialog;
}

const json = { 'content-type': 'application/json' };
const answering = (rest: Script): Script => ({ '/v2/': { body: {} }, ...rest });

test('a refused connection is named, with what to do', async ({ tagboat: { page } }) => {
  const dialog = await check(page, '127.0.0.1:1');
  await expect(dialog).toContainText(/refused/i);
  await expectPlainWords(page);
});

test('a name that does not resolve is named', async ({ tagboat: { page } }) => {
  const dialog = await check(page, 'registry.invalid');
  await expect(dialog).toContainText('registry.invalid');
  await expect(dialog).toContainText(/not found|no address|not known|DNS|resolve/i);
  await expectPlainWords(page);
});

test('a web page is not taken for a registry', async ({ tagboat: { page } }) => {
  const server = await startScriptedRegistry({
    '*': { headers: { 'content-type': 'text/html' }, body: '<html><title>Welcome</title></html>' },
  });
  try {
    const dialog = await check(page, server.host);
    await expect(dialog).toContainText(/not a registry|no registry|does not speak/i);
    await expectPlainWords(page);
  } finally {
    await server.close();
  }
});

test('a wrong password is named, and can be corrected', async ({ tagboat: { page } }) => {
  test.skip(realPart('docker-registry') === undefined, 'docker-registry is not installed');
  const registry = await startDockerRegistry({ htpasswd: { dev: 'right' } });
  try {
    const dialog = await check(page, registry.host);
    await expect(dialog).toContainText(/asks for a user/i);
    await dialog.getByRole('radio', { name: 'User name and password' }).click();
    await dialog.getByRole('textbox', { name: 'User name' }).fill('dev');
    await dialog.getByLabel('Password or token').fill('wrong');
    await dialog.getByRole('button', { name: 'Check' }).click();
    await expect(dialog).toContainText(/not accept/i);
    await dialog.getByLabel('Password or token').fill('right');
    await dialog.getByRole('button', { name: 'Check' }).click();
    await expect(dialog).toContainText('The login is accepted');
    await dialog.getByRole('button', { name: 'Add registry' }).click();
    await expect(page.getByRole('button', { name: /Connected as dev/ })).toBeVisible();
  } finally {
    await registry.stop();
  }
});

test('trap 23: an unknown certificate is shown, and trusted only on request', async ({
  tagboat: { page },
}) => {
  test.skip(realPart('docker-registry') === undefined, 'docker-registry is not installed');
  const ca = await createTestCa();
  const registry = await startDockerRegistry({ tls: await ca.selfSigned(['127.0.0.1']) });
  try {
    const dialog = await check(page, registry.host);
    await expect(dialog).toContainText(/not trusted|self-signed/i);
    await expect(dialog).toContainText(/([0-9A-F]{2}:){8}/);
    await dialog.getByRole('button', { name: /Trust this certificate/ }).click();
    await expect(dialog).toContainText('answered everything');
    await dialog.getByRole('button', { name: 'Add registry' }).click();
    await expect(
      page.getByRole('button', { name: new RegExp(`${registry.host}.*Connected`) }),
    ).toBeVisible();
  } finally {
    await registry.stop();
    await ca.close();
  }
});

test('a registry that stalls can be cancelled at once', async ({ tagboat: { page } }) => {
  const server = await startScriptedRegistry({ '*': () => undefined });
  try {
    const dialog = await check(page, `http://${server.host}`);
    await expect(dialog).toContainText(/Connecting/);
    await dialog
      .getByRole('button', { name: /Stop|Cancel check/ })
      .first()
      .click();
    await expect(dialog).not.toContainText(/Connecting to/);
    await dialog.getByRole('button', { name: 'Cancel', exact: true }).click();
    await expect(dialog).toBeHidden();
  } finally {
    await server.close();
  }
});

test('a repository that vanishes between two clicks is named', async ({ tagboat: { page } }) => {
  const server = await startScriptedRegistry(
    answering({
      '/v2/_catalog': { headers: json, body: { repositories: ['team/gone'] } },
      '/v2/team/gone/tags/list': {
        status: 404,
        headers: json,
        body: { errors: [{ code: 'NAME_UNKNOWN', message: 'repository name not known' }] },
      },
    }),
  );
  try {
    await addRegistry(page, server.host);
    await openRepository(page, 'team/gone');
    await expect(page.getByRole('main')).toContainText(/deleted|not there|no longer|not found/i);
    await expectPlainWords(page);
  } finally {
    await server.close();
  }
});

test('trap 22: a repository without tags says so', async ({ tagboat: { page } }) => {
  const server = await startScriptedRegistry(
    answering({
      '/v2/_catalog': { headers: json, body: { repositories: ['team/empty'] } },
      '/v2/team/empty/tags/list': { headers: json, body: { name: 'team/empty', tags: null } },
    }),
  );
  try {
    await addRegistry(page, server.host);
    await openRepository(page, 'team/empty');
    await expect(page.getByRole('main')).toContainText(/no tags/i);
    await expectPlainWords(page);
  } finally {
    await server.close();
  }
});

test('trap 23: where the catalog is closed, a repository is added by name and stays', async ({
  launch,
}) => {
  test.skip(realPart('docker-registry') === undefined, 'docker-registry is not installed');
  const registry = await startDockerRegistry();
  await pushSampleImage({ origin: registry.origin }, 'team/app', ['1.0']);
  const pass = async (request: { method: string; path: string; headers: object }) => {
    const answer = await fetch(`${registry.origin}${request.path}`, {
      method: request.method,
      headers: { accept: (request.headers as { accept?: string }).accept ?? '*/*' },
    });
    const headers = Object.fromEntries(
      [...answer.headers].filter(([name]) => name !== 'content-length'),
    );
    return { status: answer.status, headers, body: Buffer.from(await answer.arrayBuffer()) };
  };
  const server = await startScriptedRegistry({
    '/v2/_catalog': { status: 401, headers: json, body: { errors: [{ code: 'UNAUTHORIZED' }] } },
    '*': pass,
  });
  try {
    const { page, close } = await launch();
    await addRegistry(page, server.host);
    await page
      .getByRole('button', { name: /Add.* by name/ })
      .first()
      .click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox').fill('team/app');
    await page.keyboard.press('Enter');
    await expect(dialog).toBeHidden();
    await expect(page.getByRole('heading', { level: 1, name: 'team/app' })).toBeVisible();
    await expect(tagRow(page, '1.0')).toBeVisible();
    await close();
    const again = await launch();
    await expect(again.page.getByRole('treeitem', { name: 'team/app' })).toBeVisible();
  } finally {
    await server.close();
    await registry.stop();
  }
});

test('markup, control characters and right-to-left marks are shown as text', async ({
  tagboat: { page },
}) => {
  test.skip(realPart('docker-registry') === undefined, 'docker-registry is not installed');
  const registry = await startDockerRegistry();
  const longest = `${'t'.repeat(127)}1`;
  const hostile = '<img src=x onerror="document.title=\'owned\'">\u202Eevil\u0007';
  await pushSampleImage({ origin: registry.origin }, 'team/app', ['1.0', longest], {
    labels: { hostile },
    annotations: { hostile },
  });
  try {
    await addRegistry(page, registry.host);
    await openRepository(page, 'team/app');
    await expect(tagRow(page, longest)).toBeVisible();
    await tagRow(page, '1.0').click();
    await inspector(page).getByRole('tab', { name: 'Config' }).click();
    await expect(inspector(page)).toContainText('<img src=x');
    expect(await page.locator('img[src="x"]').count()).toBe(0);
    expect(await page.title()).toBe('Tagboat');
    expect(await inspector(page).innerText()).not.toContain('\u202E');
  } finally {
    await registry.stop();
  }
});

test('a damaged settings file is kept aside, and said', async ({ launch, userDataDir }) => {
  await mkdir(userDataDir, { recursive: true });
  await writeFile(path.join(userDataDir, 'settings.json'), '{"version":1,"theme":');
  const { page } = await launch();
  await expect(page.getByRole('main')).toContainText(/settings/i);
  await expect(page.getByRole('main')).toContainText('settings.corrupt-');
  await expectPlainWords(page);
});
