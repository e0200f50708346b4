import type { Descriptor } from '#oci/descriptor';
import type { Platform } from '#oci/platform';
import {
  apkArchitecture,
  baseFiles,
  basePackage,
  describe,
  installedDatabase,
  type SamplePackage,
} from '../base-files';
import { SampleRepository } from '../content';
import { addSbom } from '../documents';
import { addImage, addIndex } from '../image';
import { writeProgram, type ProgramArchitecture } from '../program';

export type ProgramPlatform = Platform & { readonly architecture: ProgramArchitecture };

const platforms: readonly ProgramPlatform[] = [
  { os: 'linux', architecture: 'amd64' },
  { os: 'linux', architecture: 'arm64', variant: 'v8' },
  { os: 'linux', architecture: 'arm', variant: 'v7' },
];

const helloPackage = (version: string): SamplePackage => ({
  name: 'sample-hello',
  version: `${version}-r0`,
  description: 'Prints one line',
  license: 'MIT',
  files: ['hello', 'usr/share/doc/hello/README'],
});

const releases = [
  { version: '1.0.0', createdAt: '2026-01-12T09:30:00Z', tags: ['1.0.0', '1.0'] },
  { version: '1.1.0', createdAt: '2026-03-02T14:05:00Z', tags: ['1.1.0', '1.1', '1', 'latest'] },
] as const;

const description = 'Prints one line; runs on 64-bit PCs and on 32- and 64-bit ARM';

/** A runnable image for three platforms in two releases: several tags on one digest, and an SBOM of the newest. */
export function createHello(): SampleRepository {
  const hello = new SampleRepository(
    'samples/hello',
    'an image for three platforms with tags that share digests, and an SBOM that refers to it',
  );
  for (const { version, createdAt, tags } of releases) {
    const images = platforms.map((platform) => addHello(hello, platform, version, createdAt));
    const annotations = describe('hello', description, version, createdAt);
    const index = addIndex(hello, images, tags, annotations);
    if (tags.some((tag) => tag === 'latest')) {
      const subject = { name: 'samples/hello', image: index, createdAt };
      addSbom(hello, subject, [basePackage, helloPackage(version)]);
    }
  }
  return hello;
}

function addHello(
  to: SampleRepository,
  platform: ProgramPlatform,
  version: string,
  createdAt: string,
): Descriptor {
  const { architecture } = platform;
  const message = `Hello from Tagboat's sample image ${version} on ${architecture}.\n`;
  const packages = [basePackage, helloPackage(version)];
  return addImage(to, {
    platform,
    createdAt,
    config: {
      Env: ['PATH=/'],
      Entrypoint: ['/hello'],
      User: 'nobody',
      Labels: describe('hello', description, version, createdAt),
    },
    steps: [
      { createdBy: 'COPY base / # buildkit', files: baseFiles() },
      { createdBy: 'ENV PATH=/' },
      {
        createdBy: `COPY hello-${architecture} /hello # buildkit`,
        files: [
          { name: 'hello', content: writeProgram(architecture, message), mode: 0o755 },
          { name: 'lib/' },
          { name: 'lib/apk/' },
          { name: 'lib/apk/db/' },
          {
            name: 'lib/apk/db/installed',
            content: installedDatabase(packages, apkArchitecture(platform)),
          },
          { name: 'usr/' },
          { name: 'usr/share/' },
          { name: 'usr/share/doc/' },
          { name: 'usr/share/doc/hello/' },
          { name: 'usr/share/doc/hello/README', content: `${description}.\n` },
        ],
      },
      { createdBy: 'USER nobody' },
      { createdBy: 'ENTRYPOINT ["/hello"]' },
    ],
  });
}
