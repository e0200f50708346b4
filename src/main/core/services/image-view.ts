import type { ImageView } from '#contract/image';
import type { Digest } from '#oci/digest';
import { pairHistory, type ImageConfig } from '#oci/image-config';
import type { ImageManifest } from '#oci/manifest';
import { isImageConfigType } from '#oci/media-type';
import type { RepositoryName } from '#oci/repository-name';
import type { Tag } from '#oci/tag';
import type { CallOptions, FetchedManifest, RegistryClient } from '#core/registry/index';
import { artifactOf } from './artifact';
import { toContractError } from './failure';
import {
  configView,
  descriptorView,
  historyRow,
  indexEntry,
  keyValues,
  layerView,
} from './image-rows';
import { contentBytes, createdOf, readConfig } from './tag-details';

const maxRawCharacters = 1024 * 1024;
const baseName = 'org.opencontainers.image.base.name';
const baseDigest = 'org.opencontainers.image.base.digest';

/** Everything the inspector shows of one manifest. A config that cannot be read does not hide the rest. */
export const readImageView = async (
  client: RegistryClient,
  repository: RepositoryName,
  reference: Tag | Digest,
  options: CallOptions,
): Promise<ImageView> => {
  const fetched = await client.getManifest(repository, reference, options);
  const base = baseView(repository, fetched);
  const { manifest } = fetched;
  switch (manifest.kind) {
    case 'schema1':
      return base;
    case 'index': {
      const created = createdOf(manifest.annotations, undefined);
      return {
        ...base,
        ...linkedParts(manifest),
        entries: manifest.manifests.map(indexEntry),
        ...(created ? { created } : {}),
      };
    }
    case 'image':
      return {
        ...base,
        ...linkedParts(manifest),
        ...(await imageParts(client, repository, manifest, options)),
      };
  }
};

const baseView = (repository: string, fetched: FetchedManifest): ImageView => {
  const text = new TextDecoder().decode(fetched.bytes);
  return {
    repository,
    digest: fetched.digest,
    mediaType: fetched.mediaType,
    shape: fetched.manifest.kind,
    artifact: artifactOf(fetched.manifest),
    manifestBytes: fetched.sizeBytes,
    raw: text.slice(0, maxRawCharacters),
    rawTruncated: text.length > maxRawCharacters,
    annotations: [],
    entries: [],
    layers: [],
    history: [],
    historyLinked: true,
  };
};

const linkedParts = ({
  annotations,
  subject,
}: Pick<ImageManifest, 'annotations' | 'subject'>): Pick<
  ImageView,
  'annotations' | 'subject' | 'base'
> => ({
  annotations: keyValues(annotations),
  ...(subject ? { subject: descriptorView(subject) } : {}),
  ...baseOf(annotations),
});

/** Builders write empty base annotations for images that start from scratch. */
const baseOf = (
  annotations: Readonly<Record<string, string>> | undefined,
): Pick<ImageView, 'base'> => {
  const name = annotations?.[baseName] ?? '';
  const digest = annotations?.[baseDigest] ?? '';
  if (name === '' && digest === '') return {};
  return { base: { ...(name === '' ? {} : { name }), ...(digest === '' ? {} : { digest }) } };
};

type ImageParts = Pick<
  ImageView,
  | 'config'
  | 'configDescriptor'
  | 'configProblem'
  | 'created'
  | 'history'
  | 'historyLinked'
  | 'layers'
  | 'totalBytes'
>;

const imageParts = async (
  client: RegistryClient,
  repository: RepositoryName,
  manifest: ImageManifest,
  options: CallOptions,
): Promise<ImageParts> => {
  const known: ImageParts = {
    layers: manifest.layers.map(layerView),
    totalBytes: contentBytes(manifest),
    configDescriptor: descriptorView(manifest.config),
    history: [],
    historyLinked: true,
  };
  const withDate = (config: ImageConfig | undefined): Pick<ImageView, 'created'> => {
    const created = createdOf(manifest.annotations, config);
    return created ? { created } : {};
  };
  if (!isImageConfigType(manifest.config.mediaType)) return { ...known, ...withDate(undefined) };
  try {
    const config = await readConfig(client, repository, manifest.config, options);
    const paired = pairHistory(config.history, manifest.layers);
    return {
      ...known,
      ...withDate(config),
      config: configView(manifest.config, config),
      history: paired.rows.map(historyRow),
      historyLinked: paired.linked,
    };
  } catch (error) {
    options.signal?.throwIfAborted();
    return { ...known, ...withDate(undefined), configProblem: toContractError(error).message };
  }
};
