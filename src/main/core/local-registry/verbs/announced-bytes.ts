import type { IncomingMessage } from 'node:http';

/** The length of a body as its headers give it; 0 when they do not say. */
export function announcedBytes({ headers }: IncomingMessage): number {
  const length = Number(headers['content-length'] ?? 0);
  return Number.isSafeInteger(length) && length > 0 ? length : 0;
}
