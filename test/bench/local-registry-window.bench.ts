/**
 * Whether a push of 5 GiB into the local registry is felt in the window: a table of 10,000 tags is scrolled from end to
 * end without and with it.
 */
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import http from 'node:http';
import type { Page } from '@playwright/test';
import { startDockerRegistry } from '#test/docker-registry';
import { launchTagboat } from '#test/launch';
import { seedManyTags } from '#test/seed';
import { median, ms, report } from './shared/report';
import { scrollThrough } from './shared/scroll';

const pushBytes = 5 * 1024 ** 3;
const chunk = randomBytes(1024 * 1024);
const turns = 3;

type Push = { readonly done: Promise<void>; readonly isRunning: () => boolean };

/** One blob in one PATCH, as fast as the registry takes it. */
function startPush(origin: string): Push {
  let isRunning = true;
  const push = async (): Promise<void> => {
    const begun = await fetch(`${origin}/v2/bench/big/blobs/uploads/`, { method: 'POST' });
    const target = new URL(begun.headers.get('location') ?? '', origin);
    const hash = createHash('sha256');
    const req = http.request(target, {
      method: 'PATCH',
      headers: { 'Content-Type': 'application/octet-stream', 'Content-Length': pushBytes },
    });
    for (let sent = 0; sent < pushBytes; sent += chunk.byteLength) {
      hash.update(chunk);
      if (!req.write(chunk)) await once(req, 'drain');
    }
    req.end();
    const [res] = (await once(req, 'response')) as [http.IncomingMessage];
    res.resume();
    if (res.statusCode !== 202) throw new Error(`the registry answered ${res.statusCode}`);
    const end = new URL(res.headers.location ?? '', origin);
    end.searchParams.set('digest', `sha256:${hash.digest('hex')}`);
    const put = await fetch(end, { method: 'PUT' });
    if (put.status !== 201) throw new Error(`the registry answered ${put.status}`);
  };
  const done = push().finally(() => (isRunning = false));
  return { done, isRunning: () => isRunning };
}

async function openMany(page: Page, host: string, repository: string): Promise<void> {
  await page
    .getByRole('button', { name: /^Add registry/ })
    .first()
    .click();
  await page.getByRole('textbox', { name: 'Address' }).fill(host);
  await page.getByRole('dialog').getByRole('button', { name: 'Add registry' }).click();
  await page.getByRole('treeitem', { name: repository }).click();
  await page.getByText('10,000 tags').first().waitFor();
  await page.waitForTimeout(1500);
}

const seed = await seedManyTags();
const many = await startDockerRegistry({ storageDir: seed.storageDir, readOnly: true });
const tagboat = await launchTagboat();
try {
  const { page } = tagboat;
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.locator('[data-registry="local"]').click();
  const address = page
    .getByRole('main')
    .locator('code')
    .filter({ hasText: /^127\.0\.0\.1:\d+$/ });
  await page
    .getByText(/^Running since/)
    .first()
    .waitFor();
  const origin = `http://${await address.first().innerText()}`;
  await openMany(page, many.host, seed.repository);

  const alone: number[] = [];
  for (let turn = 0; turn < turns; turn += 1) alone.push(await scrollThrough(page));

  const started = performance.now();
  const push = startPush(origin);
  const during: number[] = [];
  while (during.length < turns && push.isRunning()) {
    const longest = await scrollThrough(page);
    // A push that ended in the middle was not felt to the end.
    if (push.isRunning() || during.length === 0) during.push(longest);
  }
  await push.done;
  const seconds = (performance.now() - started) / 1000;
  const longest = median(during);
  const floor = median(alone);
  report(
    'local-registry-window',
    'The window during a push',
    'A table of 10,000 tags is scrolled from end to end while one blob of 5 GiB is pushed into the local registry; the median of up to three scrolls, against the same without the push.',
    [
      {
        work: `longest task while scrolling during a push of 5 GiB (${(pushBytes / 1024 ** 2 / seconds).toFixed(0)} MiB/s)`,
        ours: ms(longest),
        floor: `${ms(floor)} without the push`,
        result: `${(longest / floor).toFixed(2)} times`,
        bar: 'no task over 50 ms',
        isMet: longest <= 50,
      },
    ],
  );
} finally {
  await tagboat.close();
  await many.stop();
}
