import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  createLocalRegistry,
  type LocalRegistry,
  type LocalRegistryOptions,
} from '#core/local-registry/index';

export type StartedLocalRegistry = {
  /** `http://127.0.0.1:<port>` */
  origin: string;
  host: string;
  port: number;
  storageDir: string;
  registry: LocalRegistry;
  /** Closes the registry and removes its folder, unless the caller brought one. */
  stop: () => Promise<void>;
};

/** A local registry inside the test process, on a free loopback port and in a folder of its own. */
export async function startLocalRegistry(
  options: Partial<LocalRegistryOptions> = {},
): Promise<StartedLocalRegistry> {
  const storageDir =
    options.storageDir ?? (await mkdtemp(path.join(tmpdir(), 'tagboat-local-registry-')));
  const registry = await createLocalRegistry({ ...options, storageDir });
  const { url, host, port } = await registry.listen({ port: 0 });
  return {
    origin: url,
    host,
    port,
    storageDir,
    registry,
    async stop() {
      await registry.close();
      if (options.storageDir === undefined) await rm(storageDir, { recursive: true, force: true });
    },
  };
}

export const ociManifestType = 'application/vnd.oci.image.manifest.v1+json';
export const ociIndexType = 'application/vnd.oci.image.index.v1+json';

export const digestOf = (content: string | Uint8Array, algorithm = 'sha256'): string =>
  `${algorithm}:${createHash(algorithm).update(content).digest('hex')}`;

/** Pushes a blob by a session and one PUT, which every registry takes, and returns its descriptor. */
export async function pushBlob(
  origin: string,
  repository: string,
  content: string | Uint8Array,
  mediaType = 'application/octet-stream',
  algorithm = 'sha256',
): Promise<{ mediaType: string; digest: string; size: number }> {
  const digest = digestOf(content, algorithm);
  const session = await fetch(`${origin}/v2/${repository}/blobs/uploads/`, { method: 'POST' });
  if (session.status !== 202) throw new Error(`${session.status}: ${await session.text()}`);
  const url = new URL(session.headers.get('location') ?? '', origin);
  url.searchParams.set('digest', digest);
  const response = await fetch(url, {
    method: 'PUT',
    headers: { 'Content-Type': 'application/octet-stream' },
    body: Buffer.from(content),
  });
  if (response.status !== 201) throw new Error(`${response.status}: ${await response.text()}`);
  return { mediaType, digest, size: Buffer.byteLength(content) };
}

/** Pushes manifest bytes under a tag or digest and returns the answer. */
export function putManifest(
  origin: string,
  repository: string,
  reference: string,
  manifest: object | string,
  mediaType = ociManifestType,
): Promise<Response> {
  return fetch(`${origin}/v2/${repository}/manifests/${reference}`, {
    method: 'PUT',
    headers: { 'Content-Type': mediaType },
    body: typeof manifest === 'string' ? manifest : JSON.stringify(manifest),
  });
}

export type PushedImage = { digest: string; bytes: string; config: string; layers: string[] };

/** A small OCI image of one layer with `content`, pushed under `reference` (by its digest when there is none). */
export async function pushImage(
  origin: string,
  repository: string,
  reference?: string,
  options: { content?: string; algorithm?: string; extra?: Record<string, unknown> } = {},
): Promise<PushedImage> {
  const {
    content = `layer of ${reference ?? 'nothing'}`,
    algorithm = 'sha256',
    extra = {},
  } = options;
  const config = await pushBlob(
    origin,
    repository,
    JSON.stringify({
      architecture: 'amd64',
      os: 'linux',
      rootfs: { type: 'layers', diff_ids: [] },
    }),
    'application/vnd.oci.image.config.v1+json',
    algorithm,
  );
  const layer = await pushBlob(
    origin,
    repository,
    content,
    'application/vnd.oci.image.layer.v1.tar+gzip',
    algorithm,
  );
  const bytes = JSON.stringify({
    schemaVersion: 2,
    mediaType: ociManifestType,
    config,
    layers: [layer],
    ...extra,
  });
  const digest = digestOf(bytes, algorithm);
  const response = await putManifest(origin, repository, reference ?? digest, bytes);
  if (response.status !== 201) throw new Error(`${response.status}: ${await response.text()}`);
  return { digest, bytes, config: config.digest, layers: [layer.digest] };
}
