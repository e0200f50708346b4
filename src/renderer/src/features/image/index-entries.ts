import type { ImageView, IndexEntry } from '#contract/image';

/** An entry of an index with the attestations that speak about it (trap 16). */
export type FoldedEntry = {
  readonly entry: IndexEntry;
  readonly attestations: readonly IndexEntry[];
};

export type FoldedIndex = {
  readonly entries: readonly FoldedEntry[];
  /** Attestations about an image that is not in this index. */
  readonly strays: readonly IndexEntry[];
};

/** Puts each attestation under the image it describes. */
export const foldAttestations = (entries: readonly IndexEntry[]): FoldedIndex => {
  const byImage = new Map<string, IndexEntry[]>();
  for (const entry of entries) {
    if (entry.role !== 'attestation') continue;
    const image = entry.attests ?? '';
    byImage.set(image, [...(byImage.get(image) ?? []), entry]);
  }
  const folded = entries
    .filter(({ role }) => role !== 'attestation')
    .map((entry) => ({ entry, attestations: byImage.get(entry.digest) ?? [] }));
  const listed = new Set(folded.map(({ entry }) => entry.digest));
  const strays = [...byImage].flatMap(([image, rest]) => (listed.has(image) ? [] : rest));
  return { entries: folded, strays };
};

/** What an entry is called: its platform, else what it is. */
export const entryLabel = ({ platform, role, artifactType, mediaType }: IndexEntry): string => {
  if (platform !== undefined) return platform;
  if (role === 'attestation') return 'attestation';
  if (role === 'index') return 'index';
  return artifactType ?? mediaType;
};

/** Entries that can be shown as an image. */
export const imageEntries = ({ entries }: Pick<ImageView, 'entries'>): readonly IndexEntry[] =>
  entries.filter(({ role }) => role === 'image');

/**
 * The image whose layers stand for the index: of the platform looked at last, else of the one the table's size was
 * read from, else linux/amd64, else the first that is an image. Never simply the first entry (trap 16).
 */
export const chooseImage = (
  view: Pick<ImageView, 'entries'>,
  wanted: readonly (string | undefined)[],
): IndexEntry | undefined => {
  const images = imageEntries(view);
  for (const platform of [...wanted, 'linux/amd64']) {
    const found = images.find((entry) => platform !== undefined && entry.platform === platform);
    if (found !== undefined) return found;
  }
  return images[0];
};
