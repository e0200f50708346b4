import type { Descriptor } from './descriptor';

/** image-spec config.md, `history`. */
export type HistoryEntry = {
  readonly created?: string;
  readonly created_by?: string;
  readonly author?: string;
  readonly comment?: string;
  readonly empty_layer?: boolean;
};

/** One step of the build. `layer` is there when the history lines up with the layers and the step made one. */
export type HistoryRow = {
  /** Empty when the history does not say. */
  readonly createdBy: string;
  readonly created?: string;
  readonly comment?: string;
  readonly emptyLayer: boolean;
  readonly layer?: Descriptor;
  /** Index of `layer` in the manifest's list. */
  readonly layerIndex?: number;
};

export type PairedHistory = {
  readonly rows: readonly HistoryRow[];
  readonly layers: readonly Descriptor[];
  /** False when the history has more or fewer layers than the manifest: show both lists, side by side and unlinked. */
  readonly linked: boolean;
};

/**
 * Puts each step of an image's history beside the layer it made. Steps with `empty_layer` made none; the others take
 * the layers in order (image-spec config.md, `history`). History is optional, and some builders write it wrong, so the
 * two are linked only when the counts agree.
 */
export const pairHistory = (
  history: readonly HistoryEntry[],
  layers: readonly Descriptor[],
): PairedHistory => {
  const made = history.reduce((count, entry) => count + (entry.empty_layer === true ? 0 : 1), 0);
  const linked = made === layers.length;
  let next = 0;
  const rows = history.map((entry) => {
    if (!linked || entry.empty_layer === true) return toRow(entry);
    const layerIndex = next;
    next += 1;
    const layer = layers[layerIndex];
    return layer === undefined ? toRow(entry) : { ...toRow(entry), layer, layerIndex };
  });
  return { rows, layers, linked };
};

const toRow = (entry: HistoryEntry): HistoryRow => ({
  createdBy: entry.created_by ?? '',
  emptyLayer: entry.empty_layer === true,
  ...(entry.created === undefined ? {} : { created: entry.created }),
  ...(entry.comment === undefined ? {} : { comment: entry.comment }),
});
