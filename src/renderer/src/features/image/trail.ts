/** One stop on the way from the selected tag into what it points at. */
export type Step =
  | {
      readonly kind: 'manifest';
      /** A digest, or the tag it all began with. */
      readonly reference: string;
      readonly label: string;
    }
  | {
      readonly kind: 'blob';
      readonly digest: string;
      readonly mediaType: string;
      readonly sizeBytes: number | undefined;
      readonly label: string;
    };

/** The way so far; the first step is always the manifest it began with. */
export type Trail = { readonly root: string; readonly steps: readonly Step[] };

const rootStep = (root: string): Step => ({ kind: 'manifest', reference: root, label: root });

/** A trail that begins at `root` and, when `reference` is another manifest, already stands there. */
export const startTrail = (root: string, reference: string, label: string): Trail => ({
  root,
  steps:
    reference === root
      ? [rootStep(root)]
      : [rootStep(root), { kind: 'manifest', reference, label }],
});

/** The manifest that is open, below any blob. */
export const openManifest = ({ root, steps }: Trail): string => {
  const step = steps.findLast(({ kind }) => kind === 'manifest');
  return step?.kind === 'manifest' ? step.reference : root;
};

const idOf = (step: Step): string => (step.kind === 'blob' ? step.digest : step.reference);

/** Opens one more step. One that is already on the way is gone back to, so that the trail never runs in circles. */
export const pushStep = (trail: Trail, step: Step): Trail => {
  const known = trail.steps.findIndex(
    (other) => other.kind === step.kind && idOf(other) === idOf(step),
  );
  return known >= 0
    ? { ...trail, steps: trail.steps.slice(0, known + 1) }
    : { ...trail, steps: [...trail.steps, step] };
};

/** Goes back to the step at `index`. */
export const backTo = (trail: Trail, index: number): Trail => ({
  ...trail,
  steps: trail.steps.slice(0, Math.max(1, index + 1)),
});
