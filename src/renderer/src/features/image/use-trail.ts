import { useState } from 'react';
import { clipDigest } from '#lib/digest-text';
import { useSelection } from '#state/selection';
import { backTo, openManifest, pushStep, startTrail, type Step, type Trail } from './trail';

export type TrailModel = {
  readonly trail: Trail;
  /** Opens a manifest or a blob that the shown one names. */
  readonly open: (step: Step) => void;
  readonly goTo: (index: number) => void;
  /** Goes back to a step and on from there: another platform of the same index. */
  readonly openFrom: (index: number, step: Step) => void;
};

/**
 * The way from the selected tag to what is shown. The selection slice keeps only its two ends (tag and digest), which
 * is what a restart needs; the steps between live here.
 */
export const useTrail = (reference: string): TrailModel => {
  const tag = useSelection((state) => state.tag);
  const openDigest = useSelection((state) => state.openDigest);
  const root = tag !== null && reference.includes(':') ? tag : reference;
  const [kept, setTrail] = useState(() => startTrail(root, reference, clipDigest(reference)));
  let trail = kept;
  if (trail.root !== root || openManifest(trail) !== reference) {
    trail = startTrail(root, reference, clipDigest(reference));
    setTrail(trail);
  }
  const move = (next: Trail): void => {
    setTrail(next);
    const manifest = openManifest(next);
    openDigest(manifest === root ? null : manifest);
  };
  return {
    trail,
    open: (step) => move(pushStep(trail, step)),
    goTo: (index) => move(backTo(trail, index)),
    openFrom: (index, step) => move(pushStep(backTo(trail, index), step)),
  };
};
