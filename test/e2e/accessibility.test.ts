import { startDockerRegistry, type DockerRegistry } from '#test/docker-registry';
import { realPart } from '#test/real-parts';
import { pushMultiPlatform, pushSampleImage } from '#test/sample-images';
import { expect, test } from './fixtures';
import { addRegistry, expectAccessible, inspector, openRepository, tagRow } from './steps';

let registry: DockerRegistry;

test.skip(realPart('docker-registry') === undefined, 'docker-registry is not installed');

test.beforeAll(async () => {
  registry = await startDockerRegistry();
  const target = { origin: registry.origin };
  await pushMultiPlatform(target, 'team/app', ['2.0', 'latest']);
  await pushSampleImage(target, 'team/web', ['1.0']);
});
test.afterAll(() => registry.stop());

for (const colorScheme of ['light', 'dark'] as const) {
  test(`axe finds nothing on any screen, ${colorScheme}`, async ({ tagboat: { page } }) => {
    test.setTimeout(240_000);
    await page.emulateMedia({ colorScheme });
    await expect(page.getByRole('button', { name: /^Add registry/ }).first()).toBeVisible();
    await expectAccessible(page);

    await test.step('the registry dialog, empty and with a failed check', async () => {
      await page
        .getByRole('button', { name: /^Add registry/ })
        .first()
        .click();
      const dialog = page.getByRole('dialog', { name: 'Add registry' });
      await expectAccessible(page);
      await dialog.getByRole('textbox', { name: 'Address' }).fill('127.0.0.1:1');
      await dialog.getByRole('button', { name: 'Check' }).click();
      await expect(dialog).toContainText(/refused/i);
      await expectAccessible(page);
      await dialog.getByRole('button', { name: 'Cancel' }).click();
    });

    await test.step('a repository, each tab of the inspector, a filter that is wrong', async () => {
      await addRegistry(page, registry.host);
      await openRepository(page, 'team/app');
      await tagRow(page, '2.0').click();
      await inspector(page).getByRole('button', { name: 'linux/amd64' }).first().click();
      for (const tab of ['Overview', 'Layers', 'Config', 'Manifest', 'Referrers']) {
        await inspector(page).getByRole('tab', { name: tab }).click();
        await expect(inspector(page).getByRole('tabpanel', { name: tab })).toBeVisible();
        await expectAccessible(page);
      }
      await page.getByRole('combobox', { name: 'Filter tags' }).fill('size:>abc');
      await expectAccessible(page);
      await page.keyboard.press('Escape');
    });

    await test.step('the palette and the settings', async () => {
      await page.keyboard.press('Control+K');
      await expect(page.getByRole('dialog')).toBeVisible();
      await expectAccessible(page);
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: 'Settings' }).click();
      await expect(page.getByRole('dialog', { name: 'Settings' })).toBeVisible();
      await expectAccessible(page);
    });
  });
}
