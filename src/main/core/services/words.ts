import type { ListTruncation } from '#core/registry/index';

/** Why a list stops before its end, in plain words. */
export const truncationWords = (
  reason: ListTruncation,
  things: 'repositories' | 'tags',
): string => {
  switch (reason) {
    case 'page-cap':
      return `The list of ${things} is longer than Tagboat follows; the rest is not shown.`;
    case 'loop':
      return `The registry sent the same page of ${things} twice; what comes after it is not shown.`;
  }
};
