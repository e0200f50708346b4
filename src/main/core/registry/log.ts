import type { RegistryErrorCode, RegistryStep } from './errors';

/**
 * One request, redacted: no header, no body, no credential, and only query parameters from an allow-list.
 * `path` is the URL path; `query` holds REDACTED for every value not on the list.
 */
export type RegistryLogEvent = {
  event: 'request';
  step: RegistryStep;
  method: string;
  host: string;
  path: string;
  query?: string;
  attempt: number;
  durationMs: number;
  status?: number;
  code?: RegistryErrorCode;
};

export type RegistryLog = (event: RegistryLogEvent) => void;
