import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import type { ElectronApplication, Locator, Page } from '@playwright/test';
import { freePort } from '#test/docker-registry';
import { startUnit, stopUnit } from '#test/graduated-unit';
import { openPodman } from '#test/podman';
import { realPart, type RealPart } from '#test/real-parts';
import { pulledDigest } from '#test/skopeo';
import { expect, test } from './fixtures';
import {
  expectAccessible,
  expectPlainWords,
  inspector,
  openRepository,
  pressUntilFocused,
  tagRow,
  clipboardText,
} from './steps';

const run = promisify(execFile);
const isRoot = process.getuid?.() === 0;

const needed: readonly RealPart[] = ['skopeo', 'podman', 'umoci'];

// A store of podman's own and a disk of its own are root's to make; a part that is not there is counted and named.
test.skip(
  needed.some((part) => realPart(part) === undefined) || !isRoot,
  'skopeo, podman or umoci is not installed, or this is not root',
);

const middle = (page: Page): Locator => page.getByRole('main');
const dialogOf = (page: Page): Locator => page.getByRole('dialog');

/** Goes to the page of the local registry and gives its address once it runs. */
async function openLocal(page: Page): Promise<string> {
  await page.locator('[data-registry="local"]').click();
  await expect(page.getByRole('heading', { level: 1, name: 'Local registry' })).toBeVisible();
  await expect(
    middle(page)
      .getByText(/^Running since/u)
      .first(),
  ).toBeVisible();
  return middle(page)
    .locator('code')
    .filter({ hasText: /^127\.0\.0\.1:\d+$/u })
    .first()
    .innerText();
}

/** What the next file dialog of main answers. */
const chooseNext = (app: ElectronApplication, chosen: string): Promise<void> =>
  app.evaluate(({ dialog }, filePath) => {
    dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [filePath] });
  }, chosen);

const localPid = (app: ElectronApplication): Promise<number | undefined> =>
  app.evaluate(
    ({ app: electron }) =>
      electron
        .getAppMetrics()
        .find(({ serviceName, name }) => `${serviceName} ${name}`.includes('local registry'))?.pid,
  );

async function addSamples(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Add sample images' }).click();
  const adding = middle(page).getByRole('progressbar', { name: 'Adding sample images' });
  await expect(adding).toBeVisible();
  await expect(adding).toBeHidden({ timeout: 30_000 });
  await expect(page.getByText(/^4 repositories, \d+ tags$/u)).toBeVisible();
}

test('a fresh profile has something real to browse, and what is deleted gives its bytes back', async ({
  tagboat: { page },
}) => {
  const podman = await openPodman();
  try {
    const host = await openLocal(page);
    await expectAccessible(page);
    await addSamples(page);
    await expectPlainWords(page);
    await expectAccessible(page);

    await test.step('a push from outside shows up, and the toast leads to it', async () => {
      await podman.run('pull', '--tls-verify=false', `${host}/samples/legacy:2025.11`);
      await podman.run('tag', `${host}/samples/legacy:2025.11`, `${host}/team/pushed:1.0`);
      await podman.run('push', '--tls-verify=false', `${host}/team/pushed:1.0`);
      const toast = page.getByRole('region', { name: 'Pushed just now' });
      await expect(toast).toContainText('team/pushed:1.0');
      await toast.getByRole('button', { name: 'Show' }).click();
      await expect(page.getByRole('heading', { level: 1, name: 'team/pushed' })).toBeVisible();
      await expect(tagRow(page, '1.0')).toBeVisible();
      await podman.run('tag', `${host}/team/pushed:1.0`, `${host}/team/pushed:1.1`);
      await podman.run('push', '--tls-verify=false', `${host}/team/pushed:1.1`);
      await expect(tagRow(page, '1.1')).toBeVisible();
    });

    await test.step('the samples can be looked into', async () => {
      await openRepository(page, 'samples/hello');
      await tagRow(page, 'latest').click();
      await inspector(page).getByRole('tab', { name: 'Layers' }).click();
      await expect(inspector(page).getByText('COPY').first()).toBeVisible();
      await inspector(page).getByRole('tab', { name: 'Referrers' }).click();
      await expect(inspector(page).getByText(/SBOM/u).first()).toBeVisible();
    });

    await test.step('a deleted image gives its bytes back', async () => {
      await openRepository(page, 'team/pushed');
      for (const tag of ['1.0', '1.1']) {
        await page.getByRole('checkbox', { name: `Select ${tag}`, exact: true }).click();
      }
      await page
        .getByRole('toolbar', { name: 'Selected tags' })
        .getByRole('button', { name: 'Delete…' })
        .click();
      await dialogOf(page)
        .getByRole('button', { name: /^(Untag|Delete)/u })
        .last()
        .click();
      await expect(dialogOf(page)).toBeHidden();
      expect(await pulledDigest(`${host}/team/pushed:1.0`)).toBeUndefined();
      await openLocal(page);
      await page.getByRole('button', { name: 'Preview garbage collection' }).click();
      await expect(dialogOf(page)).toContainText('Comes back');
      await expectAccessible(page);
      await dialogOf(page)
        .getByRole('button', { name: /^Delete .*, free /u })
        .click();
      await expect(dialogOf(page)).toContainText('came back in');
      await dialogOf(page).getByRole('button', { name: 'Done' }).click();
    });
  } finally {
    await podman.close();
  }
});

test('users and TLS: skopeo pulls with the CA that the page gives', async ({
  tagboat: { page, app },
}, testInfo) => {
  await openLocal(page);
  await addSamples(page);
  await page.getByRole('button', { name: 'Users of the local registry' }).click();
  await dialogOf(page).getByRole('textbox', { name: 'User name' }).fill('ada');
  await dialogOf(page).getByLabel('Password', { exact: true }).fill('correct horse');
  await dialogOf(page).getByRole('button', { name: 'Add user' }).click();
  await expect(dialogOf(page).getByRole('list', { name: 'Users' })).toContainText('ada');
  await expectAccessible(page);
  await dialogOf(page).getByRole('button', { name: 'Done' }).click();
  await page.getByRole('switch', { name: 'TLS' }).press('Space');
  await page.getByRole('button', { name: 'Trust the CA' }).click();
  await expectAccessible(page);
  await dialogOf(page).locator('summary').first().click();
  await dialogOf(page).getByRole('button', { name: 'Copy the CA' }).click();
  const certDir = testInfo.outputPath('certs');
  await mkdir(certDir, { recursive: true });
  await expect.poll(() => clipboardText(app)).toContain('BEGIN CERTIFICATE');
  await writeFile(path.join(certDir, 'ca.crt'), await clipboardText(app));
  await page.keyboard.press('Escape');

  // It may have been given the wanted port, free by now, when it started again with TLS.
  const image = `docker://${await openLocal(page)}/samples/legacy:2025.11`;
  const inspect = (...options: string[]) => run('skopeo', ['inspect', '--raw', ...options, image]);
  await expect(inspect('--cert-dir', certDir)).rejects.toThrow(/unauthorized|authentication/iu);
  await expect(inspect('--creds', 'ada:correct horse')).rejects.toThrow(/certificate/iu);
  const { stdout } = await inspect('--cert-dir', certDir, '--creds', 'ada:correct horse');
  expect(JSON.parse(stdout)).toHaveProperty('schemaVersion', 2);

  // The window logs in by itself.
  await openRepository(page, 'samples/legacy');
  await expect(tagRow(page, '2025.11')).toContainText('amd64');
});

test('a killed registry is said, and comes back by one button', async ({
  tagboat: { page, app },
}) => {
  const host = await openLocal(page);
  await addSamples(page);
  const pid = await localPid(app);
  expect(pid).toBeDefined();
  process.kill(pid ?? 0, 'SIGKILL');
  await expect(page.getByText('The local registry is not running')).toBeVisible();
  await expectPlainWords(page);
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Start again' }).click();
  await expect(
    middle(page)
      .getByText(/^Running since/u)
      .first(),
  ).toBeVisible();
  expect(await pulledDigest(`${host}/samples/legacy:2025.11`)).toBeDefined();
});

test('a full disk is explained', async ({ tagboat: { page, app } }) => {
  const disk = await mkdtemp(path.join(tmpdir(), 'tagboat-disk-'));
  await run('mount', ['-t', 'tmpfs', '-o', 'size=24m', 'tmpfs', disk]);
  try {
    await openLocal(page);
    await chooseNext(app, disk);
    await page.getByRole('button', { name: 'Move…' }).click();
    await dialogOf(page)
      .getByRole('button', { name: /folder/iu })
      .first()
      .click();
    await dialogOf(page).getByRole('button', { name: /^Move/u }).last().click();
    await dialogOf(page).getByRole('button', { name: 'Done' }).click();
    const host = await openLocal(page);
    const layer = await mkdtemp(path.join(tmpdir(), 'tagboat-fill-'));
    await run('dd', ['if=/dev/urandom', `of=${layer}/fill`, 'bs=1M', 'count=40']);
    await run('umoci', ['init', '--layout', `${layer}/oci`]);
    await run('umoci', ['new', '--image', `${layer}/oci:big`]);
    await run('umoci', [
      'insert',
      '--rootless',
      '--image',
      `${layer}/oci:big`,
      `${layer}/fill`,
      '/fill',
    ]);
    const push = run('skopeo', [
      'copy',
      '--insecure-policy',
      '--dest-tls-verify=false',
      `oci:${layer}/oci:big`,
      `docker://${host}/team/big:1`,
    ]);
    await expect(push).rejects.toThrow();
    await rm(layer, { recursive: true, force: true });
    await expect(page.getByText(/^The disk is (nearly )?full$/u)).toBeVisible();
    await expectPlainWords(page);
    await expectAccessible(page);
  } finally {
    await app.close();
    await run('umount', [disk]);
    await rm(disk, { recursive: true, force: true });
  }
});

test('graduates to docker-registry over the same content', async ({
  tagboat: { page, app },
}, testInfo) => {
  // It is what the written folder is for: without it there is nothing to see.
  test.skip(realPart('docker-registry') === undefined, 'docker-registry is not installed');
  const host = await openLocal(page);
  await addSamples(page);
  const before = await pulledDigest(`${host}/samples/hello:latest`);
  const folder = testInfo.outputPath('graduated');
  await mkdir(folder, { recursive: true });
  await chooseNext(app, folder);
  await page.getByRole('button', { name: 'Graduate…' }).click();
  await dialogOf(page).getByText('registry:2', { exact: true }).click();
  const port = await freePort();
  await dialogOf(page).getByRole('textbox', { name: 'Port' }).fill(`${port}`);
  await expect(dialogOf(page)).toContainText('The folder will hold');
  await expectAccessible(page);
  await dialogOf(page).getByRole('button', { name: 'Choose a folder…' }).click();
  await dialogOf(page).getByRole('button', { name: 'Write the folder' }).click();
  await expect(dialogOf(page)).toContainText('The folder is written');
  await dialogOf(page).getByRole('button', { name: 'Done' }).click();
  await page.getByRole('button', { name: 'Stop', exact: true }).click();
  await expect(middle(page).getByText('Off', { exact: true }).first()).toBeVisible();
  const theirs = await startUnit(folder, port);
  try {
    expect(await pulledDigest(`127.0.0.1:${port}/samples/hello:latest`)).toBe(before);
  } finally {
    await stopUnit(theirs);
  }
});

test('all of it with the keyboard alone', async ({ tagboat: { page } }) => {
  const { keyboard } = page;
  const palette = async (words: string): Promise<void> => {
    await keyboard.press('Control+K');
    await expect(dialogOf(page)).toBeVisible();
    await keyboard.type(words);
    await keyboard.press('Enter');
  };
  await expect(page.locator('[data-registry="local"]')).toBeVisible();
  await palette('local registry');
  await expect(page.getByRole('heading', { level: 1, name: 'Local registry' })).toBeVisible();
  await expect(
    middle(page)
      .getByText(/^Running since/u)
      .first(),
  ).toBeVisible();

  await test.step('samples, and a look at where the space goes', async () => {
    await pressUntilFocused(page, 'Tab', page.getByRole('button', { name: 'Add sample images' }));
    await keyboard.press('Enter');
    await expect(page.getByText(/^4 repositories, \d+ tags$/u)).toBeVisible({ timeout: 30_000 });
    await palette('preview garbage');
    await expect(dialogOf(page)).toContainText(/Nothing to collect|Comes back/u);
    await keyboard.press('Escape');
    await expect(dialogOf(page)).toBeHidden();
  });

  await test.step('a user, TLS, and the steps to trust it', async () => {
    await palette('users of the local');
    const name = dialogOf(page).getByRole('textbox', { name: 'User name' });
    await pressUntilFocused(page, 'Tab', name);
    await keyboard.type('ada');
    await keyboard.press('Tab');
    await keyboard.type('correct horse');
    await keyboard.press('Enter');
    await expect(dialogOf(page).getByRole('list', { name: 'Users' })).toContainText('ada');
    await keyboard.press('Escape');
    await pressUntilFocused(page, 'Tab', page.getByRole('switch', { name: 'TLS' }));
    await keyboard.press('Space');
    const trust = page.getByRole('button', { name: 'Trust the CA' });
    await expect(trust).toBeVisible();
    await pressUntilFocused(page, 'Tab', trust);
    await keyboard.press('Enter');
    await expect(dialogOf(page)).toContainText('SHA-256');
    await pressUntilFocused(page, 'Tab', dialogOf(page).getByRole('tab', { selected: true }));
    await keyboard.press('ArrowRight');
    await keyboard.press('Escape');
    await expect(dialogOf(page)).toBeHidden();
  });

  await test.step('off and on by its switch', async () => {
    await pressUntilFocused(page, 'Tab', page.getByRole('switch', { name: 'Local registry' }));
    await keyboard.press('Space');
    await expect(middle(page).getByText('Off', { exact: true }).first()).toBeVisible();
    await keyboard.press('Space');
    await expect(
      middle(page)
        .getByText(/^Running since/u)
        .first(),
    ).toBeVisible();
  });
});
