import type {
  DescriptorView,
  HistoryRow,
  ImageConfigView,
  IndexEntry,
  KeyValue,
  LayerView,
} from '#contract/image';
import type { Descriptor } from '#oci/descriptor';
import { dockerfileLine, type ImageConfig, type PairedHistory } from '#oci/image-config';
import { attestationSubject, isAttestationDescriptor } from '#oci/manifest';
import {
  isForeignLayer,
  isImageManifestType,
  isIndexType,
  layerCompression,
} from '#oci/media-type';
import { descriptorPlatform, platformLabel } from './tag-details';

const titleAnnotation = 'org.opencontainers.image.title';
const predicateAnnotation = 'in-toto.io/predicate-type';

export const keyValues = (
  record: Readonly<Record<string, string>> | null | undefined,
): KeyValue[] => Object.entries(record ?? {}).map(([key, value]) => ({ key, value }));

export const descriptorView = (descriptor: Descriptor): DescriptorView => ({
  mediaType: descriptor.mediaType,
  digest: descriptor.digest,
  sizeBytes: descriptor.size,
  annotations: keyValues(descriptor.annotations),
  ...(descriptor.artifactType === undefined ? {} : { artifactType: descriptor.artifactType }),
});

/** A child of an index, with attestations told apart from images (trap 16). */
export const indexEntry = (descriptor: Descriptor): IndexEntry => {
  const platform = descriptorPlatform(descriptor);
  const attests = attestationSubject(descriptor);
  return {
    ...descriptorView(descriptor),
    role: roleOf(descriptor),
    ...(platform === undefined ? {} : { platform }),
    ...(attests === undefined ? {} : { attests }),
  };
};

const roleOf = (descriptor: Descriptor): IndexEntry['role'] => {
  if (isAttestationDescriptor(descriptor)) return 'attestation';
  if (isIndexType(descriptor.mediaType)) return 'index';
  return isImageManifestType(descriptor.mediaType) ? 'image' : 'other';
};

export const layerView = (descriptor: Descriptor): LayerView => {
  const title = descriptor.annotations?.[titleAnnotation];
  const predicateType = descriptor.annotations?.[predicateAnnotation];
  return {
    ...descriptorView(descriptor),
    compression: layerCompression(descriptor.mediaType),
    isForeign: isForeignLayer(descriptor.mediaType),
    ...(title === undefined ? {} : { title }),
    ...(predicateType === undefined ? {} : { predicateType }),
  };
};

export const historyRow = (row: PairedHistory['rows'][number]): HistoryRow => {
  const { instruction, text } = dockerfileLine(row.createdBy);
  return {
    instruction,
    text,
    isEmptyLayer: row.emptyLayer,
    ...(row.created === undefined ? {} : { createdAt: row.created }),
    ...(row.comment === undefined ? {} : { comment: row.comment }),
    ...(row.layerIndex === undefined ? {} : { layerIndex: row.layerIndex }),
  };
};

export const configView = (descriptor: Descriptor, config: ImageConfig): ImageConfigView => {
  const run = config.config;
  const platform = platformLabel(config);
  return {
    digest: descriptor.digest,
    sizeBytes: descriptor.size,
    entrypoint: run.Entrypoint ?? [],
    cmd: run.Cmd ?? [],
    env: (run.Env ?? []).map(splitEnv),
    exposedPorts: Object.keys(run.ExposedPorts ?? {}),
    volumes: Object.keys(run.Volumes ?? {}),
    labels: keyValues(run.Labels),
    shell: run.Shell ?? [],
    ...present('platform', platform),
    ...present('author', config.author),
    ...present('user', run.User),
    ...present('workingDir', run.WorkingDir),
    ...present('stopSignal', run.StopSignal),
    ...present('healthcheck', run.Healthcheck?.Test?.join(' ')),
  };
};

const present = <K extends string>(
  key: K,
  value: string | null | undefined,
): { readonly [P in K]?: string } =>
  value === undefined || value === null || value === ''
    ? {}
    : ({ [key]: value } as { readonly [P in K]?: string });

const splitEnv = (entry: string): KeyValue => {
  const at = entry.indexOf('=');
  return at < 0
    ? { key: entry, value: '' }
    : { key: entry.slice(0, at), value: entry.slice(at + 1) };
};
