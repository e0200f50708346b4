import { parseDescriptor, type Descriptor } from '#oci/descriptor';
import { OciError } from '#oci/error';
import { asRecord, readArray } from '#oci/json';
import { MEDIA_TYPES } from '#oci/media-type';
import { tryParseReference } from '#oci/reference';
import { tryParseTag, type Tag } from '#oci/tag';
import { ContentError } from '../content-error';

/** image-spec annotations.md: the tag, in the index of a layout only. */
const REF_NAME = 'org.opencontainers.image.ref.name';
/** containerd's full name of an image. */
export const IMAGE_NAME = 'io.containerd.image.name';

export type LayoutEntry = { readonly descriptor: Descriptor; readonly tag?: Tag | undefined };

/** Reads `index.json` (image-spec image-layout.md). Throws `archive-invalid`. */
export function parseLayoutIndex(bytes: Uint8Array, name: string): LayoutEntry[] {
  try {
    const place = { code: 'manifest-invalid', where: 'index.json' } as const;
    const json = asRecord(JSON.parse(Buffer.from(bytes).toString('utf8')), place);
    return (readArray(json, 'manifests', place) ?? []).map((item) => {
      const descriptor = parseDescriptor(item, 'index.json');
      return { descriptor, tag: tagOf(descriptor) };
    });
  } catch (error) {
    if (!(error instanceof OciError) && !(error instanceof SyntaxError)) throw error;
    throw new ContentError(
      'archive-invalid',
      `The index.json of ${name} cannot be read: ${error.message}`,
      error,
    );
  }
}

/** Most tools write a tag; some write a whole reference. */
function tagOf({ annotations }: Descriptor): Tag | undefined {
  const text = annotations?.[REF_NAME];
  const plain = text === undefined ? undefined : tryParseTag(text);
  if (plain !== undefined) return plain;
  const full = text ?? annotations?.[IMAGE_NAME];
  return full === undefined ? undefined : tryParseReference(full)?.tag;
}

export function formatLayoutIndex(entries: readonly LayoutEntry[]): Buffer {
  const manifests = entries.map(({ descriptor, tag }) => {
    const { annotations, ...rest } = descriptor;
    const { [REF_NAME]: _, ...others } = annotations ?? {};
    const named = tag === undefined ? others : { ...others, [REF_NAME]: tag };
    return { ...rest, ...(Object.keys(named).length > 0 && { annotations: named }) };
  });
  return Buffer.from(
    JSON.stringify({ schemaVersion: 2, mediaType: MEDIA_TYPES.ociIndex, manifests }),
  );
}
