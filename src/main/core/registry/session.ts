import type { Authorization, Authorizer, Need } from './auth/authorizer';
import { isChallenge } from './auth/method';
import type { Scope } from './auth/scope';
import type { RegistryStep } from './errors';
import type { CallOptions } from './registry-client';
import type {
  Answer,
  BufferedAnswer,
  OpenAnswer,
  Transport,
  TransportRequest,
} from './transport/shapes';
import { statusFailure } from './status';
import { parseWireError } from './wire-error';
import { failure } from './words';

/** One request of a verb. `path` is below the API root (`tags/list` of a repository comes as `v2/…`). */
export type SessionRequest = {
  method: 'GET' | 'HEAD' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  url: URL;
  step: RegistryStep;
  scopes: readonly Scope[];
  headers?: Record<string, string> | undefined;
  /** A stream cannot be sent again: when the registry asks to sign in meanwhile, the call rejects with `connection-lost`. */
  body?: Uint8Array | AsyncIterable<Uint8Array> | undefined;
  options: CallOptions | undefined;
};

/** The transport with the registry's way of signing in put on top. */
export type Session = {
  base: URL;
  /** Any status that is left after signing in. */
  send(request: SessionRequest, maxBytes: number): Promise<BufferedAnswer>;
  /** Like `send` for a body that may take hours: only silence ends it, and it takes a place among the uploads. */
  upload(request: SessionRequest, maxBytes: number): Promise<BufferedAnswer>;
  /** Like `send`, but never signs in: for the first look at a registry. */
  sendBare(request: SessionRequest, maxBytes: number): Promise<BufferedAnswer>;
  /** A 2xx answer, or a RegistryError by its status. */
  fetch(request: SessionRequest, maxBytes: number): Promise<BufferedAnswer>;
  /** A 2xx answer with its body on the wire, or a RegistryError by its status. */
  open(request: SessionRequest): Promise<OpenAnswer>;
  /** Runs work whose signal the caller may abort in any layer: an abort always comes out as `cancelled`. */
  cancellable<T>(
    step: RegistryStep,
    options: CallOptions | undefined,
    work: () => Promise<T>,
  ): Promise<T>;
  toError: Transport['toError'];
  close(): Promise<void>;
};

/** Learn the challenge, replace a stale token, widen the scope: more rounds than three are a broken registry. */
const MAX_ROUNDS = 3;

type Send<A extends Answer> = (request: TransportRequest) => Promise<A | BufferedAnswer>;

const toTransport = (
  request: SessionRequest,
  authorization: Authorization | undefined,
): TransportRequest => ({
  method: request.method,
  url: request.url,
  headers: request.headers,
  body: request.body,
  authorization: authorization?.header,
  step: request.step,
  signal: request.options?.signal,
  priority: request.options?.priority,
});

/** Only the registry itself may ask for a sign-in, not a host it redirected to. */
const asksToSignIn = (answer: Answer | BufferedAnswer, base: URL): answer is BufferedAnswer =>
  'bytes' in answer &&
  answer.url.origin === base.origin &&
  isChallenge(answer.status, answer.headers);

async function sendSignedIn<A extends Answer>(
  request: SessionRequest,
  base: URL,
  authorizer: Authorizer,
  send: Send<A>,
): Promise<A | BufferedAnswer> {
  const { scopes, step, options } = request;
  const need: Need = { scopes, step, signal: options?.signal };
  let used = await authorizer.prepare(need);
  for (let round = 0; ; round += 1) {
    const answer = await send(toTransport(request, used));
    if (!asksToSignIn(answer, base) || round === MAX_ROUNDS) return answer;
    const { url, status, headers } = answer;
    const refusal = { url, status, headers, used, said: parseWireError(answer.bytes) };
    used = await authorizer.answer(refusal, need);
    if (request.body === undefined || request.body instanceof Uint8Array) continue;
    // The token is new now; whoever has the bytes begins again.
    throw failure('connection-lost', { host: url.host, step, status });
  }
}

export function createSession(base: URL, transport: Transport, authorizer: Authorizer): Session {
  const cancellable: Session['cancellable'] = async (step, options, work) => {
    try {
      return await work();
    } catch (error) {
      if (!options?.signal?.aborted) throw error;
      throw failure('cancelled', { host: base.host, step, cause: error });
    }
  };

  const signedIn = <A extends Answer>(
    request: SessionRequest,
    send: Send<A>,
  ): Promise<A | BufferedAnswer> =>
    cancellable(request.step, request.options, () => sendSignedIn(request, base, authorizer, send));

  const send = (request: SessionRequest, maxBytes: number): Promise<BufferedAnswer> =>
    signedIn<BufferedAnswer>(request, (sent) => transport.fetch(sent, maxBytes));

  const upload = (request: SessionRequest, maxBytes: number): Promise<BufferedAnswer> =>
    signedIn<BufferedAnswer>(request, (sent) => transport.upload(sent, maxBytes));

  return {
    base,
    send,
    upload,
    sendBare: (request, maxBytes) => transport.fetch(toTransport(request, undefined), maxBytes),
    async fetch(request, maxBytes) {
      const answer = await send(request, maxBytes);
      if (answer.status >= 200 && answer.status < 300) return answer;
      throw statusFailure(answer, request.step, base);
    },
    async open(request) {
      const answer = await signedIn<OpenAnswer>(request, (sent) => transport.open(sent));
      if ('body' in answer) return answer;
      throw statusFailure(answer, request.step, base);
    },
    cancellable,
    toError: (error, answer, step) => transport.toError(error, answer, step),
    close: () => transport.close(),
  };
}
