import type { RegistryLog } from '../log';
import { classifyFailure } from './error-map';
import { redactQuery } from './redact';
import type { TransportRequest } from './shapes';

/** Tells the log about one hop; `startedAt` is from performance.now(). */
export type Report = (
  request: TransportRequest,
  at: { url: URL; attempt: number },
  startedAt: number,
  outcome: { status: number } | { error: unknown },
) => void;

/** The only place that writes about requests, and so the only one that has to redact. */
export function createReporter(log: RegistryLog | undefined): Report {
  if (!log) return () => {};
  return (request, { url, attempt }, startedAt, outcome) => {
    const query = redactQuery(url);
    log({
      event: 'request',
      step: request.step,
      method: request.method,
      host: url.host,
      path: url.pathname,
      ...(query !== undefined && { query }),
      attempt,
      durationMs: Math.round(performance.now() - startedAt),
      ...('status' in outcome ? outcome : { code: classifyFailure(outcome.error) }),
    });
  };
}
