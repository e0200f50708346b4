import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export type SkopeoOptions = {
  /** `user:password` */
  credentials?: string;
  /** A folder with the CA as `*.crt`; without it any certificate, and plain HTTP, will do. */
  certDir?: string;
};

/** `skopeo copy --all`: every platform, every byte as it is. `source` is any of skopeo's, `oci:<layout>:<tag>` say. */
export async function copyToRegistry(
  source: string,
  reference: string,
  { credentials, certDir }: SkopeoOptions = {},
): Promise<void> {
  const trust = certDir === undefined ? ['--dest-tls-verify=false'] : ['--dest-cert-dir', certDir];
  const login = credentials === undefined ? [] : ['--dest-creds', credentials];
  const options = ['--insecure-policy', 'copy', '--all', '--preserve-digests', '--quiet'];
  await run('skopeo', [...options, ...trust, ...login, source, `docker://${reference}`]);
}

/**
 * Pulls `host/repository:tag` (or `@digest`) with all its platforms, and gives the digest of the manifest that was
 * served; undefined when there is nothing to pull.
 */
export async function pulledDigest(reference: string): Promise<string | undefined> {
  const source = `docker://${reference}`;
  const target = await mkdtemp(path.join(tmpdir(), 'tagboat-pull-'));
  try {
    const options = ['--insecure-policy', 'copy', '--all', '--preserve-digests', '--quiet'];
    await run('skopeo', [...options, '--src-tls-verify=false', source, `dir:${target}`]);
    const inspect = ['inspect', '--raw', '--tls-verify=false', source];
    const { stdout } = await run('skopeo', inspect, { encoding: 'buffer' });
    return `sha256:${createHash('sha256').update(stdout).digest('hex')}`;
  } catch (error) {
    if (/manifest unknown|not found/iu.test(String(error))) return undefined;
    throw error;
  } finally {
    await rm(target, { recursive: true, force: true });
  }
}
