import type { Descriptor } from '#oci/descriptor';
import { MEDIA_TYPES } from '#oci/media-type';
import type { Platform } from '#oci/platform';
import { digestOf, type SampleRepository } from './content';
import { writeGzip } from './gzip';
import { writeTar, type TarEntry } from './tar';

/** A step of the build; one without files made no layer (image-spec config.md, `history`). */
export type BuildStep = {
  /** As BuildKit writes it: `COPY hello /hello # buildkit`. */
  readonly createdBy: string;
  readonly files?: readonly TarEntry[];
};

export type ImageSpec = {
  readonly family?: 'oci' | 'docker';
  readonly platform: Platform;
  /** ISO 8601; also the time of every file. */
  readonly createdAt: string;
  readonly steps: readonly BuildStep[];
  /** image-spec config.md, `config`: Entrypoint, Env, Labels and others. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly tags?: readonly string[];
};

const families = {
  oci: {
    manifest: MEDIA_TYPES.ociManifest,
    config: MEDIA_TYPES.ociConfig,
    layer: MEDIA_TYPES.ociLayerGzip,
  },
  docker: {
    manifest: MEDIA_TYPES.dockerManifest,
    config: MEDIA_TYPES.dockerConfig,
    layer: MEDIA_TYPES.dockerLayerGzip,
  },
} as const;

/** Adds an image's layers, config and manifest. The descriptor has its platform, ready for an index. */
export function addImage(to: SampleRepository, spec: ImageSpec): Descriptor {
  const types = families[spec.family ?? 'oci'];
  const createdAtMs = Date.parse(spec.createdAt);
  const tars = spec.steps.flatMap(({ files }) =>
    files === undefined ? [] : [writeTar(files, createdAtMs)],
  );
  const layers = tars.map((tar) => to.addBlob(types.layer, writeGzip(tar)));
  const config = {
    created: spec.createdAt,
    ...spec.platform,
    config: spec.config,
    rootfs: { type: 'layers', diff_ids: tars.map(digestOf) },
    history: spec.steps.map(({ createdBy, files }) => ({
      created: spec.createdAt,
      created_by: createdBy,
      ...(files === undefined && { empty_layer: true }),
    })),
  };
  const manifest = to.addManifest(
    {
      mediaType: types.manifest,
      config: to.addBlob(types.config, JSON.stringify(config)),
      layers,
      ...(spec.annotations && { annotations: spec.annotations }),
    },
    spec.tags,
  );
  return { ...manifest, platform: spec.platform };
}

/** Adds an image index of images that were added before (image-spec image-index.md). */
export function addIndex(
  to: SampleRepository,
  manifests: readonly Descriptor[],
  tags: readonly string[],
  annotations: Readonly<Record<string, string>>,
): Descriptor {
  return to.addManifest({ mediaType: MEDIA_TYPES.ociIndex, manifests, annotations }, tags);
}
