import { cp, mkdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startDistributionWith } from '#test/distribution';
import { startFolderBucket } from '#test/folder-bucket';
import { startLocalRegistry } from '#test/local-registry';
import { findMissing, pushVariety, type Content } from '#test/push-variety';
import { realPart } from '#test/real-parts';
import { makeTemporaryDir } from '#test/registry-command';

const isMissing = realPart('docker-registry') === undefined;

let storageDir: string;
let content: Content;
/** The config.yml blocks of docs/local-registry.md, in order. */
let configs: string[];

beforeAll(async () => {
  storageDir = await makeTemporaryDir('docs');
  const page = await readFile(new URL('../../docs/local-registry.md', import.meta.url), 'utf8');
  configs = [...page.matchAll(/```yaml\n(version: [\s\S]*?)```/gu)].map(([, text]) => text ?? '');
  const ours = await startLocalRegistry({ storageDir });
  content = await pushVariety(ours.origin, true);
  await ours.stop();
});
afterAll(() => rm(storageDir, { recursive: true, force: true }));

/** Puts this machine's values in the place of the page's; each has to be there once. */
function adapt(config: string | undefined, replacements: Record<string, string>): string {
  let text = config ?? '';
  for (const [from, to] of Object.entries(replacements)) {
    expect(text.split(from)).toHaveLength(2);
    text = text.replace(from, to);
  }
  return text;
}

describe('docs/local-registry.md, Growing out of it', () => {
  it('shows one config.yml for a folder and one for S3, which differ in the storage alone', () => {
    const rest = (text: string): string =>
      text.replace(/^ {2}(?:filesystem|s3):\n(?: {4}.*\n)+/mu, '');
    expect(configs).toHaveLength(2);
    const [forFolder = '', forS3 = ''] = configs;
    expect(forFolder).toContain('filesystem:');
    expect(forS3).toContain('s3:');
    expect(rest(forS3)).toBe(rest(forFolder));
  });

  it.skipIf(isMissing)('its config.yml serves the same folder', async () => {
    const theirs = await startDistributionWith((address) =>
      adapt(configs[0], { '/var/lib/registry': storageDir, "':5000'": `'${address}'` }),
    );
    try {
      expect(await findMissing(theirs.origin, content)).toEqual([]);
    } finally {
      await theirs.stop();
    }
  });

  it.skipIf(isMissing)('its config.yml for S3 serves the folder that was uploaded', async () => {
    const uploaded = await makeTemporaryDir('bucket');
    await cp(path.join(storageDir, 'docker'), path.join(uploaded, 'docker'), { recursive: true });
    const bucket = await startFolderBucket('my-images', uploaded);
    const theirs = await startDistributionWith((address) =>
      adapt(configs[1], {
        '    bucket: my-images\n': `    bucket: my-images\n    regionendpoint: ${bucket.endpoint}\n`,
        "':5000'": `'${address}'`,
      }),
    );
    try {
      expect(await findMissing(theirs.origin, content)).toEqual([]);
      expect([...bucket.reads].some((key) => key.endsWith('/data'))).toBe(true);
    } finally {
      await theirs.stop();
      await bucket.stop();
      await rm(uploaded, { recursive: true });
    }
  });
});

describe('docs/local-registry.md, Backup and restore', () => {
  it('a copy of the docker folder alone is sound and serves everything, referrers included', async () => {
    const restored = await makeTemporaryDir('restored');
    await mkdir(restored, { recursive: true });
    await cp(path.join(storageDir, 'docker'), path.join(restored, 'docker'), { recursive: true });
    const ours = await startLocalRegistry({ storageDir: restored });
    try {
      const { problems } = await ours.registry.check({ isDeep: true });
      expect(problems.filter(({ severity }) => severity === 'problem')).toEqual([]);
      expect(await findMissing(ours.origin, content)).toEqual([]);
      const subject = content[0]?.digest ?? '';
      const referrers = await fetch(`${ours.origin}/v2/mix/image/referrers/${subject}`);
      expect(await referrers.json()).toMatchObject({
        manifests: [{ artifactType: 'application/x.signature' }],
      });
    } finally {
      await ours.stop();
      await rm(restored, { recursive: true });
    }
  });
});
