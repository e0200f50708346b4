import type { ImageView, LayerView } from '#contract/image';
import type { InspectorTab } from '#contract/settings';
import type { TagDetails } from '#contract/tag';

/** What decides which tabs make sense. */
export type Shape = 'index' | 'image' | 'attestation' | 'artifact' | 'schema1';

const areStatements = (layers: readonly LayerView[]): boolean =>
  layers.length > 0 && layers.every(({ predicateType }) => predicateType !== undefined);

/** The older form of BuildKit's attestations carries a placeholder image config, so the layers decide (trap 16). */
export const shapeOf = (view: Pick<ImageView, 'shape' | 'artifact' | 'layers'>): Shape => {
  if (view.shape !== 'image') return view.shape;
  if (view.artifact.kind === 'attestation' || areStatements(view.layers)) return 'attestation';
  return view.artifact.kind === 'image' ? 'image' : 'artifact';
};

/** The same from what the tag table knows, before the manifest is there. */
export const shapeOfDetails = (details: TagDetails | undefined): Shape => {
  if (details === undefined) return 'image';
  return shapeOf({ shape: details.shape, artifact: details.artifact, layers: [] });
};

/** Tabs of a shape. None of them is ever empty for it. */
export const tabsOf: Readonly<Record<Shape, readonly InspectorTab[]>> = {
  index: ['overview', 'layers', 'config', 'manifest', 'referrers'],
  image: ['overview', 'layers', 'config', 'manifest', 'referrers'],
  artifact: ['overview', 'layers', 'config', 'manifest', 'referrers'],
  attestation: ['overview', 'manifest', 'referrers'],
  schema1: ['overview', 'manifest', 'referrers'],
};
