import { createHash } from 'node:crypto';
import { parseDigest, type Digest } from '#oci/digest';
import { parseManifest } from '#oci/manifest';
import { RegistryError, type RegistryClient } from '#core/registry/index';

export type FakeContent = {
  readonly client: RegistryClient;
  /** Adds a JSON document under its digest, and under tags. */
  readonly add: (json: unknown, ...tags: string[]) => { digest: Digest; size: number };
  /** Everything that was asked for, in order. */
  readonly asked: string[];
};

const notUsed = () => {
  throw new Error('not used by this test');
};

/** A registry client over documents in memory, for the use cases that only read manifests and configs. */
export const createFakeContent = (): FakeContent => {
  const documents = new Map<string, Uint8Array>();
  const tags = new Map<string, Digest>();
  const asked: string[] = [];
  const read = (reference: string): { digest: Digest; bytes: Uint8Array } => {
    const digest = tags.get(reference) ?? (reference as Digest);
    const bytes = documents.get(digest);
    if (!bytes) {
      throw new RegistryError('not-found', 'Nothing there.', {
        host: 'reg.example',
        step: 'manifest',
      });
    }
    return { digest, bytes };
  };
  const client: RegistryClient = {
    ping: notUsed,
    catalog: notUsed,
    tags: notUsed,
    headManifest: notUsed,
    headBlob: notUsed,
    putManifest: notUsed,
    deleteManifest: notUsed,
    sendUpload: notUsed,
    putBlob: notUsed,
    getBlob: notUsed,
    openBlob: notUsed,
    referrers: notUsed,
    pullBudget: () => undefined,
    close: () => Promise.resolve(),
    getManifest: (_repository, reference) => {
      asked.push(`manifest ${reference}`);
      return new Promise((resolve) => {
        const { digest, bytes } = read(reference);
        const json: unknown = JSON.parse(new TextDecoder().decode(bytes));
        const manifest = parseManifest(json);
        const { mediaType } = json as { mediaType: string };
        resolve({ digest, bytes, manifest, mediaType, sizeBytes: bytes.length, fromCache: false });
      });
    },
    getConfig: (_repository, descriptor) => {
      asked.push(`config ${descriptor.digest}`);
      return new Promise((resolve) => {
        const { bytes } = read(descriptor.digest);
        resolve({ bytes, json: JSON.parse(new TextDecoder().decode(bytes)), fromCache: false });
      });
    },
  };
  return {
    client,
    asked,
    add: (json, ...names) => {
      const bytes = new TextEncoder().encode(JSON.stringify(json));
      const digest = parseDigest(`sha256:${createHash('sha256').update(bytes).digest('hex')}`);
      documents.set(digest, bytes);
      for (const name of names) tags.set(name, digest);
      return { digest, size: bytes.length };
    },
  };
};

const manifestType = 'application/vnd.oci.image.manifest.v1+json';
const configType = 'application/vnd.oci.image.config.v1+json';
const layerType = 'application/vnd.oci.image.layer.v1.tar+gzip';

type ImageParts = {
  readonly config?: Record<string, unknown>;
  readonly layerSizes?: readonly number[];
  readonly manifest?: Record<string, unknown>;
};

/** A small image with as many layers as sizes are given. */
export const addImage = (content: FakeContent, parts: ImageParts, ...tags: string[]) => {
  const { config = {}, layerSizes = [100], manifest = {} } = parts;
  const stored = content.add({
    os: 'linux',
    architecture: 'amd64',
    rootfs: { type: 'layers', diff_ids: [] },
    ...config,
  });
  const layers = layerSizes.map((size, index) => ({
    mediaType: layerType,
    digest: `sha256:${String(index).repeat(64).slice(0, 64)}`,
    size,
  }));
  const added = content.add(
    {
      schemaVersion: 2,
      mediaType: manifestType,
      config: { mediaType: configType, ...stored },
      layers,
      ...manifest,
    },
    ...tags,
  );
  return { mediaType: manifestType, configSize: stored.size, ...added };
};
