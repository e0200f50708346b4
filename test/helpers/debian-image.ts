import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { realPart } from './real-parts';

const run = promisify(execFile);
const suite = 'bookworm';

/** Why this machine cannot make a Debian root file system, or undefined when it can. */
export const debianImageProblem = (): string | undefined => {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'debootstrap needs root';
  for (const part of ['debootstrap', 'buildah'] as const) {
    if (realPart(part) === undefined) return `${part} is not installed`;
  }
  return undefined;
};

/** A Debian root file system made by debootstrap, kept between runs beside other temporary files. */
async function debianRoot(): Promise<string> {
  const kept = path.join(tmpdir(), `tagboat-debian-${suite}-1`);
  if (existsSync(kept)) return kept;
  const fresh = await mkdtemp(`${kept}-`);
  await run('debootstrap', ['--variant=minbase', suite, fresh], { maxBuffer: 64 * 1024 * 1024 });
  const unneeded = [
    'usr/share/doc',
    'usr/share/locale',
    'usr/share/man',
    'var/lib/apt/lists',
    'var/cache/apt',
  ];
  for (const folder of unneeded)
    await rm(path.join(fresh, folder), { recursive: true, force: true });
  await rename(fresh, kept);
  return kept;
}

/**
 * Builds a Debian image of three layers with buildah (root file system, a file, its removal) and pushes it. The layers
 * and the history are what a Dockerfile's build would leave.
 */
export async function pushDebianImage(options: {
  reference: string;
  /** `user:password` */
  credentials?: string;
}): Promise<void> {
  const root = await debianRoot();
  const work = await mkdtemp(path.join(tmpdir(), 'tagboat-buildah-'));
  try {
    await mkdir(path.join(work, 'context', 'app'), { recursive: true });
    await writeFile(path.join(work, 'context', 'app', 'start'), '#!/bin/sh\nexec sleep inf\n');
    const containerfile = path.join(work, 'Containerfile');
    await writeFile(
      containerfile,
      [
        'FROM scratch AS base',
        'ADD root.tar /',
        'FROM base',
        'LABEL org.opencontainers.image.source=https://example.com/team/debian maintainer=team',
        'ENV LANG=C.UTF-8',
        'COPY app /app',
        'RUN rm /etc/motd && touch /app/installed',
        'EXPOSE 8080/tcp',
        'USER nobody',
        'ENTRYPOINT ["/app/start"]',
        'CMD ["--serve"]',
        '',
      ].join('\n'),
    );
    await run('tar', ['-C', root, '-cf', path.join(work, 'context', 'root.tar'), '.']);
    const buildah = (...args: string[]): Promise<unknown> =>
      run(
        'buildah',
        [
          '--storage-driver',
          'vfs',
          '--root',
          path.join(work, 'store'),
          '--runroot',
          path.join(work, 'run'),
          ...args,
        ],
        {
          maxBuffer: 64 * 1024 * 1024,
        },
      );
    await buildah(
      'build',
      '--isolation',
      'chroot',
      '--layers',
      '--network',
      'host',
      '-t',
      'debian-sample',
      '-f',
      containerfile,
      path.join(work, 'context'),
    );
    await buildah(
      'push',
      '--tls-verify=false',
      ...(options.credentials === undefined ? [] : ['--creds', options.credentials]),
      'debian-sample',
      `docker://${options.reference}`,
    );
  } finally {
    await rm(work, { recursive: true, force: true, maxRetries: 5 });
  }
}
