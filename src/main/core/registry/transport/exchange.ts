import { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import { failure } from '../words';
import { discardBody } from './body';
import { createReporter, type Report } from './report';
import { orAbort } from './or-abort';
import { checkPlainHttp } from './origin';
import { checkRedirect, redirectTarget } from './redirects';
import type { Routes } from './routes';
import type { Answer, TransportRequest, TransportSettings } from './shapes';

export type Exchange = Answer & { body: Readable };

/** Where an exchange stands. `url` always names the hop under way, so that an error can say which host failed. */
export type Progress = { url: URL; attempt: number; signal: AbortSignal };

/** Sends a request and follows its redirects. */
export type SendExchange = (request: TransportRequest, progress: Progress) => Promise<Exchange>;

type Sender = { routes: Routes; settings: TransportSettings; report: Report };

/** A body given up while it may still be coming: read a little to keep the connection, else destroy it. */
function drain(body: Dispatcher.ResponseData['body'], signal: AbortSignal): void {
  body.dump({ limit: 64 * 1024, signal }).catch(() => discardBody(body));
}

/**
 * undici closes after each HEAD, for servers that send a body all the same: a TLS handshake a tag. After a HEAD of a
 * manifest, a body breaks the next answer on the connection, as JSON is no answer, and that is asked for again on a new
 * one. The bytes of a blob are anybody's and might look like an answer, so there the connection goes.
 */
const keepsConnection = ({ method, step }: TransportRequest): boolean =>
  method === 'HEAD' && step === 'manifest';

const toBody = (body: TransportRequest['body']): string | Uint8Array | Readable | null =>
  body === undefined || typeof body === 'string' || body instanceof Uint8Array
    ? (body ?? null)
    : Readable.from(body, { objectMode: true });

async function sendOnce(
  { routes, settings, report }: Sender,
  request: TransportRequest,
  progress: Progress,
  authorization: string | undefined,
): Promise<Dispatcher.ResponseData> {
  const startedAt = performance.now();
  const { url, signal } = progress;
  let sending: Promise<Dispatcher.ResponseData> | undefined;
  try {
    const route = routes.routeFor(url);
    sending = route.dispatcher.request({
      origin: route.origin,
      path: route.path,
      method: request.method,
      headers: {
        'user-agent': settings.userAgent,
        ...request.headers,
        ...route.headers,
        ...(authorization !== undefined && { authorization }),
      },
      body: toBody(request.body),
      signal,
      ...(keepsConnection(request) && { reset: false }),
    });
    const response = await orAbort(sending, signal);
    report(request, progress, startedAt, { status: response.statusCode });
    return response;
  } catch (error) {
    // An answer that comes after the abort has nobody to read it.
    sending?.then(({ body }) => discardBody(body)).catch(() => {});
    report(request, progress, startedAt, { error });
    throw error;
  }
}

/** Where to go on; undefined when the answer is to be taken as it is. */
function nextHop(request: TransportRequest, answer: Answer): URL | undefined {
  const { step } = request;
  // A redirected write would change something, or carry a form with a secret, at a place nobody chose.
  if (request.method !== 'GET' && request.method !== 'HEAD') return undefined;
  const target = redirectTarget(answer, answer.url, step);
  if (!target) return undefined;
  checkRedirect(answer.url, target, step);
  if (request.redirects !== 'same-origin' || target.origin === answer.url.origin) return target;
  const detail = { host: answer.url.host, step, status: answer.status };
  throw failure('redirect-refused', detail, `The target was ${target.host}.`);
}

async function sendAndFollow(
  sender: Sender,
  request: TransportRequest,
  progress: Progress,
): Promise<Exchange> {
  const { settings } = sender;
  const visited = new Set<string>();
  let { authorization } = request;
  for (;;) {
    const { url, signal } = progress;
    checkPlainHttp(url, settings.allowPlainHttp, request.step);
    visited.add(url.href);
    const response = await sendOnce(sender, request, progress, authorization);
    const answer = { status: response.statusCode, headers: response.headers, url };
    let target: URL | undefined;
    try {
      target = nextHop(request, answer);
    } catch (error) {
      discardBody(response.body);
      throw error;
    }
    if (!target) return { ...answer, body: response.body };
    drain(response.body, signal);
    if (visited.has(target.href) || visited.size > settings.limits.maxRedirects) {
      throw failure('redirect-loop', { host: url.host, step: request.step, status: answer.status });
    }
    if (target.origin !== url.origin) authorization = undefined;
    progress.url = target;
  }
}

export function createExchange(settings: TransportSettings, routes: Routes): SendExchange {
  const sender = { routes, settings, report: createReporter(settings.log) };
  return (request, progress) => sendAndFollow(sender, request, progress);
}
