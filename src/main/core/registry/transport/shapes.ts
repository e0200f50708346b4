import type { Readable } from 'node:stream';
import type { RegistryStep } from '../errors';
import type { RegistryLimits } from '../limits';
import type { RegistryLog } from '../log';
import type { ResponseHeaders } from './headers';
import type { ProxySettings } from './proxy';
import type { Release, RequestPriority } from './queue';
import type { TlsSettings } from './tls';

export type TransportRequest = {
  method: 'GET' | 'HEAD' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  url: URL;
  headers?: Record<string, string> | undefined;
  /** Sent while the request stays on its first origin, and never after a redirect to another one. */
  authorization?: string | undefined;
  /** A stream is sent once, with the Content-Length that its headers name. */
  body?: string | Uint8Array | AsyncIterable<Uint8Array> | undefined;
  step: RegistryStep;
  /** `same-origin` refuses to carry a request elsewhere; for requests that hold a credential. */
  redirects?: 'follow' | 'same-origin' | undefined;
  signal?: AbortSignal | undefined;
  priority?: RequestPriority | undefined;
};

export type Answer = { status: number; headers: ResponseHeaders; url: URL };

/** An answer read to its end. */
export type BufferedAnswer = Answer & { bytes: Buffer };

/** A successful answer whose body is still on the wire. `release` must be called exactly when it is done with. */
export type OpenAnswer = Answer & { body: Readable; release: Release };

export type Transport = {
  /** Small requests: retried as a whole, capped, with a total time-out. Any status is an answer. */
  fetch(request: TransportRequest, maxBytes: number): Promise<BufferedAnswer>;
  /** A request with a long body: one try, no total time-out, a place among the uploads. Any status is an answer. */
  upload(request: TransportRequest, maxBytes: number): Promise<BufferedAnswer>;
  /** Streams: retried until the headers are there. A status of 300 and above comes buffered, as an answer. */
  open(request: TransportRequest): Promise<OpenAnswer | BufferedAnswer>;
  /** The plain error for a failure inside a body that `open` handed out. */
  toError(error: unknown, answer: Answer, step: RegistryStep): Promise<Error>;
  close(): Promise<void>;
};

export type TransportSettings = {
  registry: URL;
  tls: TlsSettings;
  proxy: ProxySettings | undefined;
  allowPlainHttp: boolean;
  limits: RegistryLimits;
  userAgent: string;
  log: RegistryLog | undefined;
};
