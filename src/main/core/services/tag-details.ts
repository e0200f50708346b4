import type { SourcedDate, TagDetails } from '#contract/tag';
import type { Descriptor } from '#oci/descriptor';
import { meaningfulDate, parseImageConfig, type ImageConfig } from '#oci/image-config';
import { isAttestationDescriptor, type ImageIndex, type ImageManifest } from '#oci/manifest';
import { isImageConfigType, isIndexType } from '#oci/media-type';
import { formatPlatform, isUnknownPlatform, normalizePlatform } from '#oci/platform';
import type { RepositoryName } from '#oci/repository-name';
import type { Tag } from '#oci/tag';
import {
  isRegistryError,
  type CallOptions,
  type FetchedManifest,
  type RegistryClient,
} from '#core/registry/index';
import { artifactOf } from './artifact';

const createdAnnotation = 'org.opencontainers.image.created';

/**
 * What one row of the tag table shows. One manifest and one config for an image; one child more for an index, whose
 * size and date are those of one platform: this computer's where the index has it, else the first.
 */
export const readTagDetails = async (
  client: RegistryClient,
  repository: RepositoryName,
  tag: Tag,
  options: CallOptions,
): Promise<TagDetails> => {
  const fetched = await client.getManifest(repository, tag, options);
  const { manifest } = fetched;
  switch (manifest.kind) {
    case 'image':
      return {
        ...baseOf(tag, fetched),
        ...(await imagePart(client, repository, manifest, options)),
      };
    case 'index':
      return {
        ...baseOf(tag, fetched),
        ...(await indexPart(client, repository, manifest, options)),
      };
    case 'schema1':
      return baseOf(tag, fetched);
  }
};

const baseOf = (tag: Tag, { digest, mediaType, manifest }: FetchedManifest): TagDetails => ({
  tag,
  digest,
  mediaType,
  shape: manifest.kind,
  artifact: artifactOf(manifest),
  platforms: [],
  hasAttestations: false,
});

type Part = Pick<TagDetails, 'platforms' | 'sizeBytes' | 'sizeOf' | 'created' | 'hasAttestations'>;
type WritablePart = { -readonly [K in keyof Part]: Part[K] };

/** Compressed bytes of layers and config (trap 41: not the manifest's own size, not the size on disk). */
export const contentBytes = ({ config, layers }: ImageManifest): number =>
  layers.reduce((sum, layer) => sum + layer.size, config.size);

const imagePart = async (
  client: RegistryClient,
  repository: RepositoryName,
  manifest: ImageManifest,
  options: CallOptions,
): Promise<Part> => {
  const part: WritablePart = {
    platforms: [],
    sizeBytes: contentBytes(manifest),
    hasAttestations: false,
  };
  const config = isImageConfigType(manifest.config.mediaType)
    ? await ifThere(readConfig(client, repository, manifest.config, options))
    : undefined;
  const created = createdOf(manifest.annotations, config);
  if (created) part.created = created;
  const platform = config && platformLabel(config);
  if (platform !== undefined) part.platforms = [platform];
  return part;
};

const indexPart = async (
  client: RegistryClient,
  repository: RepositoryName,
  index: ImageIndex,
  options: CallOptions,
): Promise<Part> => {
  const children = index.manifests.filter((child) => !isAttestationDescriptor(child));
  const platforms = children.flatMap((child) => descriptorPlatform(child) ?? []);
  const part: WritablePart = {
    platforms,
    hasAttestations: children.length < index.manifests.length,
  };
  const created = createdOf(index.annotations, undefined);
  if (created) part.created = created;
  const chosen = children.length === 0 ? undefined : preferredChild(children);
  if (!chosen || isIndexType(chosen.mediaType)) return part;
  const child = await ifThere(client.getManifest(repository, chosen.digest, options));
  if (child?.manifest.kind !== 'image') return part;
  const { platforms: own, ...sizes } = await imagePart(client, repository, child.manifest, options);
  const sizeOf = descriptorPlatform(chosen) ?? own[0];
  return {
    ...sizes,
    ...(created ? { created } : {}),
    platforms: platforms.length > 0 ? platforms : own,
    hasAttestations: part.hasAttestations,
    ...(sizeOf === undefined ? {} : { sizeOf }),
  };
};

/** A sparse index, or an image whose config is gone, is still worth its row (trap 18). */
const ifThere = async <T>(reading: Promise<T>): Promise<T | undefined> => {
  try {
    return await reading;
  } catch (error) {
    if (isRegistryError(error, 'not-found')) return undefined;
    throw error;
  }
};

const hostArchitectures: Readonly<Record<string, string>> = {
  x64: 'amd64',
  ia32: '386',
  arm: 'arm',
};

/** The platform that `docker pull` on this computer would choose: its architecture, on Linux. */
const preferredChild = (children: readonly Descriptor[]): Descriptor | undefined => {
  const architecture = hostArchitectures[process.arch] ?? process.arch;
  return (
    children.find(
      ({ platform }) => platform?.os === 'linux' && platform.architecture === architecture,
    ) ?? children[0]
  );
};

/** `os/arch[/variant]` of a child, undefined for "unknown/unknown" and for none (traps 16 and 17). */
export const descriptorPlatform = ({ platform }: Descriptor): string | undefined =>
  platform === undefined || isUnknownPlatform(platform)
    ? undefined
    : formatPlatform(normalizePlatform(platform));

export const platformLabel = (config: ImageConfig): string | undefined => {
  const { os, architecture, variant } = config;
  if (!os || !architecture) return undefined;
  const platform = { os, architecture, ...(variant ? { variant } : {}) };
  return isUnknownPlatform(platform) ? undefined : formatPlatform(normalizePlatform(platform));
};

export const readConfig = async (
  client: RegistryClient,
  repository: RepositoryName,
  descriptor: Descriptor,
  options: CallOptions,
): Promise<ImageConfig> => {
  const { json } = await client.getConfig(repository, descriptor, options);
  return parseImageConfig(json);
};

/** Build date with its source; an epoch date is no date (traps 17 and 39). */
export const createdOf = (
  annotations: Readonly<Record<string, string>> | undefined,
  config: ImageConfig | undefined,
): SourcedDate | undefined => {
  const candidates: readonly (readonly [SourcedDate['source'], string | undefined])[] = [
    ['config', config?.created],
    ['annotation', annotations?.[createdAnnotation]],
    ['label', config?.config?.Labels?.[createdAnnotation]],
  ];
  for (const [source, text] of candidates) {
    const at = meaningfulDate(text);
    if (at !== undefined) return { at, source };
  }
  return undefined;
};
