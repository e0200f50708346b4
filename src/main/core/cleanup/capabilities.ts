export type CapabilityName =
  'catalog' | 'push' | 'deleteByTag' | 'deleteByDigest' | 'referrers' | 'mount' | 'range';

/** One thing that a registry can do or not, and how that is known. */
export type Knowledge = {
  readonly answer: 'yes' | 'no' | 'unknown';
  readonly how: 'documented' | 'probed' | 'seen' | 'refused-just-now' | 'not-asked';
  /** A plain sentence: what was seen. */
  readonly detail?: string;
  /** What its owner would have to change. */
  readonly setting?: string;
};

export type CapabilityRecord = Readonly<Record<CapabilityName, Knowledge>>;

const NOT_ASKED: Knowledge = { answer: 'unknown', how: 'not-asked' };

export const unknownCapabilities: CapabilityRecord = {
  catalog: NOT_ASKED,
  push: NOT_ASKED,
  deleteByTag: NOT_ASKED,
  deleteByDigest: NOT_ASKED,
  referrers: NOT_ASKED,
  mount: NOT_ASKED,
  range: NOT_ASKED,
};

/** What was tried outranks what was asked, and both outrank what a manual says. */
const RANK: Readonly<Record<Knowledge['how'], number>> = {
  'not-asked': 0,
  documented: 1,
  probed: 2,
  seen: 3,
  'refused-just-now': 3,
};

const better = (left: Knowledge, right: Knowledge): Knowledge => {
  if (right.answer === 'unknown') {
    return left.answer === 'unknown' && right.how !== 'not-asked' ? right : left;
  }
  return left.answer === 'unknown' || RANK[right.how] >= RANK[left.how] ? right : left;
};

/** Joins two records; of two answers the one that is closer to the registry counts, of equals the second. */
export const mergeCapabilities = (
  left: CapabilityRecord,
  right: Partial<CapabilityRecord>,
): CapabilityRecord => {
  const merged = { ...left };
  for (const name of Object.keys(left) as CapabilityName[]) {
    const next = right[name];
    if (next !== undefined) merged[name] = better(left[name], next);
  }
  return merged;
};

/** Of CNCF distribution; other registries have no switch, or call it otherwise. */
export const DELETE_SETTING = 'storage.delete.enabled';
export const READ_ONLY_SETTING = 'storage.maintenance.readonly';
