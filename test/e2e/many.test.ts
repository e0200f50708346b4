import { startDockerRegistry } from '#test/docker-registry';
import { realPart } from '#test/real-parts';
import { seedManyRepositories, seedManyTags } from '#test/seed';
import { expect, test } from './fixtures';
import { addRegistry, inspector, openRepository, tagRow } from './steps';

test.skip(realPart('docker-registry') === undefined, 'docker-registry is not installed');

test('10,000 tags: every one is there, few are drawn, the filter counts', async ({
  tagboat: { page },
}) => {
  test.setTimeout(300_000);
  const { storageDir, repository } = await seedManyTags();
  const registry = await startDockerRegistry({ storageDir, readOnly: true });
  try {
    await addRegistry(page, registry.host);
    await openRepository(page, repository);
    await expect(page.getByText('10,000 tags').first()).toBeVisible();
    const grid = page.getByRole('grid');
    await expect(grid).toHaveAttribute('aria-rowcount', '10001');
    expect(await grid.getByRole('row').count()).toBeLessThan(150);

    await test.step('End and Home reach both ends, and rows far down get their details', async () => {
      await grid.getByRole('row').nth(1).click();
      await page.keyboard.press('End');
      await expect(page.locator('[aria-rowindex="10001"]')).toBeVisible();
      await expect(page.locator('[aria-rowindex="10001"]')).toContainText('amd64');
      expect(await grid.getByRole('row').count()).toBeLessThan(150);
      await page.keyboard.press('Home');
      await expect(page.locator('[aria-rowindex="2"]')).toBeVisible();
    });

    await test.step('the filter leaves what it says', async () => {
      const filter = page.getByRole('combobox', { name: 'Filter tags' });
      await filter.fill('tag:build-0012*');
      await expect(grid).toHaveAttribute('aria-rowcount', '11');
      await tagRow(page, 'build-00127').click();
      await expect(inspector(page).getByRole('heading', { name: 'build-00127' })).toBeVisible();
      await filter.fill('nothing-is-called-this');
      await expect(page.getByRole('main')).toContainText(/no tag/i);
      await filter.fill('');
      await expect(grid).toHaveAttribute('aria-rowcount', '10001');
    });
  } finally {
    await registry.stop();
  }
});

test('a catalog of 5,000 repositories: all listed, and found by the filter', async ({
  tagboat: { page },
}) => {
  test.setTimeout(300_000);
  const { storageDir } = await seedManyRepositories();
  const registry = await startDockerRegistry({ storageDir, readOnly: true });
  try {
    await addRegistry(page, registry.host);
    const sidebar = page.getByRole('complementary').or(page.getByRole('navigation')).first();
    await expect(sidebar).toContainText('5,000');
    await page.getByRole('textbox', { name: 'Filter repositories' }).fill('service-04321');
    const found = page.getByRole('treeitem', { name: /service-04321/ });
    await expect(found).toBeVisible();
    await found.click();
    await expect(page.getByRole('heading', { level: 1, name: /service-04321$/ })).toBeVisible();
    await expect(tagRow(page, '1.0')).toBeVisible();
  } finally {
    await registry.stop();
  }
});
