import type { IncomingMessage, ServerResponse } from 'node:http';
import { ClientGone, faults, RegistryFault } from './errors';
import type { Exchange, RegistryParts, Verbs } from './parts';
import { sendFault } from './respond';
import { parseRoute, type Route } from './routes';
import { hasErrorCode } from './storage/durable';
import { baseVerbs } from './verbs/base';
import { blobVerbs } from './verbs/blobs';
import { catalogVerbs } from './verbs/catalog';
import { manifestVerbs, sendManifest } from './verbs/manifests';
import { referrersVerbs } from './verbs/referrers';
import { tagVerbs } from './verbs/tags';
import { uploadVerbs } from './verbs/upload';
import { uploadsVerbs } from './verbs/uploads';

/** Who a request is from; undefined in an open registry. Throws the fault to answer with when it is nobody. */
export type Authenticate = (req: IncomingMessage) => AuthAnswer | Promise<AuthAnswer>;
export type AuthAnswer = Readonly<{ actor: string | undefined }>;

export type RegistryHandler = (req: IncomingMessage, res: ServerResponse) => void;

/** Requests that came with `Expect: 100-continue` and wait to be told that their body is wanted. */
const waiting = new WeakSet<IncomingMessage>();

/** Marks a request of the listener's `checkContinue` event: its client sends the body only when asked to. */
export function markAwaitingContinue(req: IncomingMessage): void {
  waiting.add(req);
}

/**
 * The registry as a plain request listener: no port, no timers, no state of its own. Every answer that is not a
 * success has a spec error body; a failure inside is logged and answered with 500.
 */
export function createHandler(parts: RegistryParts, authenticate: Authenticate): RegistryHandler {
  const { answers } = parts;

  function handle(req: IncomingMessage, res: ServerResponse): void {
    const auth = tryAuthenticate(req, res);
    if (auth === undefined) return;
    if (auth instanceof Promise) {
      auth.then(
        (answer) => {
          serve(req, res, answer.actor);
        },
        (error: unknown) => {
          answerFailure(parts, req, res, error);
        },
      );
      return;
    }
    serve(req, res, auth.actor);
  }

  function tryAuthenticate(
    req: IncomingMessage,
    res: ServerResponse,
  ): AuthAnswer | Promise<AuthAnswer> | undefined {
    try {
      return authenticate(req);
    } catch (error) {
      answerFailure(parts, req, res, error);
      return undefined;
    }
  }

  function serve(req: IncomingMessage, res: ServerResponse, actor: string | undefined): void {
    const url = req.url ?? '';
    if (req.method === 'GET' || req.method === 'HEAD') {
      const answer = answers.get(url);
      if (answer !== undefined && answer.expiresAtMs > Date.now()) {
        sendManifest(parts, { req, res, actor }, answer);
        return;
      }
    }
    dispatch(parts, req, res, url, actor).catch((error: unknown) => {
      answerFailure(parts, req, res, error);
    });
  }

  return handle;
}

async function dispatch(
  parts: RegistryParts,
  req: IncomingMessage,
  res: ServerResponse,
  url: string,
  actor: string | undefined,
): Promise<void> {
  if (url.length > parts.limits.urlBytes) {
    throw new RegistryFault(414, 'UNSUPPORTED', 'the address is longer than this registry takes');
  }
  const mark = url.indexOf('?');
  const route = parseRoute(mark === -1 ? url : url.slice(0, mark));
  const query = new URLSearchParams(mark === -1 ? '' : url.slice(mark + 1));
  const acceptBody = (): void => {
    if (waiting.delete(req)) res.writeContinue();
  };
  await runVerb(parts, { req, res, url, query, actor, acceptBody }, route);
}

function runVerb(parts: RegistryParts, exchange: Exchange, route: Route): Promise<void> {
  switch (route.kind) {
    case 'base':
      return run(baseVerbs, parts, exchange, route);
    case 'catalog':
      return run(catalogVerbs, parts, exchange, route);
    case 'tags':
      return run(tagVerbs, parts, exchange, route);
    case 'uploads':
      return run(uploadsVerbs, parts, exchange, route);
    case 'upload':
      return run(uploadVerbs, parts, exchange, route);
    case 'blob':
      return run(blobVerbs, parts, exchange, route);
    case 'manifest':
      return run(manifestVerbs, parts, exchange, route);
    case 'referrers':
      return run(referrersVerbs, parts, exchange, route);
  }
}

function run<RouteOfKind>(
  verbs: Verbs<RouteOfKind>,
  parts: RegistryParts,
  exchange: Exchange,
  route: RouteOfKind,
): Promise<void> {
  const method = exchange.req.method ?? '';
  const verb = Object.hasOwn(verbs, method) ? verbs[method as keyof typeof verbs] : undefined;
  if (verb === undefined) throw faults.methodUnsupported(Object.keys(verbs));
  const isWrite = method !== 'GET' && method !== 'HEAD';
  if (isWrite && parts.isReadOnly) throw faults.readOnly();
  // Cancelling an upload deletes nothing that anyone could pull.
  const isDelete = method === 'DELETE' && (verbs as unknown) !== uploadVerbs;
  if (isDelete && !parts.canDelete) throw faults.deleteDisabled();
  return verb(parts, exchange, route);
}

function answerFailure(
  parts: RegistryParts,
  req: IncomingMessage,
  res: ServerResponse,
  error: unknown,
): void {
  if (error instanceof ClientGone) {
    res.destroy();
    return;
  }
  sendFault(req, res, toFault(parts, req, error));
}

function toFault(parts: RegistryParts, req: IncomingMessage, error: unknown): RegistryFault {
  if (error instanceof RegistryFault) return error;
  const message = error instanceof Error ? error.message : String(error);
  const isDiskFull = hasErrorCode(error, 'ENOSPC', 'EDQUOT');
  parts.log({
    level: 'error',
    event: isDiskFull ? 'disk-full' : 'request-failed',
    message: `a request failed inside the registry: ${message}`,
    fields: { method: req.method ?? '', url: (req.url ?? '').slice(0, 500) },
  });
  if (isDiskFull) return faults.diskFull();
  if (hasErrorCode(error, 'EROFS', 'EACCES', 'EPERM')) {
    return faults.unavailable(
      'the registry may not write to its folder; give its user the right to, or start it read-only',
    );
  }
  if (hasErrorCode(error, 'EMFILE', 'ENFILE')) {
    return faults.unavailable('the registry has too many files open; try again in a moment');
  }
  if (hasErrorCode(error, 'ENAMETOOLONG')) {
    return new RegistryFault(400, 'NAME_INVALID', 'the name is too long for the disk it goes to');
  }
  return new RegistryFault(500, 'UNKNOWN', 'the registry failed; its log says why');
}
