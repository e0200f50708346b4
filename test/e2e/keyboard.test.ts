import { startDockerRegistry, type DockerRegistry } from '#test/docker-registry';
import { realPart } from '#test/real-parts';
import { pushMultiPlatform, pushSampleImage } from '#test/sample-images';
import { expect, test } from './fixtures';
import { clipboardText, inspector } from './steps';

const login = { user: 'dev', password: 'secret' };
let registry: DockerRegistry;

test.skip(realPart('docker-registry') === undefined, 'docker-registry is not installed');

test.beforeAll(async () => {
  registry = await startDockerRegistry({ htpasswd: { [login.user]: login.password } });
  const basic = Buffer.from(`${login.user}:${login.password}`).toString('base64');
  const target = { origin: registry.origin, authorization: `Basic ${basic}` };
  await pushMultiPlatform(target, 'team/app', ['2.0', 'latest']);
  await pushSampleImage(target, 'team/app', ['1.9']);
});
test.afterAll(() => registry.stop());

test('add a registry, browse, inspect and copy with the keyboard alone', async ({
  tagboat: { app, page },
}) => {
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
    await grid.getByRole('row').nth(1).focus();
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

  await test.step('regions are cycled with F6, tabs with arrows', async () => {
    await inspector(page).getByRole('tab', { name: 'Overview' }).focus();
    await keyboard.press('ArrowRight');
    await expect(inspector(page).getByRole('tab', { name: 'Layers' })).toHaveAttribute(
      'aria-selected',
      'true',
    );
  });

  await test.step('the pull command is copied', async () => {
    const copy = page.getByRole('main').getByRole('button', { name: 'Copy pull command' });
    await copy.focus();
    await keyboard.press('Enter');
    await expect.poll(() => clipboardText(app)).toContain(`docker pull ${registry.host}/team/app:`);
  });
});
