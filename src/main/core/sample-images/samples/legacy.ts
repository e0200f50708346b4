import { baseFiles, describe } from '../base-files';
import { SampleRepository } from '../content';
import { addImage } from '../image';
import { writeProgram } from '../program';

const createdAt = '2025-11-03T16:45:00Z';
const version = '2025.11';
const description = 'One platform, in the media types of Docker image manifest version 2, schema 2';

/** An image in Docker's own media types, as older tools push it. */
export function createLegacy(): SampleRepository {
  const legacy = new SampleRepository(
    'samples/legacy',
    "an image in Docker's own media types (schema 2)",
  );
  const program = writeProgram('amd64', 'An image in the media types of Docker.\n');
  addImage(legacy, {
    family: 'docker',
    platform: { os: 'linux', architecture: 'amd64' },
    createdAt,
    tags: [version],
    config: {
      Env: ['PATH=/usr/local/bin'],
      Cmd: ['/usr/local/bin/legacy'],
      Labels: describe('legacy', description, version, createdAt),
    },
    steps: [
      { createdBy: '/bin/sh -c #(nop) COPY dir:base in / ', files: baseFiles() },
      { createdBy: '/bin/sh -c #(nop)  ENV PATH=/usr/local/bin' },
      {
        createdBy: '/bin/sh -c #(nop) COPY file:legacy in /usr/local/bin/ ',
        files: [
          { name: 'usr/' },
          { name: 'usr/local/' },
          { name: 'usr/local/bin/' },
          { name: 'usr/local/bin/legacy', content: program, mode: 0o755 },
          { name: 'usr/local/bin/old', linkTo: 'legacy' },
        ],
      },
      { createdBy: '/bin/sh -c #(nop)  CMD ["/usr/local/bin/legacy"]' },
    ],
  });
  return legacy;
}
