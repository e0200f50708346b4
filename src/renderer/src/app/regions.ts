/** The regions of the window in the order F6 walks them, starting at the top left. */
const regionIds = [
  'region-top',
  'region-sidebar',
  'region-main',
  'region-inspector',
  'region-status',
] as const;

const lastFocused = new Map<string, HTMLElement>();

const regionOf = (element: Element | null): HTMLElement | null =>
  element?.closest<HTMLElement>('[data-region]') ?? null;

/** Remembers where the focus was in each region, so that coming back is coming back. Returns the way to stop. */
export const rememberFocus = (): (() => void) => {
  const onFocus = (event: FocusEvent): void => {
    if (!(event.target instanceof HTMLElement)) return;
    const region = regionOf(event.target);
    if (region !== null && region !== event.target) lastFocused.set(region.id, event.target);
  };
  document.addEventListener('focusin', onFocus);
  return () => document.removeEventListener('focusin', onFocus);
};

const canTakeFocus = (
  element: HTMLElement | undefined,
  region: HTMLElement,
): element is HTMLElement =>
  element !== undefined && element.isConnected && region.contains(element) && element.tabIndex >= 0;

/** Where focus goes in a region: where it was, else its list (grid, tree, tabs), else the region itself. */
export const focusRegion = (region: HTMLElement): void => {
  const remembered = lastFocused.get(region.id);
  const first = region.querySelector<HTMLElement>(
    '[role="grid"][tabindex="0"], [role="grid"] [tabindex="0"], [role="tree"][tabindex="0"], [role="tab"][tabindex="0"]',
  );
  const target = [remembered, first ?? undefined].find((one) => canTakeFocus(one, region));
  (target ?? region).focus();
};

/** Moves the focus to the next region (F6) or the one before (Shift+F6). */
export const cycleRegion = (step: 1 | -1): void => {
  const regions = regionIds.flatMap((id) => document.getElementById(id) ?? []);
  const at = regions.findIndex((region) => region === regionOf(document.activeElement));
  const next = at < 0 ? 0 : (at + step + regions.length) % regions.length;
  const region = regions[next];
  if (region !== undefined) focusRegion(region);
};
