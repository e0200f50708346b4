import { gzipSync } from 'node:zlib';
import { sha256Of } from './scripted-registry';
import { pushBlob, pushManifest, type PushTarget } from './push-content';

const types = {
  index: 'application/vnd.oci.image.index.v1+json',
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  layer: 'application/vnd.oci.image.layer.v1.tar+gzip',
  empty: 'application/vnd.oci.empty.v1+json',
  inToto: 'application/vnd.in-toto+json',
  dockerManifest: 'application/vnd.docker.distribution.manifest.v2+json',
  dockerConfig: 'application/vnd.docker.container.image.v1+json',
  dockerLayer: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
} as const;

type Descriptor = { mediaType: string; digest: string; size: number } & Record<string, unknown>;
type Pushed = { digest: string; size: number };
type Place = { target: PushTarget; repository: string };

/** One file of a tar archive: 512 bytes of header, the content, padding (POSIX ustar). */
function tarOf(name: string, content: string): Buffer {
  const body = Buffer.from(content);
  const header = Buffer.alloc(512);
  header.write(name, 0);
  header.write('0000644\0', 100);
  header.write('0000000\0', 108);
  header.write('0000000\0', 116);
  header.write(`${body.length.toString(8).padStart(11, '0')}\0`, 124);
  header.write('00000000000\0', 136);
  header.write('        ', 148);
  header.write('0', 156);
  header.write('ustar\0', 257);
  header.write('00', 263);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  const padding = Buffer.alloc((512 - (body.length % 512)) % 512);
  return Buffer.concat([header, body, padding, Buffer.alloc(1024)]);
}

async function push(place: Place, mediaType: string, bytes: Buffer | string): Promise<Descriptor> {
  const digest = await pushBlob(place.target, place.repository, bytes);
  return { mediaType, digest, size: Buffer.byteLength(bytes) };
}

async function put(
  place: Place,
  reference: string | undefined,
  manifest: { mediaType: string } & Record<string, unknown>,
): Promise<Pushed> {
  const text = JSON.stringify(manifest);
  await pushManifest(place.target, place.repository, reference ?? sha256Of(text), manifest);
  return { digest: sha256Of(text), size: Buffer.byteLength(text) };
}

type ImageOptions = {
  platform: { os: string; architecture: string; variant?: string };
  label?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  created?: string;
};

/** A real image of two small layers, without a tag. */
async function pushPlatformImage(place: Place, options: ImageOptions): Promise<Descriptor> {
  const tars = ['base', options.label ?? 'app'].map((name) =>
    tarOf(`app/${name}`, `${name} for ${options.platform.architecture}\n`),
  );
  const layers: Descriptor[] = [];
  for (const tar of tars) layers.push(await push(place, types.layer, gzipSync(tar)));
  const config = JSON.stringify({
    ...options.platform,
    created: options.created ?? '2026-01-02T03:04:05Z',
    config: { Env: ['PATH=/usr/bin'], Entrypoint: ['/app/start'], Labels: options.labels ?? {} },
    rootfs: { type: 'layers', diff_ids: tars.map((tar) => sha256Of(tar)) },
    history: [
      { created_by: 'COPY base /app/base # buildkit' },
      { created_by: 'ENV PATH=/usr/bin', empty_layer: true },
      { created_by: 'RUN /bin/sh -c make install # buildkit' },
    ],
  });
  const pushed = await put(place, undefined, {
    schemaVersion: 2,
    mediaType: types.manifest,
    config: await push(place, types.config, config),
    layers,
    ...(options.annotations && { annotations: options.annotations }),
  });
  return { mediaType: types.manifest, ...pushed, platform: options.platform };
}

/** BuildKit's provenance and SBOM of one image (buildkit docs/attestations/attestation-storage.md). */
async function pushAttestation(place: Place, image: Descriptor): Promise<Descriptor> {
  const subject = [{ name: 'app', digest: { sha256: image.digest.slice('sha256:'.length) } }];
  const predicates = ['https://slsa.dev/provenance/v1', 'https://spdx.dev/Document'];
  const layers: Descriptor[] = [];
  for (const predicateType of predicates) {
    const statement = {
      _type: 'https://in-toto.io/Statement/v0.1',
      subject,
      predicateType,
      predicate: { builder: { id: 'https://builder.example' }, name: 'sample' },
    };
    layers.push({
      ...(await push(place, types.inToto, JSON.stringify(statement))),
      annotations: { 'in-toto.io/predicate-type': predicateType },
    });
  }
  const config = JSON.stringify({
    architecture: 'unknown',
    os: 'unknown',
    rootfs: { type: 'layers', diff_ids: layers.map(({ digest }) => digest) },
  });
  const pushed = await put(place, undefined, {
    schemaVersion: 2,
    mediaType: types.manifest,
    config: await push(place, types.config, config),
    layers,
  });
  return {
    mediaType: types.manifest,
    ...pushed,
    platform: { os: 'unknown', architecture: 'unknown' },
    annotations: {
      'vnd.docker.reference.type': 'attestation-manifest',
      'vnd.docker.reference.digest': image.digest,
    },
  };
}

export type MultiPlatform = { digest: string; children: string[]; attestation: string };

/** An index of three platforms with an attestation of the first, as BuildKit pushes it. */
export async function pushMultiPlatform(
  target: PushTarget,
  repository: string,
  tags: readonly string[],
  label = 'app',
): Promise<MultiPlatform> {
  const place = { target, repository };
  const platforms = [
    { os: 'linux', architecture: 'amd64' },
    { os: 'linux', architecture: 'arm64', variant: 'v8' },
    { os: 'linux', architecture: 'arm', variant: 'v7' },
  ];
  const children: Descriptor[] = [];
  for (const platform of platforms) {
    children.push(await pushPlatformImage(place, { platform, label }));
  }
  const attestation = await pushAttestation(place, children[0] as Descriptor);
  const index = { schemaVersion: 2, mediaType: types.index, manifests: [...children, attestation] };
  let digest = '';
  for (const tag of tags) ({ digest } = await put(place, tag, index));
  return {
    digest,
    children: children.map((child) => child.digest),
    attestation: attestation.digest,
  };
}

/** A single-platform image under tags, with labels and annotations of the caller's choice. */
export async function pushSampleImage(
  target: PushTarget,
  repository: string,
  tags: readonly string[],
  options: Partial<ImageOptions> = {},
): Promise<Descriptor> {
  const place = { target, repository };
  const platform = { os: 'linux', architecture: 'amd64' };
  const image = await pushPlatformImage(place, { platform, ...options });
  const response = await fetch(`${target.origin}/v2/${repository}/manifests/${image.digest}`, {
    headers: {
      accept: types.manifest,
      ...(target.authorization !== undefined && { authorization: target.authorization }),
    },
  });
  const manifest = (await response.json()) as { mediaType: string };
  for (const tag of tags) await put(place, tag, manifest);
  return image;
}

/**
 * An SBOM with a subject, and the fallback tag that names it where the registry has no referrers API
 * (distribution-spec, Referrers Tag Schema).
 */
export async function pushReferrer(
  target: PushTarget,
  repository: string,
  subject: { digest: string; size: number; mediaType: string },
): Promise<string> {
  const place = { target, repository };
  const artifactType = 'application/spdx+json';
  const { mediaType, digest, size } = subject;
  const annotations = { 'org.opencontainers.image.title': 'sbom.spdx.json' };
  const pushed = await put(place, undefined, {
    schemaVersion: 2,
    mediaType: types.manifest,
    artifactType,
    config: await push(place, types.empty, '{}'),
    layers: [{ ...(await push(place, artifactType, '{"spdxVersion":"SPDX-2.3"}')), annotations }],
    subject: { mediaType, digest, size },
    annotations: { 'org.opencontainers.image.created': '2026-02-03T04:05:06Z' },
  });
  await put(place, digest.replace(':', '-'), {
    schemaVersion: 2,
    mediaType: types.index,
    manifests: [{ mediaType: types.manifest, ...pushed, artifactType }],
  });
  return pushed.digest;
}

/** An image in Docker's own formats (manifest version 2, schema 2). */
export async function pushDockerImage(
  target: PushTarget,
  repository: string,
  tag: string,
): Promise<string> {
  const place = { target, repository };
  const tar = tarOf('app/docker', 'docker\n');
  const config = JSON.stringify({
    architecture: 'amd64',
    os: 'linux',
    created: '2026-01-05T06:07:08Z',
    config: { Cmd: ['/app/docker'] },
    rootfs: { type: 'layers', diff_ids: [sha256Of(tar)] },
    history: [{ created_by: '/bin/sh -c #(nop) ADD file:1 in / ' }],
  });
  const { digest } = await put(place, tag, {
    schemaVersion: 2,
    mediaType: types.dockerManifest,
    config: await push(place, types.dockerConfig, config),
    layers: [await push(place, types.dockerLayer, gzipSync(tar))],
  });
  return digest;
}

/** A Helm chart: an artifact that no container engine can run. */
export async function pushChart(
  target: PushTarget,
  repository: string,
  tag: string,
): Promise<string> {
  const place = { target, repository };
  const chart = gzipSync(tarOf('shop/Chart.yaml', 'name: shop\nversion: 0.4.1\n'));
  const { digest } = await put(place, tag, {
    schemaVersion: 2,
    mediaType: types.manifest,
    config: await push(
      place,
      'application/vnd.cncf.helm.config.v1+json',
      '{"name":"shop","version":"0.4.1","apiVersion":"v2"}',
    ),
    layers: [await push(place, 'application/vnd.cncf.helm.chart.content.v1.tar+gzip', chart)],
  });
  return digest;
}
