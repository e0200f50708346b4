import { sha256Of } from './scripted-registry';

/** Where and as whom to push. */
export type PushTarget = { origin: string; authorization?: string };

async function send(target: PushTarget, path: string | URL, init: RequestInit): Promise<Response> {
  const headers = new Headers(init.headers);
  if (target.authorization !== undefined) headers.set('authorization', target.authorization);
  const response = await fetch(new URL(path, target.origin), { ...init, headers });
  if (response.ok) return response;
  throw new Error(`${init.method} ${String(path)}: ${response.status} ${await response.text()}`);
}

/** distribution-spec, Pushing a blob monolithically. Gives the digest. */
export async function pushBlob(
  target: PushTarget,
  repository: string,
  bytes: string | Buffer,
): Promise<string> {
  const digest = sha256Of(bytes);
  const session = await send(target, `/v2/${repository}/blobs/uploads/`, { method: 'POST' });
  const location = new URL(session.headers.get('location') ?? '', target.origin);
  location.searchParams.set('digest', digest);
  const headers = { 'content-type': 'application/octet-stream' };
  const body = typeof bytes === 'string' ? bytes : new Uint8Array(bytes);
  await send(target, location, { method: 'PUT', body, headers });
  return digest;
}

/** distribution-spec, Pushing manifests. Gives the digest. */
export async function pushManifest(
  target: PushTarget,
  repository: string,
  reference: string,
  manifest: { mediaType: string } & Record<string, unknown>,
): Promise<string> {
  const body = JSON.stringify(manifest);
  const headers = { 'content-type': manifest.mediaType };
  const path = `/v2/${repository}/manifests/${reference}`;
  await send(target, path, { method: 'PUT', body, headers });
  return sha256Of(body);
}

export type PushedImage = {
  manifestDigest: string;
  configDigest: string;
  layerDigest: string;
  manifest: { mediaType: string } & Record<string, unknown>;
  sizeBytes: number;
};

/** A small image of one layer under a tag; `label` makes its digest differ from others. */
export async function pushImage(
  target: PushTarget,
  repository: string,
  reference: string,
  options: { label?: string; layer?: Buffer; extra?: Record<string, unknown> } = {},
): Promise<PushedImage> {
  const layer = options.layer ?? Buffer.from(`layer of ${options.label ?? reference}`);
  const config = JSON.stringify({
    architecture: 'amd64',
    os: 'linux',
    created: '2026-01-02T03:04:05Z',
    config: { Labels: { label: options.label ?? reference } },
    rootfs: { type: 'layers', diff_ids: [sha256Of(layer)] },
    history: [{ created_by: 'COPY . /' }],
  });
  const layerDigest = await pushBlob(target, repository, layer);
  const configDigest = await pushBlob(target, repository, config);
  const manifest = {
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: {
      mediaType: 'application/vnd.oci.image.config.v1+json',
      digest: configDigest,
      size: Buffer.byteLength(config),
    },
    layers: [
      {
        mediaType: 'application/vnd.oci.image.layer.v1.tar',
        digest: layerDigest,
        size: layer.length,
      },
    ],
    ...options.extra,
  };
  const manifestDigest = await pushManifest(target, repository, reference, manifest);
  const sizeBytes = Buffer.byteLength(JSON.stringify(manifest));
  return { manifestDigest, configDigest, layerDigest, manifest, sizeBytes };
}
