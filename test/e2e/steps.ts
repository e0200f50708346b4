import { AxeBuilder } from '@axe-core/playwright';
import { expect, type ElectronApplication, type Locator, type Page } from '@playwright/test';

/** What a person does to get a registry into the list. */
export async function addRegistry(
  page: Page,
  address: string,
  login?: { user: string; password: string },
): Promise<void> {
  await page
    .getByRole('button', { name: /^Add registry/ })
    .first()
    .click();
  const dialog = page.getByRole('dialog', { name: 'Add registry' });
  await dialog.getByRole('textbox', { name: 'Address' }).fill(address);
  if (login) {
    await dialog.getByRole('radio', { name: 'User name and password' }).click();
    await dialog.getByRole('textbox', { name: 'User name' }).fill(login.user);
    await dialog.getByLabel('Password or token').fill(login.password);
  }
  await dialog.getByRole('button', { name: 'Add registry' }).click();
  await expect(dialog).toBeHidden();
}

/** A namespace with one child is shown as one line; otherwise it is opened first. */
export async function openRepository(page: Page, name: string): Promise<void> {
  const base = name.slice(name.lastIndexOf('/') + 1);
  const namespace = name.slice(0, Math.max(0, name.lastIndexOf('/')));
  const folder = page.getByRole('treeitem', { name: new RegExp(`^${namespace}, `) });
  const line = page.getByRole('treeitem', { name, exact: true });
  await expect(line.or(folder).first()).toBeVisible();
  if (await line.isVisible()) {
    await line.click();
  } else {
    if ((await folder.getAttribute('aria-expanded')) === 'false') await folder.click();
    await page.getByRole('treeitem', { name: base, exact: true }).click();
  }
  await expect(page.getByRole('heading', { level: 1, name })).toBeVisible();
}

export const tagRow = (page: Page, tag: string) =>
  page
    .getByRole('row')
    .filter({ has: page.getByRole('checkbox', { name: `Select ${tag}`, exact: true }) });

export const inspector = (page: Page) => page.getByRole('complementary', { name: 'Image' });

/** What was put on the clipboard by main. */
export const clipboardText = (app: ElectronApplication): Promise<string> =>
  app.evaluate(({ clipboard }) => clipboard.readText());

/** Electron has no way to open the blank page that axe's newer mode wants, hence the older one. */
export async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze();
  const found = violations.map(({ id, nodes }) => ({
    id,
    where: nodes.map(
      ({ target, failureSummary }) => `${target.join(' ')}: ${failureSummary ?? ''}`,
    ),
  }));
  expect(found).toEqual([]);
}

/** No screen may show any of these, whatever went wrong. */
export async function expectPlainWords(page: Page): Promise<void> {
  const text = await page.locator('body').innerText();
  expect(text).not.toMatch(/\bundefined\b|\[object|\bNaN\b|\bat .+:\d+:\d+|\{"|Error:/);
}

/** Presses a key, as a person does, until what they want has the focus. */
export async function pressUntilFocused(page: Page, key: string, wanted: Locator): Promise<void> {
  const isFocused = () => wanted.evaluate((element) => element === document.activeElement);
  await wanted.waitFor();
  for (let presses = 0; presses < 60; presses += 1) {
    if (await isFocused()) return;
    await page.keyboard.press(key);
  }
  throw new Error(`${key} does not lead to ${String(wanted)}`);
}
