/** Which protected tags were ticked, and the way to tick one. */
export type Confirming = {
  readonly confirmed: ReadonlySet<string>;
  readonly onConfirm: (tag: string, isConfirmed: boolean) => void;
};
