import type { PullBudget } from './registry-client';
import { headerValue, type ResponseHeaders } from './transport/headers';

/** `100;w=21600`: a count, and the window in seconds. */
const quotaPattern = /^\s*(\d{1,9})\s*(?:;\s*w=(\d{1,9}))?\s*$/;

/** Docker Hub's ratelimit headers of a manifest answer; undefined when it has none, which means no limit. */
export function parsePullBudget(headers: ResponseHeaders): PullBudget | undefined {
  const limit = quotaPattern.exec(headerValue(headers, 'ratelimit-limit') ?? '');
  const remaining = quotaPattern.exec(headerValue(headers, 'ratelimit-remaining') ?? '');
  if (!limit || !remaining) return undefined;
  const source = headerValue(headers, 'docker-ratelimit-source')?.slice(0, 100);
  return {
    limit: Number(limit[1]),
    remaining: Number(remaining[1]),
    windowSeconds: Number(limit[2] ?? remaining[2] ?? 0),
    ...(source !== undefined && { source }),
  };
}
