import type { Platform } from '#oci/platform';
import type { TarEntry } from './tar';

/** A package of the samples: what the package database, the SBOMs and the files of an image agree on. */
export type SamplePackage = {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly license: string;
  /** Paths of its files, without a leading slash. */
  readonly files: readonly string[];
};

const osRelease = `NAME="Tagboat samples"
ID=tagboat-samples
VERSION_ID=1
PRETTY_NAME="Tagboat samples 1"
`;
const passwd = 'root:x:0:0:root:/root:/sbin/nologin\nnobody:x:65534:65534:nobody:/:/sbin/nologin\n';
const group = 'root:x:0:\nnobody:x:65534:\n';

export const basePackage: SamplePackage = {
  name: 'sample-base',
  version: '1.0.0-r0',
  description: 'Users, groups and the release file of the sample images',
  license: 'MIT',
  files: ['etc/group', 'etc/os-release', 'etc/passwd'],
};

/** The lowest layer of every sample: what a program expects to find in a file system, and the package database. */
export const baseFiles = (): readonly TarEntry[] => [
  { name: 'etc/' },
  { name: 'etc/group', content: group },
  { name: 'etc/os-release', content: osRelease },
  { name: 'etc/passwd', content: passwd },
  { name: 'lib/' },
  { name: 'lib/apk/' },
  { name: 'lib/apk/db/' },
  { name: 'lib/apk/db/installed', content: installedDatabase([basePackage]) },
  { name: 'tmp/', mode: 0o1777 },
];

/** The database of installed packages in the form of Alpine's apk: one record a package, files by folder. */
export function installedDatabase(
  packages: readonly SamplePackage[],
  architecture = 'noarch',
): string {
  return packages.map((entry) => `${writeRecord(entry, architecture).join('\n')}\n\n`).join('');
}

function writeRecord(entry: SamplePackage, architecture: string): string[] {
  const lines = [
    `P:${entry.name}`,
    `V:${entry.version}`,
    `A:${architecture}`,
    `T:${entry.description}`,
    `L:${entry.license}`,
  ];
  let folder: string | undefined;
  for (const file of entry.files) {
    const slash = file.lastIndexOf('/');
    const own = slash < 0 ? '' : file.slice(0, slash);
    if (own !== folder) lines.push(`F:${own}`);
    folder = own;
    lines.push(`R:${file.slice(slash + 1)}`);
  }
  return lines;
}

const apkArchitectures: Readonly<Record<string, string>> = {
  amd64: 'x86_64',
  arm64: 'aarch64',
  arm: 'armv7',
};

/** The architecture as apk names it. */
export const apkArchitecture = ({ architecture }: Platform): string =>
  apkArchitectures[architecture] ?? architecture;

/** image-spec annotations.md, Pre-Defined Annotation Keys; used as labels and as annotations. */
export const describe = (
  title: string,
  description: string,
  version: string,
  createdAt: string,
): Readonly<Record<string, string>> => ({
  'org.opencontainers.image.title': title,
  'org.opencontainers.image.description': description,
  'org.opencontainers.image.version': version,
  'org.opencontainers.image.created': createdAt,
  'org.opencontainers.image.licenses': 'MIT',
  'org.opencontainers.image.vendor': 'Tagboat',
});
