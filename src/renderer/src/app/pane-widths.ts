import { inspectorLimits, sidebarLimits } from '#state/layout';

/** What the tag table needs to stay a table. */
const middleMinPx = 520;

export type PaneWidths = {
  readonly sidebar: number;
  readonly sidebarMax: number;
  readonly inspector: number;
  readonly inspectorMax: number;
  /** Too narrow for three panes: the inspector lies over the middle instead of beside it. */
  readonly isOverlay: boolean;
};

const between = (value: number, min: number, max: number): number =>
  Math.max(min, Math.min(max, value));

/** Widths that fit the window, from the ones the user chose: the choice itself is kept for a wider window. */
export const fitPanes = (
  windowWidth: number,
  chosen: { readonly sidebarWidth: number; readonly inspectorWidth: number },
): PaneWidths => {
  const sidebarMax = between(Math.floor(windowWidth * 0.3), sidebarLimits.min, sidebarLimits.max);
  const sidebar = between(chosen.sidebarWidth, sidebarLimits.min, sidebarMax);
  const room = windowWidth - sidebar - middleMinPx;
  const isOverlay = room < inspectorLimits.min;
  const inspectorMax = isOverlay
    ? between(windowWidth - sidebar - 120, inspectorLimits.min, inspectorLimits.max)
    : between(room, inspectorLimits.min, inspectorLimits.max);
  const inspector = between(chosen.inspectorWidth, inspectorLimits.min, inspectorMax);
  return { sidebar, sidebarMax, inspector, inspectorMax, isOverlay };
};
