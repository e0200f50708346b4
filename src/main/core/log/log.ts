import type { LogFields } from './fields';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/**
 * A structured log. `message` is a constant sentence; facts go into `fields`, which is a closed list.
 * Logging never throws and never waits.
 */
export interface Log {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** The same log with fields that stand in every line. */
  with(fields: LogFields): Log;
}
