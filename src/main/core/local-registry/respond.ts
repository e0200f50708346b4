import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { RegistryFault } from './errors';

/** Tells clients that this is the V2 API (the Docker API's version check; some clients ask for it). */
export const apiVersionHeader = { 'Docker-Distribution-API-Version': 'registry/2.0' } as const;

/** Answers with a header only. */
export function sendEmpty(
  res: ServerResponse,
  status: number,
  headers: OutgoingHttpHeaders = {},
): void {
  const length = status === 204 || status === 304 ? {} : { 'Content-Length': 0 };
  res.writeHead(status, { ...apiVersionHeader, ...length, ...headers });
  res.end();
}

/** Answers with a body; for HEAD with the header the body would have. */
export function sendBody(
  res: ServerResponse,
  status: number,
  body: Buffer | string,
  headers: OutgoingHttpHeaders,
): void {
  res.writeHead(status, {
    ...apiVersionHeader,
    'Content-Length': Buffer.byteLength(body),
    ...headers,
  });
  res.end(res.req.method === 'HEAD' ? undefined : body);
}

export function sendJson(
  res: ServerResponse,
  body: Buffer | string,
  headers: OutgoingHttpHeaders = {},
): void {
  sendBody(res, 200, body, { 'Content-Type': 'application/json', ...headers });
}

/** A body that is left over after an early answer is read up to this size and time, so that the client gets to see the answer. */
const lingerBytes = 64 * 1024 * 1024;
const lingerMs = 5000;

/** Answers with the error body of distribution-spec, Error Codes. */
export function sendFault(req: IncomingMessage, res: ServerResponse, fault: RegistryFault): void {
  if (res.headersSent) {
    // Half of a blob is on its way: cutting the connection is the only way to say that the rest will not come.
    res.destroy();
    return;
  }
  const hasBodyLeft = !req.complete;
  sendBody(res, fault.status, fault.toBody(), {
    'Content-Type': 'application/json',
    ...(hasBodyLeft ? { Connection: 'close' } : {}),
    ...fault.headers,
  });
  if (hasBodyLeft) linger(req);
}

/**
 * Reads on for a while. Closing a connection with unread bytes in it makes the operating system drop the answer
 * as well, and the client would report a broken pipe instead of the reason.
 */
function linger(req: IncomingMessage): void {
  let bytes = 0;
  const timer = setTimeout(() => req.destroy(), lingerMs);
  timer.unref();
  req.on('data', (chunk: Buffer) => {
    bytes += chunk.byteLength;
    if (bytes > lingerBytes) req.destroy();
  });
  req.on('error', () => undefined);
  req.on('close', () => {
    clearTimeout(timer);
  });
  req.resume();
}
