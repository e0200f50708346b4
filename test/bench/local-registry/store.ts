import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';

export const tagCount = 10_000;
export const repositoryCount = 5000;

export type Store = { manifest: string; manifestDigest: string; blobDigest: string };

const sha256 = (bytes: string | Buffer): string => createHash('sha256').update(bytes).digest('hex');

/**
 * Writes a folder in distribution's layout: one repository with 10,000 tags, and 5,000 repositories of one tag each.
 * Both registries serve the same folder.
 */
export function makeStore(storageDir: string): Store {
  const root = path.join(storageDir, 'docker/registry/v2');
  const put = (file: string, content: string | Buffer): void => {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, content);
  };
  const putBlob = (bytes: string | Buffer): string => {
    const hex = sha256(bytes);
    put(`${root}/blobs/sha256/${hex.slice(0, 2)}/${hex}/data`, bytes);
    return hex;
  };
  const config = '{"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":[]}}';
  const layer = randomBytes(1024 * 1024);
  const configHex = putBlob(config);
  const layerHex = putBlob(layer);
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: {
      mediaType: 'application/vnd.oci.image.config.v1+json',
      digest: `sha256:${configHex}`,
      size: config.length,
    },
    layers: [
      {
        mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip',
        digest: `sha256:${layerHex}`,
        size: layer.length,
      },
    ],
  });
  const manifestHex = putBlob(manifest);
  const putRepository = (name: string, tags: readonly string[]): void => {
    const dir = `${root}/repositories/${name}`;
    const link = (place: string, hex: string): void => {
      put(`${dir}/${place}/link`, `sha256:${hex}`);
    };
    link(`_layers/sha256/${configHex}`, configHex);
    link(`_layers/sha256/${layerHex}`, layerHex);
    link(`_manifests/revisions/sha256/${manifestHex}`, manifestHex);
    for (const tag of tags) {
      link(`_manifests/tags/${tag}/index/sha256/${manifestHex}`, manifestHex);
      link(`_manifests/tags/${tag}/current`, manifestHex);
    }
  };
  const tags = Array.from({ length: tagCount }, (_, n) => `v${Math.floor(n / 100)}.${n % 100}.0`);
  putRepository('big', tags);
  for (let n = 0; n < repositoryCount; n += 1) {
    putRepository(`ns${Math.floor(n / 100)}/app${n % 100}`, ['latest']);
  }
  return { manifest, manifestDigest: `sha256:${manifestHex}`, blobDigest: `sha256:${layerHex}` };
}

/** An OCI layout with one image of 12 compressed layers of 20 MiB that no compression makes smaller. */
export function makeLayout(layoutDir: string): void {
  const blobs = `${layoutDir}/blobs/sha256`;
  mkdirSync(blobs, { recursive: true });
  const putBlob = (bytes: Buffer, mediaType: string): object => {
    const hex = sha256(bytes);
    writeFileSync(`${blobs}/${hex}`, bytes);
    return { mediaType, digest: `sha256:${hex}`, size: bytes.length };
  };
  const diffIds: string[] = [];
  const layers = Array.from({ length: 12 }, () => {
    const tar = Buffer.concat([
      tarHeader('content', 20 * 1024 * 1024),
      randomBytes(20 * 1024 * 1024),
      Buffer.alloc(1024),
    ]);
    diffIds.push(`sha256:${sha256(tar)}`);
    return putBlob(gzipSync(tar, { level: 1 }), 'application/vnd.oci.image.layer.v1.tar+gzip');
  });
  const config = {
    architecture: 'amd64',
    os: 'linux',
    rootfs: { type: 'layers', diff_ids: diffIds },
  };
  const manifest = {
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: putBlob(
      Buffer.from(JSON.stringify(config)),
      'application/vnd.oci.image.config.v1+json',
    ),
    layers,
  };
  const descriptor = putBlob(Buffer.from(JSON.stringify(manifest)), manifest.mediaType);
  const annotated = { ...descriptor, annotations: { 'org.opencontainers.image.ref.name': 'v1' } };
  writeFileSync(`${layoutDir}/oci-layout`, '{"imageLayoutVersion":"1.0.0"}');
  writeFileSync(
    `${layoutDir}/index.json`,
    JSON.stringify({ schemaVersion: 2, manifests: [annotated] }),
  );
}

/** A ustar header for one file. */
function tarHeader(name: string, size: number): Buffer {
  const header = Buffer.alloc(512);
  header.write(name, 0);
  header.write('0000644\0', 100);
  header.write('0000000\0', 108);
  header.write('0000000\0', 116);
  header.write(`${size.toString(8).padStart(11, '0')}\0`, 124);
  header.write('00000000000\0', 136);
  header.write('        ', 148);
  header.write('0', 156);
  header.write('ustar\x0000', 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return header;
}
