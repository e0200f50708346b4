import type { Descriptor } from '#oci/descriptor';
import { baseFiles, basePackage, describe, type SamplePackage } from '../base-files';
import { SampleRepository } from '../content';
import { addAttestation } from '../documents';
import { addImage, addIndex } from '../image';
import { writeProgram } from '../program';
import type { ProgramPlatform } from './hello';

const createdAt = '2026-04-20T08:00:00Z';
const version = '2.3.0';
const description = 'A page and its style sheet; the index carries an attestation of each image';

const platforms: readonly ProgramPlatform[] = [
  { os: 'linux', architecture: 'amd64' },
  { os: 'linux', architecture: 'arm64' },
];

const webPackage: SamplePackage = {
  name: 'sample-web',
  version: `${version}-r0`,
  description: 'A page and its style sheet',
  license: 'MIT',
  files: ['usr/bin/web', 'srv/www/index.html', 'srv/www/style.css'],
};

const page = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <title>Sample</title>
    <link rel="stylesheet" href="style.css" />
  </head>
  <body>
    <h1>A sample page</h1>
    <p>It came in an image that Tagboat built.</p>
  </body>
</html>
`;
const style = 'body {\n  font-family: sans-serif;\n  margin: 4rem auto;\n  max-width: 40rem;\n}\n';

/** An index with an attestation for each of its images: provenance and SBOM, stored as BuildKit stores them. */
export function createWeb(): SampleRepository {
  const web = new SampleRepository(
    'samples/web',
    'an index with provenance and an SBOM for each of its images',
  );
  const images = platforms.map((platform) => addWeb(web, platform));
  const attestations = images.map((image) =>
    addAttestation(web, { name: 'samples/web', image, createdAt }, [basePackage, webPackage]),
  );
  const annotations = describe('web', description, version, createdAt);
  addIndex(web, [...images, ...attestations], [version, 'latest'], annotations);
  return web;
}

function addWeb(to: SampleRepository, platform: ProgramPlatform): Descriptor {
  const program = writeProgram(platform.architecture, 'The page is in /srv/www/index.html.\n');
  return addImage(to, {
    platform,
    createdAt,
    config: {
      Env: ['PATH=/usr/bin'],
      Entrypoint: ['/usr/bin/web'],
      WorkingDir: '/srv/www',
      ExposedPorts: { '8080/tcp': {} },
      Labels: describe('web', description, version, createdAt),
    },
    steps: [
      { createdBy: 'COPY base / # buildkit', files: baseFiles() },
      {
        createdBy: 'COPY www /srv/www # buildkit',
        files: [
          { name: 'srv/' },
          { name: 'srv/www/' },
          { name: 'srv/www/index.html', content: page },
          { name: 'srv/www/style.css', content: style },
        ],
      },
      {
        createdBy: `COPY web-${platform.architecture} /usr/bin/web # buildkit`,
        files: [
          { name: 'usr/' },
          { name: 'usr/bin/' },
          { name: 'usr/bin/web', content: program, mode: 0o755 },
        ],
      },
      { createdBy: 'WORKDIR /srv/www' },
      { createdBy: 'EXPOSE map[8080/tcp:{}]' },
      { createdBy: 'ENTRYPOINT ["/usr/bin/web"]' },
    ],
  });
}
