import type { Page } from '@playwright/test';
import { endless, html, image, ociError, soundScript, stall } from '#test/faulty-registry';
import {
  manifestHeaders,
  startScriptedRegistry,
  type Handler,
  type Reply,
  type Script,
  type ScriptedRegistry,
} from '#test/scripted-registry';
import { createTestCa } from '#test/test-ca';
import { expect, test as base } from './fixtures';
import { addRegistry, expectPlainWords, inspector, openRepository, tagRow } from './steps';

type Fixtures = { serve: (script: Script, tls?: object) => Promise<ScriptedRegistry> };

/** Servers that are closed with the test. */
const test = base.extend<Fixtures>({
  serve: async ({ userDataDir: _profile }, provide) => {
    const running: ScriptedRegistry[] = [];
    await provide(async (script, tls) => {
      const server = await startScriptedRegistry(script, tls ? { tls } : {});
      running.push(server);
      return server;
    });
    await Promise.all(running.map((server) => server.close()));
  },
});

const tagsPath = '/v2/app/tags/list';
const manifestPath = '/v2/app/manifests/1.0';
const otherDigest = `sha256:${'0'.repeat(64)}`;
const broken: Reply = { headers: manifestHeaders(otherDigest), body: image.manifest };

/** What a person reads in the middle of the window when the list of tags cannot be had. */
const listFaults: readonly (readonly [string, Script, RegExp])[] = [
  ['a web page', { [tagsPath]: html }, /not a registry|web page|did not answer as a registry/i],
  ['a list without end', { [tagsPath]: endless() }, /too large|larger than/i],
  [
    'a failing registry',
    { [tagsPath]: { status: 500, body: 'at handler.go:12:7' } },
    /failed|500/i,
  ],
  [
    'a login that may not',
    { [tagsPath]: ociError(403, 'DENIED', 'no') },
    /not allowed|denied|may not/i,
  ],
  [
    'a limit of requests',
    {
      [tagsPath]: { ...ociError(429, 'TOOMANYREQUESTS', 'no'), headers: { 'retry-after': '3600' } },
    },
    /too many requests|rate|limit/i,
  ],
  [
    'a next page elsewhere',
    {
      [tagsPath]: {
        headers: { link: '<https://e.invalid/v2/app/tags/list?last=1>; rel="next"' },
        body: { name: 'app', tags: ['1.0'] },
      },
    },
    /next page|another (host|address|origin)|elsewhere/i,
  ],
];

for (const [what, fault, words] of listFaults) {
  test(`${what} for a list of tags is named, and can be tried again`, async ({
    tagboat: { page },
    serve,
  }) => {
    const script: Record<string, Handler | Reply> = { ...soundScript, ...fault };
    const server = await serve(script);
    await addRegistry(page, server.host);
    await openRepository(page, 'app');
    const main = page.getByRole('main');
    await expect(main).toContainText(words, { timeout: 30_000 });
    await expectPlainWords(page);
    Object.assign(script, soundScript);
    await main
      .getByRole('button', { name: /Try again|Refresh|Read again/ })
      .first()
      .click();
    await expect(tagRow(page, '1.0')).toBeVisible();
    await expect(tagRow(page, '1.0')).toContainText('amd64');
  });
}

test('a manifest whose bytes are not its digest is refused in the inspector', async ({
  tagboat: { page },
  serve,
}) => {
  const script: Record<string, Handler | Reply> = {
    ...soundScript,
    [manifestPath]: broken,
    [`/v2/app/manifests/${otherDigest}`]: broken,
  };
  const server = await serve(script);
  await addRegistry(page, server.host);
  await openRepository(page, 'app');
  await tagRow(page, '1.0').click();
  await expect(inspector(page)).toContainText(/digest/i);
  await expect(inspector(page).getByRole('alert')).toBeVisible();
  await expectPlainWords(page);
});

test('an image that vanishes between two clicks is named, and the list stays', async ({
  tagboat: { page },
  serve,
}) => {
  const script: Record<string, Handler | Reply> = {
    ...soundScript,
    [tagsPath]: { body: { name: 'app', tags: ['1.0', 'gone'] } },
    '/v2/app/manifests/gone': ociError(404, 'MANIFEST_UNKNOWN', 'manifest unknown'),
  };
  const server = await serve(script);
  await addRegistry(page, server.host);
  await openRepository(page, 'app');
  await tagRow(page, 'gone').click();
  await expect(inspector(page)).toContainText(/not found|no longer|not there|deleted/i);
  await expectPlainWords(page);
  await tagRow(page, '1.0').click();
  await expect(inspector(page)).toContainText('linux/amd64');
});

test('a repository that stalls holds nothing up, and leaving it hangs up', async ({
  tagboat: { page },
  serve,
}) => {
  let hungUp = 0;
  const waiting: Handler = (request, response) => {
    response.on('close', () => (hungUp += 1));
    return stall(request, response);
  };
  const server = await serve({
    ...soundScript,
    '/v2/_catalog': { body: { repositories: ['app', 'slow'] } },
    '/v2/slow/tags/list': waiting,
  });
  await addRegistry(page, server.host);
  await openRepository(page, 'slow');
  await expect(page.getByRole('main')).toContainText(/Reading tags/);
  await openRepository(page, 'app');
  await expect(tagRow(page, '1.0')).toContainText('amd64');
  await expect.poll(() => hungUp).toBe(1);
});

test('what a registry says of a failure is shown as text', async ({ tagboat: { page }, serve }) => {
  const evil = '<img src=x onerror="document.title=1">\u202Egnp.exe';
  const server = await serve({ ...soundScript, [tagsPath]: ociError(403, 'DENIED', evil) });
  await addRegistry(page, server.host);
  await openRepository(page, 'app');
  const alert = page.getByRole('main').getByRole('alert');
  await expect(alert).toBeVisible();
  await alert.getByText('Details').click();
  await expect(alert).toContainText('<img src=x');
  expect(await page.locator('body').innerText()).not.toContain('\u202E');
  expect(await page.locator('img[src="x"]').count()).toBe(0);
});

async function checkWithCa(page: Page, address: string, caPem: string) {
  await page
    .getByRole('button', { name: /^Add registry/ })
    .first()
    .click();
  const dialog = page.getByRole('dialog', { name: 'Add registry' });
  await dialog.getByRole('textbox', { name: 'Address' }).fill(address);
  await dialog.getByText('Certificates and plain HTTP').click();
  await dialog.getByRole('button', { name: 'Paste text' }).first().click();
  await dialog.getByRole('textbox', { name: /as PEM text/ }).fill(caPem);
  await dialog.getByRole('button', { name: 'Check' }).click();
  return dialog;
}

for (const [what, name, options, words] of [
  ['an expired certificate', '127.0.0.1', { expired: true }, /Certificate expired/],
  ['a certificate for another host', 'other.example', {}, /Certificate is for another host/],
] as const) {
  test(`${what} is named, with the certificate`, async ({ tagboat: { page }, serve }) => {
    const ca = await createTestCa();
    try {
      const { certPem: cert, keyPem: key } = await ca.issue([name], options);
      const server = await serve(soundScript, { cert, key });
      const dialog = await checkWithCa(page, server.host, ca.certPem);
      await expect(dialog).toContainText(words);
      await expect(dialog).toContainText(/([0-9A-F]{2}:){8}/);
      await expectPlainWords(page);
    } finally {
      await ca.close();
    }
  });
}

test('a pasted authority makes its registry trusted', async ({ tagboat: { page }, serve }) => {
  const ca = await createTestCa();
  try {
    const { certPem: cert, keyPem: key } = await ca.issue(['127.0.0.1']);
    const server = await serve(soundScript, { cert, key });
    const dialog = await checkWithCa(page, server.host, ca.certPem);
    await expect(dialog).toContainText('its certificate is trusted');
    await dialog.getByRole('button', { name: 'Add registry' }).click();
    await openRepository(page, 'app');
    await expect(tagRow(page, '1.0')).toBeVisible();
  } finally {
    await ca.close();
  }
});

test('trap 25: a realm at another host is named, and asked only when a person says so', async ({
  tagboat: { page },
  serve,
}) => {
  const server = await serve({
    ...soundScript,
    '/v2/': {
      ...ociError(401, 'UNAUTHORIZED', 'authentication required'),
      headers: {
        'www-authenticate': 'Bearer realm="https://auth.elsewhere.invalid/t",service="s"',
      },
    },
  });
  await page
    .getByRole('button', { name: /^Add registry/ })
    .first()
    .click();
  const dialog = page.getByRole('dialog', { name: 'Add registry' });
  await dialog.getByRole('textbox', { name: 'Address' }).fill(server.host);
  await dialog.getByRole('radio', { name: 'User name and password' }).click();
  await dialog.getByRole('textbox', { name: 'User name' }).fill('dev');
  await dialog.getByLabel('Password or token').fill('secret');
  await dialog.getByRole('button', { name: 'Check' }).click();
  await expect(dialog).toContainText('auth.elsewhere.invalid');
  await expect(dialog).not.toContainText('Host name not found');
  await expectPlainWords(page);
  await dialog
    .getByRole('button', { name: /auth\.elsewhere|Send|Approve|Allow/ })
    .first()
    .click();
  await expect(dialog).toContainText('Host name not found');
});
