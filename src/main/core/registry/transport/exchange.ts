import type { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import { failure } from '../words';
import { discardBody } from './body';
import { raceAbort } from './call';
import { classifyFailure } from './error-map';
import { checkPlainHttp } from './origin';
import { redactQuery } from './redact';
import { checkRedirect, redirectTarget } from './redirects';
import type { Routes } from './routes';
import type { Answer, TransportRequest, TransportSettings } from './shapes';

export type Exchange = Answer & { body: Readable };

/**
 * Sends a request and follows its redirects. `at.url` always names the hop under way, so that an error can
 * say which host failed.
 */
export type SendExchange = (
  request: TransportRequest,
  signal: AbortSignal,
  attempt: number,
  at: { url: URL },
) => Promise<Exchange>;

/** A body given up while it may still be coming: read a little to keep the connection, else destroy it. */
function drain(body: Dispatcher.ResponseData['body'], signal: AbortSignal): void {
  body.dump({ limit: 64 * 1024, signal }).catch(() => discardBody(body));
}

export function createExchange(settings: TransportSettings, routes: Routes): SendExchange {
  const { log, limits, userAgent } = settings;

  const report = (
    request: TransportRequest,
    url: URL,
    attempt: number,
    startedAt: number,
    outcome: { status?: number; error?: unknown },
  ): void => {
    if (!log) return;
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
      ...(outcome.status !== undefined && { status: outcome.status }),
      ...(outcome.error !== undefined && { code: classifyFailure(outcome.error) }),
    });
  };

  const sendOnce = async (
    request: TransportRequest,
    url: URL,
    authorization: string | undefined,
    signal: AbortSignal,
  ): Promise<Dispatcher.ResponseData> => {
    const route = routes.routeFor(url);
    const sending = route.dispatcher.request({
      origin: route.origin,
      path: route.path,
      method: request.method,
      headers: {
        'user-agent': userAgent,
        ...request.headers,
        ...route.headers,
        ...(authorization !== undefined && { authorization }),
      },
      body: request.body ?? null,
      signal,
    });
    return raceAbort(sending, signal, (late) => discardBody(late.body));
  };

  const sendAndReport = async (
    request: TransportRequest,
    url: URL,
    authorization: string | undefined,
    signal: AbortSignal,
    attempt: number,
  ): Promise<Dispatcher.ResponseData> => {
    const startedAt = performance.now();
    try {
      const response = await sendOnce(request, url, authorization, signal);
      report(request, url, attempt, startedAt, { status: response.statusCode });
      return response;
    } catch (error) {
      report(request, url, attempt, startedAt, { error });
      throw error;
    }
  };

  const nextHop = (request: TransportRequest, answer: Answer): URL | undefined => {
    const { step } = request;
    // A redirected POST would carry its form, and with it a secret, to a place nobody chose.
    if (request.method === 'POST') return undefined;
    const target = redirectTarget(answer, answer.url, step);
    if (!target) return undefined;
    checkRedirect(answer.url, target, step);
    if (request.redirects === 'same-origin' && target.origin !== answer.url.origin) {
      const detail = { host: answer.url.host, step, status: answer.status };
      throw failure('redirect-refused', detail, `The target was ${target.host}.`);
    }
    return target;
  };

  return async (request, signal, attempt, at) => {
    const visited = new Set<string>();
    let { authorization } = request;
    for (;;) {
      const { url } = at;
      checkPlainHttp(url, settings.allowPlainHttp, request.step);
      visited.add(url.href);
      const response = await sendAndReport(request, url, authorization, signal, attempt);
      const answer = { status: response.statusCode, headers: response.headers, url };
      let target: URL | undefined;
      try {
        target = nextHop(request, answer);
      } catch (error) {
        drain(response.body, signal);
        throw error;
      }
      if (!target) return { ...answer, body: response.body };
      drain(response.body, signal);
      if (visited.has(target.href) || visited.size > limits.maxRedirects) {
        throw failure('redirect-loop', {
          host: url.host,
          step: request.step,
          status: answer.status,
        });
      }
      if (target.origin !== url.origin) authorization = undefined;
      at.url = target;
    }
  };
}
