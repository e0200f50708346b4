import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { startDockerRegistry, type DockerRegistry } from '#test/docker-registry';
import { realPart } from '#test/real-parts';
import { expect, test } from './fixtures';
import { addRegistry } from './steps';

const run = promisify(execFile);
const login = { user: 'dev', password: 'a password that is nowhere else 7f3a' };
let registry: DockerRegistry;

test.skip(realPart('docker-registry') === undefined, 'docker-registry is not installed');
test.skip(
  realPart('gnome-keyring-daemon') === undefined || realPart('secret-tool') === undefined,
  'gnome-keyring and secret-tool are not installed',
);

test.beforeAll(async () => {
  registry = await startDockerRegistry({ htpasswd: { [login.user]: login.password } });
});
test.afterAll(() => registry.stop());

/** What gnome-keyring holds under Tagboat's name, as its own tool tells it. */
async function keyringText(): Promise<string> {
  const { stdout, stderr } = await run('secret-tool', ['search', '--all', 'service', 'Tagboat']);
  return `${stdout}\n${stderr}`;
}

async function filesWith(directory: string, words: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const found = await Promise.all(
    files.map(async ({ parentPath, name }) => {
      const bytes = await readFile(path.join(parentPath, name)).catch(() => Buffer.alloc(0));
      return bytes.includes(words) || bytes.includes(Buffer.from(words, 'utf16le')) ? name : '';
    }),
  );
  return found.filter((name) => name !== '');
}

test('a password is in gnome-keyring and in no file, comes back, and goes with its registry', async ({
  launch,
  userDataDir,
}) => {
  const first = await launch();
  await addRegistry(first.page, registry.host, login);
  await expect(first.page.getByRole('button', { name: /Connected as dev/ })).toBeVisible();
  expect(await keyringText()).toContain(login.password);
  const held = await first.page.evaluate(async () => {
    return JSON.stringify(await window.tagboat.registry.list({}));
  });
  expect(held).toContain('dev');
  expect(held).not.toContain(login.password);
  await first.close();
  expect(first.output()).not.toContain(login.password);
  expect(await filesWith(userDataDir, login.password)).toEqual([]);

  const { page } = await launch();
  const row = page.getByRole('button', { name: /Connected as dev/ });
  await expect(row).toBeVisible();
  await row.click({ button: 'right' });
  await page.getByRole('menuitem', { name: /Remove/ }).click();
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /Remove/ })
    .click();
  await expect(row).toBeHidden();
  await expect.poll(keyringText).not.toContain(login.password);
});
