import { gzipSync } from 'node:zlib';
import type { ContentSet, Descriptor, Platform } from './content-set';
import { sha256Of } from './scripted-registry';
import { tarOf, type TarEntry } from './tar';
import { zstdFrameOf } from './zstd';

/** Media types of the two families (image-spec media-types.md; Docker image manifest version 2, schema 2). */
export const mediaTypes = {
  oci: {
    index: 'application/vnd.oci.image.index.v1+json',
    manifest: 'application/vnd.oci.image.manifest.v1+json',
    config: 'application/vnd.oci.image.config.v1+json',
    gzip: 'application/vnd.oci.image.layer.v1.tar+gzip',
    zstd: 'application/vnd.oci.image.layer.v1.tar+zstd',
    tar: 'application/vnd.oci.image.layer.v1.tar',
  },
  docker: {
    index: 'application/vnd.docker.distribution.manifest.list.v2+json',
    manifest: 'application/vnd.docker.distribution.manifest.v2+json',
    config: 'application/vnd.docker.container.image.v1+json',
    gzip: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
    zstd: 'application/vnd.docker.image.rootfs.diff.tar.zstd',
    tar: 'application/vnd.docker.image.rootfs.diff.tar',
  },
} as const;

export type HistoryEntry = { created_by?: string; empty_layer?: true; created?: string };

export type ImageOptions = {
  platform?: Platform;
  family?: keyof typeof mediaTypes;
  /** One tar a layer. */
  layers?: readonly (readonly TarEntry[])[];
  compression?: 'gzip' | 'zstd' | 'tar';
  /** Layer descriptors that follow `layers`, as they are. */
  moreLayers?: readonly Descriptor[];
  created?: string | null;
  history?: readonly HistoryEntry[] | null;
  labels?: Readonly<Record<string, string>>;
  /** Further fields of `config.config`. */
  run?: Readonly<Record<string, unknown>>;
  annotations?: Readonly<Record<string, string>>;
  tags?: readonly string[];
};

const compress = {
  gzip: (tar: Buffer) => gzipSync(tar),
  zstd: zstdFrameOf,
  tar: (tar: Buffer) => tar,
};

export const amd64: Platform = { os: 'linux', architecture: 'amd64' };

const fileOf = (name: string, content: string): readonly TarEntry[] => [{ name, content }];

const defaultHistory: readonly HistoryEntry[] = [
  { created_by: 'COPY base /app/base # buildkit' },
  { created_by: 'ENV PATH=/usr/bin', empty_layer: true },
  { created_by: 'RUN /bin/sh -c make install # buildkit' },
];

/** A runnable image's manifest, config and layers; small but real. The descriptor has its platform. */
export function addImage(content: ContentSet, options: ImageOptions = {}): Descriptor {
  const { platform = amd64, family = 'oci', compression = 'gzip', tags = [] } = options;
  const types = mediaTypes[family];
  const tars = (
    options.layers ?? [
      fileOf('app/base', `base for ${platform.architecture}\n`),
      fileOf('app/program', `program for ${platform.architecture}\n`),
    ]
  ).map(tarOf);
  const layers = tars.map((tar) => content.addBlob(types[compression], compress[compression](tar)));
  const config = {
    ...platform,
    ...(options.created !== null && { created: options.created ?? '2026-01-02T03:04:05Z' }),
    config: {
      Env: ['PATH=/usr/bin'],
      Entrypoint: ['/app/program'],
      Labels: options.labels ?? null,
      ...options.run,
    },
    rootfs: { type: 'layers', diff_ids: tars.map((tar) => sha256Of(tar)) },
    ...(options.history !== null && { history: options.history ?? defaultHistory }),
  };
  const descriptor = content.addManifest(
    {
      schemaVersion: 2,
      mediaType: types.manifest,
      config: content.addBlob(types.config, JSON.stringify(config)),
      layers: [...layers, ...(options.moreLayers ?? [])],
      ...(options.annotations && { annotations: options.annotations }),
    },
    ...tags,
  );
  return { ...descriptor, platform };
}

/** An image index (or, as `docker`, a manifest list) of these children. */
export function addIndex(
  content: ContentSet,
  children: readonly Descriptor[],
  options: Pick<ImageOptions, 'annotations' | 'family' | 'tags'> = {},
): Descriptor {
  return content.addManifest(
    {
      schemaVersion: 2,
      mediaType: mediaTypes[options.family ?? 'oci'].index,
      manifests: children,
      ...(options.annotations && { annotations: options.annotations }),
    },
    ...(options.tags ?? []),
  );
}

export const threePlatforms: readonly Platform[] = [
  amd64,
  { os: 'linux', architecture: 'arm64', variant: 'v8' },
  { os: 'linux', architecture: 'arm', variant: 'v7' },
];
