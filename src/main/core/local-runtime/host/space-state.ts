import type { SpaceState } from '../view';

/** From here on a warning is due, before anything is refused. */
const nearLimitShare = 0.9;
const fullBelowBytes = 16 * 1024 * 1024;
const nearlyFullBelowBytes = 1024 * 1024 * 1024;

export type SpaceFacts = {
  readonly usedBytes: number | undefined;
  readonly freeBytes: number | undefined;
  readonly limitBytes: number | null;
  /** The disk refused something, and took nothing since. */
  readonly wasRefused: boolean;
};

/** How full it is; what stops pushes comes before what will. */
export function describeSpace({
  usedBytes,
  freeBytes = Infinity,
  limitBytes,
  wasRefused,
}: SpaceFacts): SpaceState {
  if (wasRefused || freeBytes < fullBelowBytes) return 'disk-full';
  const share = limitBytes === null || usedBytes === undefined ? 0 : usedBytes / limitBytes;
  if (share >= 1) return 'over-limit';
  if (freeBytes < nearlyFullBelowBytes) return 'disk-nearly-full';
  return share >= nearLimitShare ? 'near-limit' : 'fine';
}
