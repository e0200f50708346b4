import { createCipheriv, createHash } from 'node:crypto';
import { baseFiles, describe } from '../base-files';
import { SampleRepository } from '../content';
import { addImage } from '../image';
import { writeProgram } from '../program';

const createdAt = '2026-02-17T11:20:00Z';
const version = '0.9.0';
const description = 'Files that one layer adds and a later one deletes or replaces';

/** Bytes that do not compress and are the same everywhere: a key stream. Hashing block by block takes 100 times as long. */
function fillerOf(seed: string, sizeBytes: number): Buffer {
  const key = createHash('sha256').update(seed).digest().subarray(0, 16);
  return createCipheriv('aes-128-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(sizeBytes));
}

const cacheBytes = 768 * 1024;
const bundleBytes = 512 * 1024;

/** An image of 2.3 MiB of which 1.7 MiB can be seen by nobody: a build cache deleted a layer later, a file replaced. */
export function createWasteful(): SampleRepository {
  const wasteful = new SampleRepository(
    'samples/wasteful',
    'an image that wastes space: files deleted or replaced by a later layer',
  );
  const program = writeProgram('amd64', 'Most of this image cannot be seen.\n');
  addImage(wasteful, {
    platform: { os: 'linux', architecture: 'amd64' },
    createdAt,
    tags: [version, 'latest'],
    annotations: describe('wasteful', description, version, createdAt),
    config: {
      Entrypoint: ['/app/run'],
      WorkingDir: '/app',
      Labels: describe('wasteful', description, version, createdAt),
    },
    steps: [
      { createdBy: 'COPY base / # buildkit', files: baseFiles() },
      {
        createdBy: 'RUN /bin/sh -c make build # buildkit',
        files: [
          { name: 'app/' },
          { name: 'app/bundle.bin', content: fillerOf('bundle 1', bundleBytes) },
          { name: 'app/run', content: program, mode: 0o755 },
          { name: 'var/' },
          { name: 'var/cache/' },
          { name: 'var/cache/build/' },
          { name: 'var/cache/build/objects', content: fillerOf('objects', cacheBytes) },
          { name: 'var/tmp/' },
          { name: 'var/tmp/download', content: fillerOf('download', cacheBytes / 2) },
        ],
      },
      // image-spec layer.md, Whiteouts: a file, and everything that a folder had.
      {
        createdBy: 'RUN /bin/sh -c rm -r /var/cache/build /var/tmp/* # buildkit',
        files: [
          { name: 'var/' },
          { name: 'var/cache/' },
          { name: 'var/cache/.wh.build', content: '' },
          { name: 'var/tmp/' },
          { name: 'var/tmp/.wh..wh..opq', content: '' },
        ],
      },
      {
        createdBy: 'COPY bundle.bin /app/bundle.bin # buildkit',
        files: [
          { name: 'app/' },
          { name: 'app/bundle.bin', content: fillerOf('bundle 2', bundleBytes) },
        ],
      },
      { createdBy: 'WORKDIR /app' },
      { createdBy: 'ENTRYPOINT ["/app/run"]' },
    ],
  });
  return wasteful;
}
