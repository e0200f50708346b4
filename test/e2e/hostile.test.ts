import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Page } from '@playwright/test';
import { startDockerRegistry, type DockerRegistry } from '#test/docker-registry';
import { gallery } from '#test/gallery';
import { longRepository, longTag } from '#test/hostile-text';
import { realPart } from '#test/real-parts';
import { seedContent } from '#test/seed';
import { expect, test } from './fixtures';
import { addRegistry, expectPlainWords, inspector, openRepository, tagRow } from './steps';

let storageDir: string;
let registry: DockerRegistry;

test.skip(realPart('docker-registry') === undefined, 'docker-registry is not installed');

test.beforeAll(async () => {
  storageDir = await mkdtemp(path.join(tmpdir(), 'tagboat-hostile-'));
  for (const [repository, content] of Object.entries(gallery())) {
    seedContent(storageDir, repository, content);
  }
  registry = await startDockerRegistry({ storageDir });
});
test.afterAll(async () => {
  await registry.stop();
  await rm(storageDir, { recursive: true, force: true });
});

/** Control characters (other than line breaks and tabs) and marks that turn the direction of text. */
const unseen = /(?![\n\t])[\p{Cc}\p{Bidi_Control}]/u;

async function expectOnlyText(page: Page): Promise<void> {
  expect(await page.locator('body').innerText()).not.toMatch(unseen);
  expect(await page.locator('img[src="x"], script:not([src])').count()).toBe(0);
  expect(await page.title()).toBe('Tagboat');
}

test('labels, annotations and history that are markup or control characters are text in every tab', async ({
  tagboat: { page },
}) => {
  await addRegistry(page, registry.host);
  await openRepository(page, 'odd/hostile');
  await tagRow(page, 'hostile').click();
  for (const tab of ['Overview', 'Layers', 'Config', 'Referrers', 'Manifest']) {
    await inspector(page).getByRole('tab', { name: tab }).click();
    await expect(inspector(page).getByRole('tabpanel', { name: tab })).toBeVisible();
    await expectOnlyText(page);
  }
  await inspector(page).getByRole('tab', { name: 'Config' }).click();
  await expect(inspector(page)).toContainText('<script>');
  await expect(inspector(page)).toContainText('$(touch /tmp/owned)');
});

test('a tag of 128 characters and a repository of 255 fit into the window', async ({
  tagboat: { app, page },
}) => {
  await addRegistry(page, registry.host);
  await openRepository(page, longRepository);
  await tagRow(page, '1.0').click();
  await expect(inspector(page).getByRole('heading', { name: '1.0' })).toBeVisible();
  await openRepository(page, 'odd/hostile');
  await tagRow(page, longTag).click();
  await expect(inspector(page)).toContainText(longTag);
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(overflow).toBe(0);
  await page.getByRole('main').getByRole('button', { name: 'Copy pull command' }).click();
  await expect
    .poll(() => app.evaluate(({ clipboard }) => clipboard.readText()))
    .toBe(`docker pull ${registry.host}/odd/hostile:${longTag}`);
});

test('traps 18, 36, 37, 38, 39: odd indexes, layers, histories and dates have their row and their words', async ({
  tagboat: { page },
}) => {
  await addRegistry(page, registry.host);
  await openRepository(page, 'odd/images');
  for (const tag of ['epoch', 'no-date']) {
    await expect(tagRow(page, tag)).toContainText(/not recorded/i);
    await expect(tagRow(page, tag)).not.toContainText(/years ago/);
  }
  for (const [tag, words] of [
    ['zstd', /zstd/i],
    ['foreign', /foreign|elsewhere|not in the registry/i],
    ['mismatched', /line up|do not match/i],
  ] as const) {
    await tagRow(page, tag).click();
    await expect(inspector(page).getByRole('heading', { name: tag })).toBeVisible();
    await inspector(page).getByRole('tab', { name: 'Layers' }).click();
    await expect(inspector(page).getByRole('tabpanel', { name: 'Layers' })).toContainText(words);
    await expectPlainWords(page);
  }
  await openRepository(page, 'odd/indexes');
  for (const tag of ['nested', 'sparse', 'hollow', 'empty']) {
    await tagRow(page, tag).click();
    await expect(inspector(page).getByRole('heading', { name: tag })).toBeVisible();
    await expectPlainWords(page);
  }
});

test('trap 42: an unknown artifact is named, and offers no docker pull', async ({
  tagboat: { page },
}) => {
  await addRegistry(page, registry.host);
  await openRepository(page, 'charts/shop');
  await tagRow(page, 'weather').click();
  await expect(inspector(page).getByRole('heading', { name: 'weather' })).toBeVisible();
  await expect(page.getByRole('main')).not.toContainText('docker pull');
});
