import type { Descriptor } from './descriptor';
import type { Digest } from './digest';
import type { StringRecord } from './json';

/** image-spec manifest.md, or Docker's schema 2. `kind` is ours, the other names are those of the specification. */
export type ImageManifest = {
  readonly kind: 'image';
  readonly schemaVersion: 2;
  /** As declared in the body, else by the registry, else what the shape implies. */
  readonly mediaType: string;
  readonly artifactType?: string;
  readonly config: Descriptor;
  /** Base layer first. */
  readonly layers: readonly Descriptor[];
  readonly subject?: Descriptor;
  readonly annotations?: StringRecord;
};

/** image-spec image-index.md, or Docker's manifest list. Its manifests may be of any type, nested indexes too. */
export type ImageIndex = {
  readonly kind: 'index';
  readonly schemaVersion: 2;
  readonly mediaType: string;
  readonly artifactType?: string;
  readonly manifests: readonly Descriptor[];
  readonly subject?: Descriptor;
  readonly annotations?: StringRecord;
};

/** Docker's schema 1: recognised and named, nothing more. Its digest is not the hash of its bytes when it is signed. */
export type Schema1Manifest = {
  readonly kind: 'schema1';
  readonly schemaVersion: 1;
  readonly mediaType: string;
  readonly name?: string;
  readonly tag?: string;
  readonly architecture?: string;
  /** Newest first, the reverse of `layers`. */
  readonly fsLayers: readonly { readonly blobSum: Digest }[];
};

export type Manifest = ImageManifest | ImageIndex | Schema1Manifest;
