import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Page } from '@playwright/test';
import { startDockerRegistry, type DockerRegistry } from '#test/docker-registry';
import { soundScript, stall } from '#test/faulty-registry';
import { hostileImages } from '#test/gallery';
import { longRepository } from '#test/hostile-text';
import { startScriptedRegistry, type ScriptedRegistry } from '#test/scripted-registry';
import { seedContent, seedManyTags } from '#test/seed';
import { expect, test } from '../e2e/fixtures';
import { addRegistry, inspector, openRepository, tagRow } from '../e2e/steps';
import { shopContent } from './shop';

const folder = path.resolve(import.meta.dirname, '../../docs/screenshots');
const storageDir = mkdtempSync(path.join(tmpdir(), 'tagboat-gallery-'));
let registry: DockerRegistry;
let many: DockerRegistry;
let slow: ScriptedRegistry;

test.beforeAll(async () => {
  const content = shopContent(new Date());
  const repositories = [
    'shop/api',
    'shop/checkout',
    'shop/web',
    'platform/gateway',
    'platform/identity',
    'platform/mail/render',
    'search/index',
    'search/query',
    'data/ingest',
    'data/export',
    'ml/train',
  ];
  for (const repository of repositories) seedContent(storageDir, repository, content);
  seedContent(storageDir, longRepository, hostileImages());
  registry = await startDockerRegistry({ storageDir });
  many = await startDockerRegistry({
    storageDir: (await seedManyTags()).storageDir,
    readOnly: true,
  });
  slow = await startScriptedRegistry({
    ...soundScript,
    '/v2/_catalog': { body: { repositories: ['team/empty', 'team/slow'] } },
    '/v2/team/empty/tags/list': { body: { name: 'team/empty', tags: null } },
    '/v2/team/slow/tags/list': stall,
  });
});
test.afterAll(async () => {
  await registry.stop();
  await many.stop();
  await slow.close();
  rmSync(storageDir, { recursive: true, force: true });
});

/** The window's content in CSS pixels, whatever frame the system draws. */
async function resize(page: Page, width: number, height: number): Promise<void> {
  await page.setViewportSize({ width, height });
}

async function take(page: Page, name: string): Promise<void> {
  await page.mouse.move(0, 0);
  await page.waitForTimeout(400);
  await page.screenshot({ path: path.join(folder, `${name}.png`) });
}

/** A plan of six tags, the card, and the journal after a tag was added and taken away again. */
async function takeChanges(page: Page, colorScheme: string): Promise<void> {
  const dialog = page.getByRole('dialog');
  const ticked = ['1.8.2', 'pr-4127', 'pr-4119', '1.8.0-rc.2', '1.8.0-rc.1', '1.7.8'];
  for (const tag of ticked) {
    await page.getByRole('checkbox', { name: `Select ${tag}`, exact: true }).click();
  }
  await take(page, `selection-${colorScheme}`);
  await page
    .getByRole('toolbar', { name: 'Selected tags' })
    .getByRole('button', { name: 'Delete…' })
    .click();
  await expect(dialog.getByRole('button', { name: /^Untag 6 tags/ })).toBeVisible();
  await take(page, `plan-${colorScheme}`);
  await resize(page, 1024, 640);
  await take(page, `plan-narrow-${colorScheme}`);
  await resize(page, 1440, 900);
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await page
    .getByRole('toolbar', { name: 'Selected tags' })
    .getByRole('button', { name: 'Clear' })
    .click();

  await page.getByRole('button', { name: 'What this registry allows' }).click();
  await expect(dialog.getByRole('row').filter({ hasText: 'Delete by digest' })).toContainText(
    'yes',
  );
  await take(page, `capabilities-${colorScheme}`);
  await page.keyboard.press('Escape');

  await tagRow(page, '1.8.1').click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Add tag…' }).click();
  await dialog.getByRole('textbox', { name: 'Tag' }).fill('1.8.1-hotfix');
  await take(page, `name-tag-${colorScheme}`);
  await dialog.getByRole('button', { name: 'Show the plan' }).click();
  await dialog.getByRole('button', { name: 'Add 1 tag' }).click();
  await expect(dialog).toBeHidden();
  await take(page, `changed-${colorScheme}`);
  await page.getByRole('button', { name: 'Undo…' }).click();
  await dialog.getByRole('button', { name: 'Untag 1 tag' }).click();
  await expect(dialog).toBeHidden();
  await page.getByRole('button', { name: 'Changes and undo' }).click();
  await expect(dialog).toContainText('shop/api');
  await take(page, `changes-${colorScheme}`);
  await page.keyboard.press('Escape');
}

for (const colorScheme of ['dark', 'light'] as const) {
  test(`every state, ${colorScheme}`, async ({ tagboat: { page } }) => {
    test.setTimeout(300_000);
    await page.emulateMedia({ colorScheme });
    await resize(page, 1440, 900);
    await expect(page.getByRole('button', { name: /^Add registry/ }).first()).toBeVisible();
    await take(page, `first-run-${colorScheme}`);

    await page
      .getByRole('button', { name: /^Add registry/ })
      .first()
      .click();
    const dialog = page.getByRole('dialog', { name: 'Add registry' });
    await dialog.getByRole('textbox', { name: 'Address' }).fill('127.0.0.1:1');
    await dialog.getByRole('button', { name: 'Check' }).click();
    await expect(dialog).toContainText(/refused/i);
    await take(page, `add-registry-${colorScheme}`);
    await dialog.getByRole('button', { name: 'Cancel' }).click();

    await addRegistry(page, registry.host);
    await openRepository(page, 'shop/api');
    await tagRow(page, '1.8.2').click();
    await inspector(page).getByRole('button', { name: 'linux/amd64' }).first().click();
    await inspector(page).getByRole('tab', { name: 'Layers' }).click();
    await expect(inspector(page)).toContainText('npm prune');
    await expect(tagRow(page, '1.6.14')).toContainText('MB');
    await take(page, `tags-${colorScheme}`);
    await resize(page, 1024, 640);
    await take(page, `tags-narrow-${colorScheme}`);
    await resize(page, 2560, 1440);
    await take(page, `tags-wide-${colorScheme}`);
    await resize(page, 1440, 900);

    await page.keyboard.press('Control+K');
    await expect(page.getByRole('dialog')).toBeVisible();
    await page.keyboard.type('shop');
    await expect(page.getByRole('option', { name: /shop\/checkout/ })).toBeVisible();
    await take(page, `palette-${colorScheme}`);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Settings' }).click();
    await expect(page.getByRole('dialog', { name: 'Settings' })).toContainText('OS keychain');
    await take(page, `settings-${colorScheme}`);
    await page.keyboard.press('Escape');

    await takeChanges(page, colorScheme);

    await openRepository(page, longRepository);
    await expect(tagRow(page, 'hostile')).toBeVisible();
    await page.getByRole('grid').getByRole('row').nth(1).click();
    await take(page, `long-names-${colorScheme}`);

    await addRegistry(page, many.host);
    await openRepository(page, 'team/many');
    await expect(page.getByText('10,000 tags').first()).toBeVisible();
    await tagRow(page, '5.19.15').click();
    await expect(inspector(page).getByRole('heading', { name: '5.19.15' })).toBeVisible();
    await expect(tagRow(page, '5.19.12')).toContainText('amd64');
    await take(page, `many-tags-${colorScheme}`);

    await addRegistry(page, slow.host);
    await openRepository(page, 'team/empty');
    await expect(page.getByRole('main')).toContainText(/no tags/i);
    await take(page, `empty-${colorScheme}`);
    await openRepository(page, 'team/slow');
    await expect(page.getByRole('main')).toContainText('Reading tags');
    await take(page, `loading-${colorScheme}`);

    await registry.stop();
    await addRegistry(page, registry.host.replace(/\d+$/, '1'));
    await take(page, `error-${colorScheme}`);
    registry = await startDockerRegistry({ storageDir, port: registry.port });
  });
}

for (const colorScheme of ['dark', 'light'] as const) {
  test(`the local registry, ${colorScheme}`, async ({ launch }) => {
    test.setTimeout(180_000);
    const userDataDir = mkdtempSync(path.join(tmpdir(), 'tagboat-profile-'));
    const { page, close } = await launch({ userDataDir });
    const dialog = page.getByRole('dialog');
    const main = page.getByRole('main');
    await page.emulateMedia({ colorScheme });
    await resize(page, 1440, 900);
    await page.locator('[data-registry="local"]').click();
    await expect(main.getByText(/^Running since/u).first()).toBeVisible();
    await expect(page.getByRole('button', { name: 'Add sample images' })).toBeVisible();
    await take(page, `local-empty-${colorScheme}`);

    await page.getByRole('button', { name: 'Add sample images' }).click();
    const adding = main.getByRole('progressbar', { name: 'Adding sample images' });
    await expect(adding).toBeVisible();
    await expect(adding).toBeHidden({ timeout: 60_000 });
    await expect(main.getByText('samples/hello').first()).toBeVisible();
    await take(page, `local-${colorScheme}`);
    await resize(page, 1024, 640);
    await take(page, `local-narrow-${colorScheme}`);
    await resize(page, 1440, 900);

    for (const [button, name] of [
      ['Preview garbage collection', 'collect'],
      ['Use it from…', 'use-from'],
      ['Graduate…', 'graduate'],
    ] as const) {
      await main.getByRole('button', { name: button }).click();
      await expect(dialog).toBeVisible();
      await page.waitForTimeout(1500);
      await take(page, `local-${name}-${colorScheme}`);
      await page.keyboard.press('Escape');
      await expect(dialog).toBeHidden();
    }
    await close();
    rmSync(userDataDir, { recursive: true, force: true });
  });
}
