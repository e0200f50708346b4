import type { ResponseHeaders } from './headers';
import { headerValue } from './headers';

/**
 * How long an answer asks to wait, in milliseconds: Retry-After in seconds or as an HTTP date (RFC 9110),
 * or Docker Hub's X-Retry-After, which is a unix time in seconds. Undefined when absent or not readable.
 */
export function parseRetryAfter(headers: ResponseHeaders, now: number): number | undefined {
  const standard = headerValue(headers, 'retry-after')?.trim();
  if (standard !== undefined && standard !== '') {
    if (/^\d{1,9}$/.test(standard)) return Number(standard) * 1000;
    // Every form of an HTTP date begins with the name of a day.
    const date = /^[A-Za-z]/.test(standard) ? Date.parse(standard) : Number.NaN;
    return Number.isNaN(date) ? undefined : Math.max(0, date - now);
  }
  const hub = headerValue(headers, 'x-retry-after')?.trim();
  if (hub === undefined || !/^\d{9,11}$/.test(hub)) return undefined;
  return Math.max(0, Number(hub) * 1000 - now);
}
