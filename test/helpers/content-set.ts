import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { sha256Of } from './scripted-registry';

export type Platform = { os: string; architecture: string; variant?: string };

export type Descriptor = {
  mediaType: string;
  digest: string;
  size: number;
  platform?: Platform;
  artifactType?: string;
  annotations?: Readonly<Record<string, string>>;
  urls?: readonly string[];
};

export type ManifestJson = { mediaType: string } & Record<string, unknown>;

/** What one repository holds: made in memory, then pushed, written as an OCI layout, or put on a registry's disk. */
export type ContentSet = {
  readonly blobs: ReadonlyMap<string, Buffer>;
  /** In the order in which they were made: children before the index that names them. */
  readonly manifests: ReadonlyMap<string, { mediaType: string; bytes: Buffer }>;
  readonly tags: ReadonlyMap<string, string>;
  addBlob(mediaType: string, bytes: Buffer | string, extra?: Partial<Descriptor>): Descriptor;
  /** Its descriptor; `json` is stored exactly as JSON.stringify writes it. */
  addManifest(json: ManifestJson, ...tags: string[]): Descriptor;
  addTag(tag: string, digest: string): void;
};

export function createContentSet(): ContentSet {
  const blobs = new Map<string, Buffer>();
  const manifests = new Map<string, { mediaType: string; bytes: Buffer }>();
  const tags = new Map<string, string>();
  return {
    blobs,
    manifests,
    tags,
    addBlob(mediaType, content, extra = {}) {
      const bytes = Buffer.from(content);
      const digest = sha256Of(bytes);
      blobs.set(digest, bytes);
      return { mediaType, digest, size: bytes.length, ...extra };
    },
    addManifest(json, ...names) {
      const bytes = Buffer.from(JSON.stringify(json));
      const digest = sha256Of(bytes);
      manifests.set(digest, { mediaType: json.mediaType, bytes });
      for (const name of names) tags.set(name, digest);
      return { mediaType: json.mediaType, digest, size: bytes.length };
    },
    addTag: (tag, digest) => void tags.set(tag, digest),
  };
}

/** Writes image-spec's image layout, which skopeo reads as `oci:<directory>:<tag>`. */
export async function writeOciLayout(directory: string, content: ContentSet): Promise<void> {
  const folder = path.join(directory, 'blobs', 'sha256');
  await mkdir(folder, { recursive: true });
  const write = (digest: string, bytes: Buffer): Promise<void> =>
    writeFile(path.join(folder, digest.slice('sha256:'.length)), bytes);
  for (const [digest, bytes] of content.blobs) await write(digest, bytes);
  for (const [digest, { bytes }] of content.manifests) await write(digest, bytes);
  const manifests = [...content.tags].map(([tag, digest]) => ({
    mediaType: content.manifests.get(digest)?.mediaType,
    digest,
    size: content.manifests.get(digest)?.bytes.length,
    annotations: { 'org.opencontainers.image.ref.name': tag },
  }));
  await writeFile(path.join(directory, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
  await writeFile(
    path.join(directory, 'index.json'),
    JSON.stringify({ schemaVersion: 2, manifests }),
  );
}
