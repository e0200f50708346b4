import type { PlanRow } from '#contract/change';

export const digestOf = ({ target }: PlanRow): string | undefined => target.digest;

/** Says below which image of the plan a row belongs. Undefined where the image it names is not in the plan. */
export const createOwnerFinder = (
  rows: readonly PlanRow[],
): ((row: PlanRow) => string | undefined) => {
  const known = new Set(rows.flatMap((row) => digestOf(row) ?? []));
  return ({ target, of }) => {
    const own = target.kind === 'image' ? target.digest : undefined;
    return of !== undefined && of !== own && known.has(of) ? of : undefined;
  };
};
