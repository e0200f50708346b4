import { createHash } from 'node:crypto';
import { open, rm, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { type Descriptor } from '#oci/descriptor';
import { tryParseDigest, type Digest } from '#oci/digest';
import { type LayerCompression, MEDIA_TYPES } from '#oci/media-type';
import { formatReference, parseReference } from '#oci/reference';
import { tryParseTag, type Tag } from '#oci/tag';
import { ContentError } from '../content-error';
import { contentOf, digestOf } from '../verify';
import type { ContentSource, ContentTarget } from '../content-store';
import { openArchive, type ArchiveOptions, type OpenedArchive } from '../tar/open-archive';
import { openPart, readPart } from '../tar/read-part';
import type { TarPart } from '../tar/tar-index';
import { createReadPlace, createWritePlace } from './archive-place';
import {
  formatDockerManifest,
  parseDiffIds,
  parseDockerManifest,
  type DockerImage,
  type DockerNames,
} from './docker-manifest';
import { IMAGE_NAME, type LayoutEntry } from './layout-index';
import { MAX_INDEX_BYTES, MAX_MANIFEST_BYTES, type LayoutPlace } from './layout-place';
import { LayoutStore } from './layout-store';
import { readLayoutEntries } from './oci-archive';
import { packLayer } from './pack-layer';

const MANIFEST_FILE = 'manifest.json';

export type DockerArchiveOptions = ArchiveOptions & {
  /** `gzip` (the default) packs layers that are there as plain tars, as a registry wants them; `keep` does not. */
  readonly layers?: 'gzip' | 'keep' | undefined;
  /** Only the images of this repository: `nginx`, as docker save wrote it. */
  readonly repository?: string | undefined;
};

export type DockerArchive = ContentSource & {
  /** Every image of the archive, also those whose tag another one took. */
  readonly images: readonly { readonly digest: Digest; readonly references: readonly string[] }[];
};

/**
 * Opens what docker save, podman save, nerdctl and skopeo write: Docker's oldest form, its form since version 25, and that of
 * containerd. Where the archive has the image's own manifest and the layers are packed already, the manifest is taken as
 * it is; else one is made, with the config byte for byte. Throws `archive-*`, `digest-mismatch`, `compression-unsupported`.
 */
export async function openDockerArchive(
  file: string,
  options: DockerArchiveOptions = {},
): Promise<DockerArchive> {
  const archive = await openArchive(file, options);
  const reader = new Reader(archive, options);
  try {
    return await reader.read();
  } catch (error) {
    await reader.close();
    throw error;
  }
}

type Place = { handle: FileHandle; part: TarPart } | { bytes: Uint8Array };
type Layer = { descriptor: Descriptor; place: Place };
type Made = { digest: Digest; references: readonly string[]; descriptor: Descriptor };

class Reader {
  private readonly places = new Map<Digest, Place>();
  private readonly layers = new Map<string, Promise<Layer>>();
  private readonly packed: { handle: FileHandle; file: string }[] = [];

  constructor(
    private readonly archive: OpenedArchive,
    private readonly options: DockerArchiveOptions,
  ) {}

  async read(): Promise<DockerArchive> {
    const { name, handle, index } = this.archive;
    const part = index.find(MANIFEST_FILE);
    if (part === undefined) {
      throw new ContentError(
        'archive-invalid',
        `${name} is not a docker archive: it has no manifest.json. Choose a file made by docker save or podman save.`,
      );
    }
    const images = parseDockerManifest(await readPart(handle, part, MAX_INDEX_BYTES, name), name);
    for (const image of images) this.checkParts(image);
    const entries = await readLayoutEntries(this.archive);
    const own = entries && (await this.openLayout(entries, images));
    return own ?? this.make(images);
  }

  async close(): Promise<void> {
    for (const { handle, file } of this.packed) {
      await handle.close().catch(() => {});
      await rm(file, { force: true });
    }
    await this.archive.close();
  }

  private checkParts({ configPath, layerPaths }: DockerImage): void {
    for (const path of [configPath, ...layerPaths]) {
      if (this.archive.index.find(path) !== undefined) continue;
      throw new ContentError(
        'archive-invalid',
        `${this.archive.name} is not complete: its manifest.json names ${JSON.stringify(path)}, which is not in it. Save the image again.`,
      );
    }
  }

  /** The archive's own manifests, when no layer of them would be packed first. */
  private async openLayout(
    entries: readonly LayoutEntry[],
    images: readonly DockerImage[],
  ): Promise<DockerArchive | undefined> {
    if (entries.length === 0) return undefined;
    if ((this.options.layers ?? 'gzip') === 'gzip') {
      for (const path of new Set(images.flatMap(({ layerPaths }) => layerPaths))) {
        if ((await this.compressionOf(path)) === 'none') return undefined;
      }
    }
    const store = new LayoutStore({ place: createReadPlace(this.archive), entries });
    const named = entries.map(({ descriptor, tag }) => ({
      digest: descriptor.digest,
      references: tag === undefined ? [] : [tag],
    }));
    return Object.assign(store, { images: named });
  }

  private async make(images: readonly DockerImage[]): Promise<DockerArchive> {
    const made: Made[] = [];
    for (const image of images) made.push(await this.makeImage(image));
    const entries = made.flatMap(({ descriptor, references }): LayoutEntry[] => {
      const tags = references.flatMap((reference) => this.tagOf(reference) ?? []);
      return tags.length === 0 ? [{ descriptor }] : tags.map((tag) => ({ descriptor, tag }));
    });
    const store = new LayoutStore({ place: this.place(), entries });
    const named = made.map(({ digest, references }) => ({ digest, references }));
    return Object.assign(store, { images: named });
  }

  private tagOf(reference: string): Tag | undefined {
    const colon = reference.lastIndexOf(':');
    const { repository } = this.options;
    if (repository !== undefined && reference.slice(0, colon) !== repository) return undefined;
    return tryParseTag(reference.slice(colon + 1));
  }

  private async makeImage(image: DockerImage): Promise<Made> {
    const { name, handle, index } = this.archive;
    const configPart = index.find(image.configPath);
    if (!configPart) throw new ContentError('archive-invalid', `${name} has no config.`);
    const config = await readPart(handle, configPart, MAX_MANIFEST_BYTES, name);
    const diffIds = parseDiffIds(config, name);
    if (diffIds.length !== image.layerPaths.length) {
      throw new ContentError(
        'archive-invalid',
        `${name} is not sound: the config of an image counts ${diffIds.length} layers, its manifest.json ${image.layerPaths.length}.`,
      );
    }
    const layers: Layer[] = [];
    for (const [at, path] of image.layerPaths.entries()) {
      layers.push(await this.layerOf(path, diffIds[at] ?? ''));
    }
    for (const { descriptor, place } of layers) this.places.set(descriptor.digest, place);
    const descriptor = this.keepManifest(config, layers);
    return { digest: descriptor.digest, references: image.repoTags, descriptor };
  }

  private keepManifest(config: Buffer, layers: readonly Layer[]): Descriptor {
    const configDigest = digestOf(config);
    this.places.set(configDigest, { bytes: config });
    const json = {
      schemaVersion: 2,
      mediaType: MEDIA_TYPES.ociManifest,
      config: { mediaType: MEDIA_TYPES.ociConfig, digest: configDigest, size: config.length },
      layers: layers.map(({ descriptor }) => descriptor),
    };
    const bytes = Buffer.from(JSON.stringify(json));
    const digest = digestOf(bytes);
    this.places.set(digest, { bytes });
    return { mediaType: MEDIA_TYPES.ociManifest, digest, size: bytes.length };
  }

  /** Images of an archive share layers; each is packed once. */
  private layerOf(path: string, diffId: string): Promise<Layer> {
    const key = `${path}\n${diffId}`;
    const known = this.layers.get(key);
    if (known) return known;
    const made = this.makeLayer(path, diffId);
    this.layers.set(key, made);
    return made;
  }

  private async makeLayer(path: string, diffId: string): Promise<Layer> {
    const { handle, index, name } = this.archive;
    const part = index.find(path);
    if (!part) throw new ContentError('archive-invalid', `${name} has no ${path}.`);
    const compression = await this.compressionOf(path);
    if (compression !== 'none') {
      const digest = await this.hash(part);
      const mediaType =
        compression === 'zstd' ? MEDIA_TYPES.ociLayerZstd : MEDIA_TYPES.ociLayerGzip;
      return { descriptor: { mediaType, digest, size: part.sizeBytes }, place: { handle, part } };
    }
    if (this.options.layers === 'keep') {
      const digest = tryParseDigest(diffId);
      if (!digest) throw new ContentError('archive-invalid', `${name} has a diff id that is none.`);
      const descriptor = { mediaType: MEDIA_TYPES.ociLayer, digest, size: part.sizeBytes };
      return { descriptor, place: { handle, part } };
    }
    return this.pack(part, diffId);
  }

  private async pack(part: TarPart, diffId: string): Promise<Layer> {
    const { handle, name } = this.archive;
    const { temporaryFolder: folder = tmpdir(), signal } = this.options;
    const { body } = openPart(handle, part, 0);
    const { file, digest, sizeBytes } = await packLayer(body, diffId, { folder, name, signal });
    const packed = await open(file, 'r');
    this.packed.push({ handle: packed, file });
    return {
      descriptor: { mediaType: MEDIA_TYPES.ociLayerGzip, digest, size: sizeBytes },
      place: { handle: packed, part: { offset: 0, sizeBytes } },
    };
  }

  private async hash(part: TarPart): Promise<Digest> {
    const hash = createHash('sha256');
    for await (const chunk of openPart(this.archive.handle, part, 0).body) {
      this.options.signal?.throwIfAborted();
      hash.update(chunk);
    }
    return `sha256:${hash.digest('hex')}` as Digest;
  }

  /** By the first bytes: the names of layers say nothing in Docker's archives. */
  private async compressionOf(path: string): Promise<LayerCompression> {
    const part = this.archive.index.find(path);
    const start = Buffer.alloc(4);
    if (part && part.sizeBytes >= 4) await this.archive.handle.read(start, 0, 4, part.offset);
    if (start[0] === 0x1f && start[1] === 0x8b) return 'gzip';
    return start.toString('hex') === '28b52ffd' ? 'zstd' : 'none';
  }

  private place(): LayoutPlace {
    const { name } = this.archive;
    const readOnly = (): Promise<never> =>
      Promise.reject(new ContentError('unsupported', `${name} was opened to be read.`));
    return {
      name,
      sizeOf: async (digest) => {
        const place = this.places.get(digest);
        if (place === undefined) return undefined;
        return 'bytes' in place ? place.bytes.length : place.part.sizeBytes;
      },
      open: async (digest, startBytes) => {
        const place = this.places.get(digest);
        if (place === undefined) return undefined;
        if ('bytes' in place) return contentOf(place.bytes).open(startBytes);
        return openPart(place.handle, place.part, startBytes);
      },
      write: readOnly,
      finish: readOnly,
      close: () => this.close(),
    };
  }
}

/**
 * Begins an archive that docker load, podman load and every reader of OCI archives take: an OCI layout with
 * `manifest.json`, which names one image a tag. It is there under its name only after `finish`.
 */
export async function createDockerArchive(
  file: string,
  names: DockerNames,
): Promise<ContentTarget> {
  return new LayoutStore({
    place: await createWritePlace(file),
    entries: [],
    // podman looks at the layout first, and finds the whole name only where containerd writes it.
    annotationsOf: (tag) => ({ [IMAGE_NAME]: fullName(names.repository, tag) }),
    moreFiles: async (content) =>
      new Map([[MANIFEST_FILE, await formatDockerManifest(content, names)]]),
  });
}

/** `nginx` is `docker.io/library/nginx` in full. */
const fullName = (repository: string, tag: Tag): string =>
  formatReference(parseReference(`${repository}:${tag}`));
