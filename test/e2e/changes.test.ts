import type { Locator, Page } from '@playwright/test';
import { startDockerRegistry, type DockerRegistry } from '#test/docker-registry';
import { pushManifest } from '#test/push-content';
import { realPart } from '#test/real-parts';
import { pushMultiPlatform, pushSampleImage } from '#test/sample-images';
import { pulledDigest } from '#test/skopeo';
import { expect, test } from './fixtures';
import { addRegistry, expectPlainWords, openRepository, tagRow } from './steps';

let registry: DockerRegistry;
let fixed: DockerRegistry;

test.skip(
  realPart('docker-registry') === undefined || realPart('skopeo') === undefined,
  'docker-registry or skopeo is not installed',
);

test.beforeAll(async () => {
  registry = await startDockerRegistry();
  fixed = await startDockerRegistry({ deleteEnabled: false });
  await pushSampleImage(fixed, 'team/fixed', ['1.0', '1.1']);
});
test.afterAll(async () => {
  await registry.stop();
  await fixed.stop();
});

const dialogOf = (page: Page): Locator => page.getByRole('dialog');

/** The row's menu, and what is chosen from it. */
async function choose(page: Page, tag: string, item: string): Promise<void> {
  await tagRow(page, tag).click({ button: 'right' });
  await page.getByRole('menu').getByRole('menuitem', { name: item }).click();
}

/** Presses the plan's button and waits until the dialog has done its work and gone. */
async function go(page: Page, action: string): Promise<void> {
  const dialog = dialogOf(page);
  await dialog.getByRole('button', { name: action, exact: true }).click();
  await expect(dialog).toBeHidden();
}

async function undoLast(page: Page, action: string): Promise<void> {
  await page
    .getByRole('region', { name: 'The last change' })
    .getByRole('button', { name: 'Undo…' })
    .click();
  await expect(dialogOf(page)).toBeVisible();
  await go(page, action);
}

test('adds a tag, moves it, and undoes both', async ({ tagboat: { page } }) => {
  const repository = 'team/tags';
  const one = await pushSampleImage(registry, repository, ['1.0'], { labels: { n: 'one' } });
  const two = await pushSampleImage(registry, repository, ['2.0'], { labels: { n: 'two' } });
  const pull = (tag: string) => pulledDigest(`${registry.host}/${repository}:${tag}`);
  await addRegistry(page, registry.host);
  await openRepository(page, repository);

  await test.step('one more name', async () => {
    await choose(page, '1.0', 'Add tag…');
    await dialogOf(page).getByRole('textbox', { name: 'Tag' }).fill('release');
    await dialogOf(page).getByRole('button', { name: 'Show the plan' }).click();
    await go(page, 'Add 1 tag');
    await expect(tagRow(page, 'release')).toBeVisible();
    expect(await pull('release')).toBe(one.digest);
  });

  await test.step('the same name on another image: it says that it moves', async () => {
    await choose(page, '2.0', 'Add tag…');
    await dialogOf(page).getByRole('textbox', { name: 'Tag' }).fill('release');
    await expect(dialogOf(page).getByText('Nothing is deleted.')).toBeVisible();
    await dialogOf(page).getByRole('button', { name: 'Show the plan to move' }).click();
    await go(page, 'Move 1 tag');
    expect(await pull('release')).toBe(two.digest);
    await undoLast(page, 'Move back 1 tag');
    expect(await pull('release')).toBe(one.digest);
  });

  await test.step('a new name for an old one', async () => {
    await choose(page, 'release', 'Rename tag…');
    await dialogOf(page).getByRole('textbox', { name: 'New name' }).fill('stable-1');
    await dialogOf(page).getByRole('button', { name: 'Show the plan to rename' }).click();
    const plan = dialogOf(page);
    await plan.getByRole('button', { name: /^Add 1 tag, untag 1 tag$/ }).click();
    await expect(plan).toBeHidden();
    expect(await pull('stable-1')).toBe(one.digest);
    expect(await pull('release')).toBeUndefined();
    expect(await pull('1.0')).toBe(one.digest);
  });
  await expectPlainWords(page);
});

test('traps 1, 13: deletes one of two tags on a digest; the other still pulls; undo brings it back', async ({
  tagboat: { page },
}) => {
  const repository = 'team/shared';
  const image = await pushSampleImage(registry, repository, ['1.0', 'also']);
  const pull = (tag: string) => pulledDigest(`${registry.host}/${repository}:${tag}`);
  await addRegistry(page, registry.host);
  await openRepository(page, repository);
  await choose(page, '1.0', 'Delete…');
  const plan = dialogOf(page);
  await expect(plan.getByRole('table').or(plan.getByRole('grid')).first()).toContainText('also');
  await go(page, 'Untag 1 tag');
  await expect(tagRow(page, '1.0')).toBeHidden();
  expect(await pull('1.0')).toBeUndefined();
  expect(await pull('also')).toBe(image.digest);
  await undoLast(page, 'Put back 1 tag');
  await expect(tagRow(page, '1.0')).toBeVisible();
  expect(await pull('1.0')).toBe(image.digest);
});

test('trap 7: deletes an index; the child that has a tag of its own survives; undo brings all of it back', async ({
  tagboat: { page },
}) => {
  const repository = 'team/index';
  const index = await pushMultiPlatform(registry, repository, ['multi'], 'index');
  const [child = ''] = index.children;
  const manifest = await fetch(`${registry.origin}/v2/${repository}/manifests/${child}`, {
    headers: { accept: 'application/vnd.oci.image.manifest.v1+json' },
  });
  const content = (await manifest.json()) as Parameters<typeof pushManifest>[3];
  await pushManifest(registry, repository, 'amd64-only', content);
  const pull = (reference: string) => pulledDigest(`${registry.host}/${repository}${reference}`);
  expect(await pull(':amd64-only')).toBe(child);

  await addRegistry(page, registry.host);
  await openRepository(page, repository);
  await choose(page, 'multi', 'Delete…');
  await go(page, 'Untag 1 tag, delete 1 image');
  await expect(tagRow(page, 'multi')).toBeHidden();
  expect(await pull(':multi')).toBeUndefined();
  expect(await pull(`@${index.digest}`)).toBeUndefined();
  expect(await pull(`@${index.children[1] ?? ''}`)).toBeUndefined();
  expect(await pull(':amd64-only')).toBe(child);

  await page
    .getByRole('region', { name: 'The last change' })
    .getByRole('button', { name: 'Undo…' })
    .click();
  const undo = dialogOf(page);
  await undo.getByRole('button', { name: /^Bring back \d+ images, put back 1 tag$/ }).click();
  await expect(undo).toBeHidden();
  expect(await pull(':multi')).toBe(index.digest);
});

test('trap 2: with deletion off, the plan and the card say which setting would allow it', async ({
  tagboat: { page },
}) => {
  await addRegistry(page, fixed.host);
  await openRepository(page, 'team/fixed');
  await choose(page, '1.0', 'Delete…');
  const plan = dialogOf(page);
  await expect(plan.getByText('storage.delete.enabled').first()).toBeVisible();
  await expect(plan.getByRole('button', { name: /^(Untag|Delete) / })).toHaveAttribute(
    'aria-disabled',
    'true',
  );
  await page.keyboard.press('Escape');
  await expect(plan).toBeHidden();
  await page.keyboard.press('Control+K');
  await page.keyboard.type('what this registry allows');
  await page.keyboard.press('Enter');
  const card = dialogOf(page);
  const line = card.getByRole('row').filter({ hasText: 'Delete by digest' });
  await expect(line).toContainText('storage.delete.enabled');
  await expect(line.getByRole('cell', { name: 'no', exact: true })).toBeVisible();
  await expectPlainWords(page);
  expect(await pulledDigest(`${fixed.host}/team/fixed:1.0`)).toMatch(/^sha256:/u);
});

/** Presses a key, as a person does, until what they want has the focus. */
async function pressUntilFocused(page: Page, key: string, wanted: Locator): Promise<void> {
  await wanted.waitFor();
  for (let presses = 0; presses < 40; presses += 1) {
    if (await wanted.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press(key);
  }
  throw new Error(`${key} does not lead to ${String(wanted)}`);
}

/** Presses the plan's button with nothing but keys. */
async function goByKeys(page: Page, action: string | RegExp): Promise<void> {
  const plan = dialogOf(page);
  await pressUntilFocused(page, 'Tab', plan.getByRole('button', { name: action }));
  await page.keyboard.press('Enter');
  await expect(plan).toBeHidden();
}

async function choosePalette(page: Page, text: string): Promise<void> {
  await page.keyboard.press('Control+K');
  await page.keyboard.type(text);
  await expect(page.getByRole('option', { name: new RegExp(text, 'i') }).first()).toBeVisible();
  await page.keyboard.press('Enter');
}

/** Leads to a row of the table: F6 to the table, arrows to the row. */
async function toRow(page: Page, tag: string): Promise<void> {
  await pressUntilFocused(page, 'F6', page.locator('tr[data-lead][tabindex="0"]'));
  await page.keyboard.press('Home');
  await pressUntilFocused(page, 'ArrowDown', tagRow(page, tag));
}

test('the same with the keyboard alone, after a restart', async ({ launch }) => {
  test.setTimeout(180_000);
  const repository = 'team/keys';
  const image = await pushSampleImage(registry, repository, ['1.0', '1.1', 'v9']);
  const other = await pushSampleImage(registry, repository, ['2.0'], { labels: { n: 'other' } });
  const index = await pushMultiPlatform(registry, repository, ['multi'], 'keys');
  const pull = (tag: string) => pulledDigest(`${registry.host}/${repository}:${tag}`);
  const first = await launch();
  await addRegistry(first.page, fixed.host);
  await openRepository(first.page, 'team/fixed');
  await test.step('with deletion off, the card says why', async () => {
    await choosePalette(first.page, 'what this registry allows');
    const card = dialogOf(first.page);
    await expect(card.getByRole('row').filter({ hasText: 'Delete by digest' })).toContainText(
      'storage.delete.enabled',
    );
    await first.page.keyboard.press('Escape');
    await expect(card).toBeHidden();
  });
  await addRegistry(first.page, registry.host);
  await openRepository(first.page, repository);
  await first.close();

  const { page } = await launch();
  const { keyboard } = page;
  await expect(page.getByRole('heading', { level: 1, name: repository })).toBeVisible();
  await tagRow(page, '1.1').waitFor();

  await test.step('T adds a tag, and moves one that is taken', async () => {
    await toRow(page, '1.0');
    await expect(tagRow(page, '1.0')).toContainText('amd64');
    await keyboard.press('t');
    await expect(dialogOf(page).getByRole('textbox', { name: 'Tag' })).toBeFocused();
    await keyboard.type('release');
    await keyboard.press('Enter');
    await goByKeys(page, 'Add 1 tag');
    expect(await pull('release')).toBe(image.digest);
    await toRow(page, '2.0');
    await keyboard.press('t');
    await expect(dialogOf(page).getByRole('textbox', { name: 'Tag' })).toBeFocused();
    await keyboard.type('release');
    await expect(dialogOf(page).getByText('Nothing is deleted.')).toBeVisible();
    await keyboard.press('Enter');
    await goByKeys(page, 'Move 1 tag');
    expect(await pull('release')).toBe(other.digest);
    await choosePalette(page, 'undo the last change');
    await goByKeys(page, 'Move back 1 tag');
    expect(await pull('release')).toBe(image.digest);
  });

  await test.step('Delete on a protected tag wants a tick of its own; the others still pull', async () => {
    await toRow(page, 'v9');
    await keyboard.press('Delete');
    const tick = dialogOf(page).getByRole('checkbox', { name: /v9/ });
    await pressUntilFocused(page, 'Tab', tick);
    await keyboard.press('Space');
    await expect(tick).toBeChecked();
    await goByKeys(page, 'Untag 1 tag');
    expect(await pull('v9')).toBeUndefined();
    expect(await pull('1.1')).toBe(image.digest);
    await choosePalette(page, 'undo the last change');
    await goByKeys(page, 'Put back 1 tag');
    expect(await pull('v9')).toBe(image.digest);
  });

  await test.step('an index is deleted and comes back', async () => {
    await toRow(page, 'multi');
    await keyboard.press('Delete');
    await goByKeys(page, 'Untag 1 tag, delete 1 image');
    expect(await pull('multi')).toBeUndefined();
    await choosePalette(page, 'undo the last change');
    await goByKeys(page, /^Bring back \d+ images, put back 1 tag$/);
    expect(await pull('multi')).toBe(index.digest);
  });
});
