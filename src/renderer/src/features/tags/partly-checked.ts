/** `indeterminate` has no attribute. As refs these two are the same functions for every row, so no row keeps its own. */
export const markPartly = (box: HTMLInputElement | null): void => {
  if (box !== null) box.indeterminate = true;
};

export const markWholly = (box: HTMLInputElement | null): void => {
  if (box !== null) box.indeterminate = false;
};
