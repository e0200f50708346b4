import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { cachedFolder } from './cache-folder';
import { realPart } from './real-parts';
import { copyToRegistry } from './skopeo';

const execute = promisify(execFile);
const suite = 'bookworm';

const run = async (command: string, args: readonly string[]): Promise<void> => {
  await execute(command, args, { maxBuffer: 64 * 1024 * 1024 });
};

/** What nobody reads in a container, and what is downloaded again anyway. */
const unneeded = [
  'usr/share/doc',
  'usr/share/locale',
  'usr/share/man',
  'var/lib/apt/lists',
  'var/cache/apt/archives',
];

const containerfile = `FROM scratch
ADD root.tar /
LABEL org.opencontainers.image.source=https://example.com/team/debian maintainer=team
ENV LANG=C.UTF-8
RUN apt-get update && apt-get install -y --no-install-recommends less \\
 && rm -rf /var/lib/apt/lists/* /var/cache/apt/*
COPY app /app
RUN rm /etc/motd && touch /app/installed
EXPOSE 8080/tcp
VOLUME /data
WORKDIR /app
USER nobody
ENTRYPOINT ["/app/start"]
CMD ["--serve"]
`;

/** Of the four instructions that change files: what each left is a layer. */
export const debianLayerCount = 4;

/** Why this machine cannot make a Debian root file system, or undefined when it can. */
export const debianImageProblem = (): string | undefined => {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'debootstrap needs root';
  for (const part of ['debootstrap', 'buildah', 'skopeo'] as const) {
    if (realPart(part) === undefined) return `${part} is not installed`;
  }
  return undefined;
};

async function makeRoot(directory: string): Promise<void> {
  await run('debootstrap', ['--variant=minbase', suite, directory]);
  const folders = unneeded.map((folder) => path.join(directory, folder));
  await Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true })));
  // apt wants its folders back, and nothing else of what was taken.
  for (const folder of ['var/lib/apt/lists/partial', 'var/cache/apt/archives/partial']) {
    await mkdir(path.join(directory, folder), { recursive: true });
  }
}

/** buildah with a store of its own: vfs needs nothing of the kernel, chroot no privileges but root's. */
async function build(context: string, work: string, layout: string): Promise<void> {
  const store = ['--root', path.join(work, 'store'), '--runroot', path.join(work, 'run')];
  const buildah = (...args: string[]): Promise<void> =>
    run('buildah', ['--storage-driver', 'vfs', ...store, ...args]);
  const annotation = 'org.opencontainers.image.description=Debian for tests';
  const manner = ['--isolation', 'chroot', '--network', 'host', '--layers', '--format', 'oci'];
  await buildah('build', ...manner, '--annotation', annotation, '-t', 'debian', context);
  await buildah('push', 'debian', `oci:${layout}:debian`);
}

async function makeLayout(layout: string): Promise<void> {
  const work = await mkdtemp(path.join(tmpdir(), 'tagboat-debian-'));
  try {
    const context = path.join(work, 'context');
    const root = path.join(work, 'root');
    await mkdir(path.join(context, 'app'), { recursive: true });
    await makeRoot(root);
    await run('tar', ['-C', root, '--numeric-owner', '-cf', path.join(context, 'root.tar'), '.']);
    await writeFile(path.join(context, 'app', 'start'), '#!/bin/sh\nexec less /etc/os-release\n');
    await writeFile(path.join(context, 'Containerfile'), containerfile);
    await build(context, work, layout);
  } finally {
    await rm(work, { recursive: true, force: true, maxRetries: 5 });
  }
}

/**
 * An OCI layout (tag `debian`) of a Debian image: debootstrap's root file system, a package from Debian's mirror, a
 * copied file and a removed one, with the history of a Containerfile. Takes minutes once, and is then kept.
 */
export const debianLayout = (): Promise<string> =>
  cachedFolder('debian', `2 ${suite} ${containerfile} ${unneeded.join(' ')}`, makeLayout);

/** Pushes the Debian image to `host/repository:tag`. */
export async function pushDebianImage(options: {
  reference: string;
  /** `user:password` */
  credentials?: string;
}): Promise<void> {
  await copyToRegistry(`oci:${await debianLayout()}:debian`, options.reference, options);
}
