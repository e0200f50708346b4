import { startDockerRegistry, type DockerRegistry } from '#test/docker-registry';
import type { Locator } from '@playwright/test';
import { realPart } from '#test/real-parts';
import { pushMultiPlatform, pushReferrer, pushSampleImage } from '#test/sample-images';
import { expect, test } from './fixtures';
import { clipboardText, inspector, pressUntilFocused, tagRow } from './steps';

const login = { user: 'dev', password: 'secret' };
let registry: DockerRegistry;

test.skip(realPart('docker-registry') === undefined, 'docker-registry is not installed');

test.beforeAll(async () => {
  registry = await startDockerRegistry({ htpasswd: { [login.user]: login.password } });
  const basic = Buffer.from(`${login.user}:${login.password}`).toString('base64');
  const target = { origin: registry.origin, authorization: `Basic ${basic}` };
  await pushMultiPlatform(target, 'team/app', ['2.0', 'latest']);
  const image = await pushSampleImage(target, 'team/app', ['1.9']);
  await pushReferrer(target, 'team/app', image);
});
test.afterAll(() => registry.stop());

test('add a registry, browse, inspect and copy with the keyboard alone', async ({ launch }) => {
  const { app, page, close } = await launch();
  const { keyboard } = page;
  const type = async (text: string) => keyboard.type(text);

  await test.step('the palette opens the dialog', async () => {
    await expect(page.getByRole('button', { name: /^Add registry/ }).first()).toBeVisible();
    await keyboard.press('Control+K');
    await expect(page.getByRole('dialog')).toBeVisible();
    await type('add registry');
    await keyboard.press('Enter');
    await expect(page.getByRole('dialog', { name: 'Add registry' })).toBeVisible();
  });

  await test.step('the dialog is filled in with Tab, Space and Enter', async () => {
    await expect(page.getByRole('textbox', { name: 'Address' })).toBeFocused();
    await type(registry.host);
    await keyboard.press('Tab');
    await keyboard.press('Tab');
    await keyboard.press('ArrowDown');
    await expect(page.getByRole('radio', { name: 'User name and password' })).toBeChecked();
    await keyboard.press('Tab');
    await type(login.user);
    await keyboard.press('Tab');
    await type(login.password);
    await keyboard.press('Enter');
    await expect(page.getByRole('dialog')).toBeHidden();
    await expect(page.getByRole('button', { name: /Connected as dev/ })).toBeVisible();
  });

  await test.step('the palette jumps to a repository', async () => {
    await keyboard.press('Control+K');
    await expect(page.getByRole('dialog')).toBeVisible();
    await type('team/app');
    await keyboard.press('Enter');
    await expect(page.getByRole('heading', { level: 1, name: 'team/app' })).toBeVisible();
  });

  await test.step('arrows move through the tags, and the inspector follows', async () => {
    const grid = page.getByRole('grid');
    await expect(grid.getByRole('row')).toHaveCount(4);
    await pressUntilFocused(page, 'Tab', tagRow(page, '2.0'));
    await keyboard.press('ArrowDown');
    await keyboard.press('Enter');
    await expect(inspector(page).getByRole('heading', { name: '1.9' })).toBeVisible();
    await keyboard.press('Space');
    await keyboard.press('Shift+ArrowDown');
    await expect(page.getByText(/2 selected/)).toBeVisible();
    await keyboard.press('Escape');
    await expect(page.getByText(/2 selected/)).toBeHidden();
  });

  await test.step('the filter is one key away', async () => {
    await keyboard.press('/');
    await expect(page.getByRole('combobox', { name: 'Filter tags' })).toBeFocused();
    await type('tag:2*');
    await expect(page.getByRole('grid').getByRole('row')).toHaveCount(2);
    await keyboard.press('Escape');
  });

  const rowOfTabOrder = page.getByRole('row').and(page.locator('[tabindex="0"]'));
  const tab = (name: string) => inspector(page).getByRole('tab', { name });
  const toTab = async (name: string) => {
    await pressUntilFocused(page, 'Tab', inspector(page).getByRole('tab', { selected: true }));
    await pressUntilFocused(page, 'ArrowRight', tab(name));
    await expect(tab(name)).toHaveAttribute('aria-selected', 'true');
  };
  const press = async (key: string, wanted: Locator) => {
    await pressUntilFocused(page, key, wanted);
    await keyboard.press('Enter');
  };

  await test.step('F6 leads to the inspector, arrows through its tabs, Tab to a child', async () => {
    await pressUntilFocused(page, 'Tab', rowOfTabOrder);
    await keyboard.press('Home');
    await expect(tagRow(page, '2.0')).toBeFocused();
    await keyboard.press('Enter');
    await expect(inspector(page).getByRole('heading', { name: '2.0' })).toBeVisible();
    await pressUntilFocused(page, 'F6', tab('Overview'));
    await press('Shift+Tab', inspector(page).getByRole('button', { name: 'linux/arm64' }).first());
    await toTab('Layers');
    await expect(inspector(page)).toContainText('make install');
  });

  await test.step('an attestation is opened', async () => {
    await press('Shift+Tab', inspector(page).getByRole('button', { name: 'index', exact: true }));
    await toTab('Referrers');
    await press('Tab', inspector(page).getByRole('button', { name: /about linux\/amd64/ }));
    await toTab('Overview');
    await expect(inspector(page)).toContainText(/SLSA|slsa\.dev/);
  });

  await test.step('a referrer is opened', async () => {
    await pressUntilFocused(page, 'F6', rowOfTabOrder);
    await pressUntilFocused(page, 'ArrowDown', tagRow(page, '1.9'));
    await keyboard.press('Enter');
    await expect(inspector(page).getByRole('heading', { name: '1.9' })).toBeVisible();
    await pressUntilFocused(page, 'F6', inspector(page).getByRole('tab', { selected: true }));
    await toTab('Referrers');
    await press('Tab', inspector(page).getByRole('button', { name: /application\/spdx\+json/ }));
    await toTab('Files');
    await expect(inspector(page)).toContainText('sbom.spdx.json');
  });

  await test.step('the pull command is copied', async () => {
    await pressUntilFocused(page, 'F6', tagRow(page, '1.9'));
    const copy = page.getByRole('main').getByRole('button', { name: 'Copy pull command' });
    await press('Shift+Tab', copy);
    await expect.poll(() => clipboardText(app)).toBe(`docker pull ${registry.host}/team/app:1.9`);
  });

  await close();
  await test.step('after a restart the selection is there, one key away', async () => {
    const again = await launch();
    await expect(inspector(again.page)).toContainText('sbom.spdx.json');
    await pressUntilFocused(again.page, 'F6', tagRow(again.page, '1.9'));
  });
});
