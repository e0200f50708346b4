import { execFile } from 'node:child_process';
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
