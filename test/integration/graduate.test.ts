import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { hash as hashPassword } from 'bcryptjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openCertificates } from '#core/certificates/index';
import {
  planGraduation,
  writeGraduation,
  type GraduationInput,
  type GraduationSource,
} from '#core/graduate/index';
import { freePort } from '#test/docker-registry';
import { startFolderBucket } from '#test/folder-bucket';
import { startUnit, stopUnit } from '#test/graduated-unit';
import { startLocalRegistry } from '#test/local-registry';
import { findMissing, pushVariety, type Content } from '#test/push-variety';
import { realPart } from '#test/real-parts';
import { makeTemporaryDir, run } from '#test/registry-command';

const isMissing = realPart('docker-registry') === undefined;
const password = 'correct horse';

let directory: string;
let storageFolder: string;
let htpasswd: string;
let content: Content;

beforeAll(async () => {
  directory = await makeTemporaryDir('graduate');
  // systemd, YAML and distribution each have a meaning for one of these characters.
  storageFolder = path.join(directory, 'the "local" registry: 100% #1');
  const ours = await startLocalRegistry({ storageDir: storageFolder });
  content = await pushVariety(ours.origin, true);
  await ours.stop();
  htpasswd = `ada:${await hashPassword(password, 5)}\n`;
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const inputOf = (changes: Partial<GraduationInput> = {}): GraduationInput => ({
  release: 'registry:2',
  storage: { kind: 'folder' },
  port: 5055,
  hostName: 'localhost',
  ...changes,
});

/** Writes a folder beside the others and returns it. */
async function graduate(
  input: GraduationInput,
  changes: Partial<GraduationSource> = {},
): Promise<string> {
  const target = path.join(await makeTemporaryDir('graduated'), 'new registry');
  const source: GraduationSource = {
    platform: 'linux',
    storageFolder,
    targetFolder: target,
    htpasswd: '',
    tls: false,
    canDelete: true,
    readOnly: false,
    webhookUrl: null,
    ...changes,
  };
  await writeGraduation(target, planGraduation(input, source));
  return target;
}

describe.skipIf(isMissing)('a graduated folder, served by distribution', () => {
  it('serves everything from the same folder, and the local registry takes it back', async () => {
    const port = await freePort();
    const folder = await graduate(inputOf({ port }));
    const theirs = await startUnit(folder, port);
    try {
      const origin = `http://127.0.0.1:${port}`;
      expect(await findMissing(origin, content)).toEqual([]);
    } finally {
      await stopUnit(theirs);
    }
    const ours = await startLocalRegistry({ storageDir: storageFolder });
    expect(await findMissing(ours.origin, content)).toEqual([]);
    await ours.stop();
  });

  it.skipIf(realPart('skopeo') === undefined)(
    'asks for the same users and has a certificate of the same authority',
    async () => {
      const port = await freePort();
      const certificates = openCertificates({ directory: path.join(directory, 'kept') });
      const made = await certificates.issue(['localhost', '127.0.0.1']);
      const folder = await graduate(inputOf({ port }), {
        htpasswd,
        tls: true,
        certificate: { ...made, caPem: made.authority.certificatePem },
      });
      const theirs = await startUnit(folder, port);
      try {
        const certDir = path.join(directory, 'certs.d');
        await mkdir(certDir);
        await cp(path.join(folder, 'certs', 'ca.crt'), path.join(certDir, 'ca.crt'));
        const reference = `docker://localhost:${port}/mix/image:v1`;
        const inspect = (...more: string[]) =>
          run('skopeo', ['inspect', '--raw', ...more, reference]);
        const trust = ['--cert-dir', certDir];
        expect(await inspect(...trust, '--creds', `ada:${password}`)).toMatchObject({ code: 0 });
        expect((await inspect(...trust, '--creds', 'ada:wrong')).stderr).toMatch(
          /unauthorized|authentication/iu,
        );
        expect((await inspect(...trust, '--no-creds')).stderr).toMatch(
          /unauthorized|authentication/iu,
        );
        expect((await inspect('--creds', `ada:${password}`)).stderr).toContain('unknown authority');
      } finally {
        await stopUnit(theirs);
      }
    },
  );

  it('read-only and without deletes stays so', async () => {
    const port = await freePort();
    const theirs = await startUnit(
      await graduate(inputOf({ port }), { readOnly: true, canDelete: false }),
      port,
    );
    try {
      const origin = `http://127.0.0.1:${port}`;
      const push = await fetch(`${origin}/v2/x/blobs/uploads/`, { method: 'POST' });
      expect(push.status).toBe(405);
      const { digest } = content[0] ?? { digest: '' };
      const removal = await fetch(`${origin}/v2/mix/image/manifests/${digest}`, {
        method: 'DELETE',
      });
      expect(removal.status).toBe(405);
    } finally {
      await stopUnit(theirs);
    }
  });

  it('serves the bucket that the content was copied to', async () => {
    const uploaded = await makeTemporaryDir('bucket');
    await cp(path.join(storageFolder, 'docker'), path.join(uploaded, 'docker'), {
      recursive: true,
    });
    const bucket = await startFolderBucket('my-images', uploaded);
    const port = await freePort();
    const { endpoint } = bucket;
    const storage = { kind: 's3', region: 'eu-central-1', bucket: 'my-images', endpoint } as const;
    const folder = await graduate(inputOf({ port, storage }));
    // What the page asks to fill in; the unit reads it as compose does.
    const filled = (await readFile(path.join(folder, '.env'), 'utf8')).replaceAll(
      /^#(AWS_\w+)=$/gmu,
      '$1=test',
    );
    await writeFile(path.join(folder, '.env'), filled);
    const keys = [...filled.matchAll(/^(AWS_\w+)=(.*)$/gmu)];
    for (const [, name = '', value = ''] of keys) process.env[name] = value;
    try {
      const theirs = await startUnit(folder, port);
      try {
        expect(await findMissing(`http://127.0.0.1:${port}`, content)).toEqual([]);
        expect([...bucket.reads].some((key) => key.endsWith('/data'))).toBe(true);
      } finally {
        await stopUnit(theirs);
      }
    } finally {
      for (const [, name = ''] of keys) delete process.env[name];
      await bucket.stop();
      await rm(uploaded, { recursive: true });
    }
  });
});
