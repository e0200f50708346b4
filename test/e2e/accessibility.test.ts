import { startDockerRegistry, type DockerRegistry } from '#test/docker-registry';
import { soundScript, stall } from '#test/faulty-registry';
import { realPart } from '#test/real-parts';
import { pushMultiPlatform, pushSampleImage } from '#test/sample-images';
import { startScriptedRegistry } from '#test/scripted-registry';
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

for (const colorScheme of ['light', 'dark'] as const) {
  test(`axe finds nothing in menus, selections and attestations, ${colorScheme}`, async ({
    tagboat: { page },
  }) => {
    test.setTimeout(240_000);
    await page.emulateMedia({ colorScheme });
    await addRegistry(page, registry.host);
    await expect(page.getByRole('heading', { level: 1, name: registry.host })).toBeVisible();
    await expectAccessible(page);

    await openRepository(page, 'team/app');
    await test.step('ticked rows, a grouped table, the menus of columns and of a row', async () => {
      await page.getByRole('checkbox', { name: 'Select 2.0', exact: true }).click();
      await expect(page.getByRole('toolbar', { name: 'Selected tags' })).toBeVisible();
      await expectAccessible(page);
      await page.getByRole('button', { name: 'Group by image' }).click();
      await expectAccessible(page);
      await page.getByRole('button', { name: 'Group by image' }).click();
      await page.getByRole('button', { name: 'Columns' }).click();
      const columns = page.getByRole('menu', { name: 'Columns' });
      await expect(columns).toBeVisible();
      await expectAccessible(page);
      await page.keyboard.press('Escape');
      // It fades out; two menus at once are no state to look at.
      await expect(columns).toBeHidden();
      await tagRow(page, '2.0').click({ button: 'right' });
      const ofRow = page.getByRole('menu', { name: 'Tag 2.0' });
      await expect(ofRow).toBeVisible();
      await expectAccessible(page);
      await page.keyboard.press('Escape');
      await expect(ofRow).toBeHidden();
    });

    await test.step('a name, a plan, the card and the journal', async () => {
      const dialog = page.getByRole('dialog');
      await tagRow(page, '2.0').click({ button: 'right' });
      await page.getByRole('menuitem', { name: 'Add tag…' }).click();
      await dialog.getByRole('textbox', { name: 'Tag' }).fill('more');
      await expectAccessible(page);
      await dialog.getByRole('button', { name: 'Show the plan' }).click();
      await expect(dialog.getByRole('button', { name: 'Add 1 tag' })).toBeVisible();
      await expectAccessible(page);
      await page.keyboard.press('Escape');
      await expect(dialog).toBeHidden();
      await page
        .getByRole('toolbar', { name: 'Selected tags' })
        .getByRole('button', { name: 'Delete…' })
        .click();
      await expect(dialog.getByRole('button', { name: /^Untag 1 tag/ })).toBeVisible();
      await expectAccessible(page);
      await page.keyboard.press('Escape');
      await expect(dialog).toBeHidden();
      await page.getByRole('button', { name: 'What this registry allows' }).click();
      await expect(dialog).toContainText('Asked just now');
      await expectAccessible(page);
      await page.keyboard.press('Escape');
      await expect(dialog).toBeHidden();
      await page.getByRole('button', { name: 'Changes and undo' }).click();
      await expect(dialog).toBeVisible();
      await expectAccessible(page);
      await page.keyboard.press('Escape');
      await expect(dialog).toBeHidden();
    });

    await test.step('an attestation and the text of a statement', async () => {
      await tagRow(page, '2.0').click();
      await inspector(page).getByRole('tab', { name: 'Referrers' }).click();
      await inspector(page)
        .getByRole('button', { name: /about linux\/amd64/ })
        .click();
      await inspector(page).getByRole('tab', { name: 'Overview' }).click();
      await expect(inspector(page)).toContainText('Statements');
      await expectAccessible(page);
      await inspector(page)
        .getByRole('button', { name: /SPDX|spdx/ })
        .click();
      await expect(inspector(page)).toContainText('libexample');
      await expectAccessible(page);
    });

    await test.step('the palette with finds and without', async () => {
      await page.keyboard.press('Control+K');
      await expect(page.getByRole('dialog')).toBeVisible();
      await page.keyboard.type('team');
      await expectAccessible(page);
      await page.keyboard.type('/nothing-like-that');
      await expectAccessible(page);
      await page.keyboard.press('Escape');
    });

    await test.step('the dialogs of a registry', async () => {
      const row = page.getByRole('button', { name: new RegExp(`${registry.host}.*Connected`) });
      for (const name of [/Edit/, /Add.* by name/, /Remove/]) {
        await row.click({ button: 'right' });
        await page.getByRole('menuitem', { name }).click();
        await expect(page.getByRole('dialog')).toBeVisible();
        const more = page.getByText('Certificates and plain HTTP');
        if ((await more.count()) > 0) await more.click();
        await expectAccessible(page);
        await page.keyboard.press('Escape');
        await expect(page.getByRole('dialog')).toBeHidden();
      }
    });
  });

  test(`axe finds nothing where something is missing or wrong, ${colorScheme}`, async ({
    tagboat: { page },
  }) => {
    test.setTimeout(240_000);
    await page.emulateMedia({ colorScheme });
    const faulty = await startScriptedRegistry({
      ...soundScript,
      '/v2/_catalog': { body: { repositories: ['empty', 'failing', 'hollow', 'slow'] } },
      '/v2/empty/tags/list': { body: { name: 'empty', tags: null } },
      '/v2/failing/tags/list': { status: 500, body: 'no' },
      '/v2/hollow/tags/list': { body: { name: 'hollow', tags: ['1.0'] } },
      '/v2/slow/tags/list': stall,
    });
    try {
      await test.step('a repository without tags, one that fails, one that takes its time', async () => {
        await addRegistry(page, faulty.host);
        for (const [name, words] of [
          ['empty', /no tags/i],
          ['failing', /Try again/],
          ['slow', /Reading tags/],
        ] as const) {
          await openRepository(page, name);
          await expect(page.getByRole('main')).toContainText(words, { timeout: 20_000 });
          await expectAccessible(page);
        }
      });
      await test.step('an image that cannot be read, in the table and beside it', async () => {
        await openRepository(page, 'hollow');
        await tagRow(page, '1.0').click();
        await expect(inspector(page).getByRole('alert')).toBeVisible();
        await expectAccessible(page);
      });
      await test.step('a registry that is gone', async () => {
        await addRegistry(page, '127.0.0.1:1');
        await expect(page.getByRole('main').getByRole('alert')).toBeVisible();
        await expectAccessible(page);
      });
    } finally {
      await faulty.close();
    }
  });
}
