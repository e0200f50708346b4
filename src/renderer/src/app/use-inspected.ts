import { useState } from 'react';
import { useLayout } from '#state/layout';
import { selectReference, useSelection } from '#state/selection';
import type { Inspected } from './InspectorPane';

type InspectorState = {
  readonly inspected: Inspected | null;
  readonly isShown: boolean;
  /** Closes an overlay until something else is selected. */
  readonly dismiss: () => void;
};

/** What the image pane shows, and whether it is there: beside the table whenever it is open, over it only for a selection. */
export const useInspected = (isOverlay: boolean): InspectorState => {
  const registryId = useSelection((state) => state.registryId);
  const repository = useSelection((state) => state.repository);
  const reference = useSelection(selectReference);
  const isOpen = useLayout((state) => state.inspectorOpen);
  const [dismissed, setDismissed] = useState<string | null>(null);
  if (registryId === null || repository === null) {
    return { inspected: null, isShown: false, dismiss: () => undefined };
  }
  const key = `${registryId}/${repository}/${reference ?? ''}`;
  const inspected = reference === null ? null : { registryId, repository, reference };
  const isShown = isOpen && (!isOverlay || (inspected !== null && dismissed !== key));
  return { inspected, isShown, dismiss: () => setDismissed(key) };
};
