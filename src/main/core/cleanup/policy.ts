import type { Tag } from '#oci/tag';
import type { CapabilityRecord } from './capabilities';
import type { Confirmation, FreedBytes } from './plan';

/** What a plan must know besides the repository itself. */
export type PlanPolicy = {
  readonly capabilities: CapabilityRecord;
  /** Marked in Tagboat: no plan runs. */
  readonly isReadOnly?: boolean;
  /** `*` is any text, `?` one character; the whole tag must match. */
  readonly protectedTags?: readonly string[];
  /** The registry refuses a digest that has a tag (Google). */
  readonly untagBeforeDelete?: boolean;
  /** Children of a deleted index: go when nothing reaches them, or stay. */
  readonly children?: 'delete-unreached' | 'keep';
  readonly comesBack?: FreedBytes['comesBack'];
  /** The registry removes a whole repository by itself. */
  readonly canRemoveRepository?: boolean;
};

/**
 * Whether a tag fits a pattern such as `v*` or `latest`, from its first to its last character. Not a regular
 * expression: a pattern with many stars would take one for ever.
 */
export const matchesPattern = (tag: string, pattern: string): boolean => {
  let at = 0;
  let next = 0;
  let star = -1;
  let retry = 0;
  while (at < tag.length) {
    if (pattern[next] === '*') {
      star = next;
      next += 1;
      retry = at;
    } else if (pattern[next] === '?' || pattern[next] === tag[at]) {
      next += 1;
      at += 1;
    } else if (star >= 0) {
      // The last star takes one character more; earlier ones need not be tried again.
      next = star + 1;
      retry += 1;
      at = retry;
    } else {
      return false;
    }
  }
  while (pattern[next] === '*') next += 1;
  return next === pattern.length;
};

/** The tags that lose their meaning and fit a protected pattern. */
export const findConfirmations = (
  tags: Iterable<Tag>,
  patterns: readonly string[] = [],
): Confirmation[] =>
  [...tags].flatMap((tag) => {
    const pattern = patterns.find((each) => matchesPattern(tag, each));
    return pattern === undefined ? [] : [{ tag, pattern }];
  });
