import { debianImageProblem, pushDebianImage } from '#test/debian-image';
import { startDockerRegistry, type DockerRegistry } from '#test/docker-registry';
import {
  pushChart,
  pushDockerImage,
  pushMultiPlatform,
  pushReferrer,
  pushSampleImage,
  type MultiPlatform,
} from '#test/sample-images';
import { realPart } from '#test/real-parts';
import { expect, test } from './fixtures';
import {
  addRegistry,
  clipboardText,
  expectPlainWords,
  inspector,
  openRepository,
  tagRow,
} from './steps';

const user = { user: 'dev', password: 'correct horse' };
let registry: DockerRegistry;
let multi: MultiPlatform;
let sbom: string;

test.skip(realPart('docker-registry') === undefined, 'docker-registry is not installed');

test.beforeAll(async () => {
  registry = await startDockerRegistry({ htpasswd: { [user.user]: user.password } });
  const basic = Buffer.from(`${user.user}:${user.password}`).toString('base64');
  const target = { origin: registry.origin, authorization: `Basic ${basic}` };
  multi = await pushMultiPlatform(target, 'team/app', ['2.0', 'latest']);
  const image = await pushSampleImage(target, 'team/app', ['1.9']);
  sbom = await pushReferrer(target, 'team/app', image);
  await pushDockerImage(target, 'team/app', 'docker');
  await pushChart(target, 'charts/shop', '0.4.1');
});
test.afterAll(() => registry.stop());

test('browse a registry with a password, and find everything again after a restart', async ({
  launch,
}) => {
  const { app, page, close } = await launch();
  await addRegistry(page, registry.host, user);
  await expect(
    page.getByRole('button', { name: new RegExp(`${registry.host}.*Connected as dev`) }),
  ).toBeVisible();

  await openRepository(page, 'team/app');
  await expect(page.getByText('4 tags on 3 images').first()).toBeVisible();
  // The fallback tag of the SBOM is no version of anything (trap 19).
  await expect(page.getByRole('grid')).not.toContainText('sha256-');

  await test.step('trap 16: an index shows its platforms and folds attestations away', async () => {
    await expect(tagRow(page, '2.0')).toContainText('amd64');
    await expect(tagRow(page, '2.0')).not.toContainText('unknown');
    await expect(tagRow(page, '2.0')).toContainText('latest');
    await tagRow(page, '2.0').click();
    await expect(inspector(page).getByRole('heading', { name: '2.0' })).toBeVisible();
  });

  await test.step('open a child of the index', async () => {
    await inspector(page).getByRole('button', { name: 'linux/arm64' }).first().click();
    await inspector(page).getByRole('tab', { name: 'Layers' }).click();
    await expect(inspector(page)).toContainText('COPY');
    await expect(inspector(page)).toContainText('make install');
  });

  await test.step('open its attestation', async () => {
    await inspector(page).getByRole('button', { name: 'index', exact: true }).click();
    await inspector(page).getByRole('tab', { name: 'Referrers' }).click();
    await inspector(page)
      .getByRole('button', { name: /about linux\/amd64/ })
      .click();
    await expect(inspector(page)).toContainText(multi.attestation.slice(0, 19));
    await inspector(page).getByRole('tab', { name: 'Overview' }).click();
    await expect(inspector(page)).toContainText(/SLSA|slsa\.dev/);
  });

  await test.step('trap 43: open a referrer that only the fallback tag knows', async () => {
    await tagRow(page, '1.9').click();
    await inspector(page).getByRole('tab', { name: 'Referrers' }).click();
    await inspector(page)
      .getByRole('button', { name: new RegExp(sbom.slice(0, 15)) })
      .click();
    await inspector(page).getByRole('tab', { name: 'Files' }).click();
    await expect(inspector(page)).toContainText('sbom.spdx.json');
  });

  await test.step('copy the pull command', async () => {
    await tagRow(page, '2.0').click();
    await page.getByRole('main').getByRole('button', { name: 'Copy pull command' }).click();
    await expect.poll(() => clipboardText(app)).toBe(`docker pull ${registry.host}/team/app:2.0`);
  });

  await inspector(page).getByRole('tab', { name: 'Manifest' }).click();
  await expectPlainWords(page);
  await close();

  await test.step('after a restart the registry, its password and the selection are there', async () => {
    const again = await launch();
    const button = again.page.getByRole('button', { name: /Connected as dev/ });
    await expect(button).toBeVisible();
    await expect(again.page.getByRole('heading', { level: 1, name: 'team/app' })).toBeVisible();
    await expect(inspector(again.page).getByRole('heading', { name: '2.0' })).toBeVisible();
    await expect(inspector(again.page).getByRole('tab', { name: 'Manifest' })).toHaveAttribute(
      'aria-selected',
      'true',
    );
    await expect(again.page.getByText('Credentials are not saved')).toBeHidden();
  });
});

test('trap 42: a chart is pulled by helm, never by docker', async ({ tagboat: { page } }) => {
  await addRegistry(page, registry.host, user);
  await openRepository(page, 'charts/shop');
  await tagRow(page, '0.4.1').click();
  await expect(tagRow(page, '0.4.1')).toContainText('Helm chart');
  await expect(page.getByRole('main')).toContainText('helm');
  await expect(page.getByRole('main')).not.toContainText('docker pull');
});

test('reads a real Debian image: its layers, its Dockerfile, its config', async ({
  tagboat: { page },
}) => {
  const problem = debianImageProblem();
  test.skip(problem !== undefined, problem);
  test.setTimeout(1_200_000);
  await pushDebianImage({
    reference: `${registry.host}/team/debian:12`,
    credentials: `${user.user}:${user.password}`,
  });
  await addRegistry(page, registry.host, user);
  await openRepository(page, 'team/debian');
  await tagRow(page, '12').click();
  await inspector(page).getByRole('tab', { name: 'Layers' }).click();
  const layers = inspector(page).getByRole('tabpanel', { name: 'Layers' });
  for (const words of ['ADD', 'COPY', 'rm /etc/motd', 'ENTRYPOINT', '4 layers']) {
    await expect(layers).toContainText(words);
  }
  await inspector(page).getByRole('tab', { name: 'Config' }).click();
  const config = inspector(page).getByRole('tabpanel', { name: 'Config' });
  for (const words of ['nobody', 'LANG', 'C.UTF-8', '8080/tcp']) {
    await expect(config).toContainText(words);
  }
});
