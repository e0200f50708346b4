import type { PlanRow } from '#contract/change';

const hexDigits = 12;
const attachedName = /^([a-z0-9+._]+)-([0-9a-f]{12,128})(?:\.[a-z]+)?$/u;
const shortDigests = /\b[0-9a-f]{12}\b/gu;

const shortOf = (digest: string): string =>
  digest.slice(digest.indexOf(':') + 1, digest.indexOf(':') + 1 + hexDigits);

export const digestOf = ({ target }: PlanRow): string | undefined => target.digest;

/** Digests of the plan by their first twelve digits; undefined where two begin alike. */
const indexDigests = (rows: readonly PlanRow[]): ReadonlyMap<string, string | undefined> => {
  const byShort = new Map<string, string | undefined>();
  for (const digest of new Set(rows.flatMap((row) => digestOf(row) ?? []))) {
    const short = shortOf(digest);
    byShort.set(short, byShort.has(short) ? undefined : digest);
  }
  return byShort;
};

/**
 * Says below which image of the plan a row belongs: an attached tag names its image in itself (`sha256-<hex>.sig`), a
 * child, a referrer and a list name it in their reason. Undefined where the plan does not tell.
 */
export const createOwnerFinder = (
  rows: readonly PlanRow[],
): ((row: PlanRow) => string | undefined) => {
  const byShort = indexDigests(rows);
  return (row) => {
    const own = row.target.kind === 'image' ? row.target.digest : undefined;
    const named = row.target.kind === 'tag' ? attachedName.exec(row.target.tag)?.[2] : undefined;
    const texts = [...(named === undefined ? [] : [named.slice(0, hexDigits)]), row.why];
    for (const short of texts.join(' ').match(shortDigests) ?? []) {
      const digest = byShort.get(short);
      if (digest !== undefined && digest !== own) return digest;
    }
    return undefined;
  };
};
