import type { HistoryRow, ImageView, LayerView } from '#contract/image';
import { formatCounted } from '#lib/format';

/** A line of the Layers tab: a history entry, a layer, or both. */
export type LayerRow = {
  readonly key: string;
  readonly history?: HistoryRow;
  readonly layer?: LayerView;
  /** Share of the biggest layer, 0 to 1; absent without a layer. */
  readonly share?: number;
};

export type LayerRows = {
  /** History beside layers; empty when they do not line up. */
  readonly rows: readonly LayerRow[];
  /** Shown apart, with the reason, when they do not line up (trap 38). */
  readonly apart?: {
    readonly reason: string;
    readonly layers: readonly LayerRow[];
    readonly history: readonly LayerRow[];
  };
};

const shareOf = ({ sizeBytes }: LayerView, biggest: number): number =>
  biggest === 0 ? 0 : sizeBytes / biggest;

const layerRow = (layer: LayerView, index: number, biggest: number): LayerRow => ({
  key: `layer ${index}`,
  layer,
  share: shareOf(layer, biggest),
});

const historyRow = (history: HistoryRow, index: number): LayerRow => ({
  key: `history ${index}`,
  history,
});

const linkedRow = (
  history: HistoryRow,
  index: number,
  layers: readonly LayerView[],
  biggest: number,
): LayerRow => {
  const layer = history.layerIndex === undefined ? undefined : layers[history.layerIndex];
  const row = historyRow(history, index);
  return layer === undefined ? row : { ...row, layer, share: shareOf(layer, biggest) };
};

const reasonOf = (history: readonly HistoryRow[], layers: readonly LayerView[]): string => {
  const filled = history.filter(({ isEmptyLayer }) => !isEmptyLayer).length;
  return filled === layers.length
    ? 'History and layers do not line up, so they are listed apart.'
    : `The history names ${formatCounted(filled, 'step')} with content and the manifest lists ${formatCounted(layers.length, 'layer')}. They do not line up, so they are listed apart.`;
};

/** Lines up history and layers as far as main could link them; an empty layer has no size and no bar. */
export const layerRows = ({
  history,
  layers,
  historyLinked,
}: Pick<ImageView, 'history' | 'layers' | 'historyLinked'>): LayerRows => {
  const biggest = layers.reduce((most, { sizeBytes }) => Math.max(most, sizeBytes), 0);
  const bare = layers.map((layer, at) => layerRow(layer, at, biggest));
  if (history.length === 0) return { rows: bare };
  if (historyLinked) {
    return { rows: history.map((row, at) => linkedRow(row, at, layers, biggest)) };
  }
  return {
    rows: [],
    apart: { reason: reasonOf(history, layers), layers: bare, history: history.map(historyRow) },
  };
};
