import type { Descriptor } from '#oci/descriptor';
import { digestAlgorithm, digestEncoded, type Digest } from '#oci/digest';
import type { OpenedContent } from '../content-store';

/** Where the files of an OCI image layout are (image-spec image-layout.md): a folder, or a tar. */
export type LayoutPlace = {
  readonly name: string;
  sizeOf(digest: Digest): Promise<number | undefined>;
  /** Undefined when there is no such blob. */
  open(digest: Digest, startBytes: number): Promise<OpenedContent | undefined>;
  /** `content` was checked, or throws before its end. */
  write(descriptor: Descriptor, content: AsyncIterable<Uint8Array>): Promise<void>;
  /** Makes everything final, with this `index.json` and whatever files stand beside it. */
  finish(files: ReadonlyMap<string, Uint8Array>): Promise<void>;
  close(): Promise<void>;
};

export const LAYOUT_FILE = 'oci-layout';
export const INDEX_FILE = 'index.json';
export const LAYOUT_CONTENT = Buffer.from('{"imageLayoutVersion":"1.0.0"}');

/** `blobs/<algorithm>/<encoded>`; a digest's grammar allows nothing that leads elsewhere. */
export const blobPath = (digest: Digest): string =>
  `blobs/${digestAlgorithm(digest)}/${digestEncoded(digest)}`;

/** Documents are read whole; a layout of 100,000 tags has an index of less than 32 MiB. */
export const MAX_INDEX_BYTES = 32 * 1024 * 1024;
export const MAX_MANIFEST_BYTES = 8 * 1024 * 1024;
