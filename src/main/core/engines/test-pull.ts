import type { Engine } from './find-engines';
import { createEngineClient, type EngineClient, type EngineRequest } from './engine-client';
import { EngineProblem } from './engine-problem';
import { identifyEngine } from './identify';
import { explainPullFailure } from './pull-failure';
import { registryAuthHeader } from './registry-auth';

export type EngineTestStep = {
  readonly step: 'socket' | 'reach' | 'login' | 'pull';
  readonly state: 'running' | 'passed' | 'failed' | 'skipped';
  readonly message: string;
};

/** What an engine is asked to pull. */
export type PullTarget = {
  /** host:port as the engine has to write it. */
  readonly address: string;
  readonly tls: boolean;
  readonly login?: { readonly username: string; readonly password: string };
  /** A small image that is there; without it a tag that does not exist is asked for, which reaches as far. */
  readonly sample?: { readonly repository: string; readonly tag: string };
};

const absent = { repository: 'tagboat/reachable', tag: 'none' } as const;
/** An engine that says nothing for this long while it pulls has hung. */
const pullIdleMs = 2 * 60 * 1000;

/**
 * Lets an engine pull from the registry, step by step. What it pulled is removed again unless the engine had it before.
 * Ends with whether all went well; throws only for an abort.
 */
export async function* testEngine(
  engine: Engine,
  target: PullTarget,
  options: { readonly signal?: AbortSignal } = {},
): AsyncGenerator<EngineTestStep, { readonly passed: boolean }, undefined> {
  const client = createEngineClient(engine.endpoint);
  try {
    yield running('socket', `Asking ${engine.name} at ${engine.socket}`);
    const problem = await failureOf(identifyEngine(client, options), options.signal);
    if (problem !== undefined) {
      yield { step: 'socket', state: 'failed', message: problem.message };
      return { passed: false };
    }
    yield { step: 'socket', state: 'passed', message: `${engine.name} answers.` };
    return yield* pullSteps(client, engine, target, options.signal);
  } finally {
    client.close();
  }
}

async function* pullSteps(
  client: EngineClient,
  engine: Engine,
  target: PullTarget,
  signal: AbortSignal | undefined,
): AsyncGenerator<EngineTestStep, { readonly passed: boolean }, undefined> {
  const { address, login, sample } = target;
  const { repository, tag } = sample ?? absent;
  const name = `${address}/${repository}`;
  yield running('reach', `${engine.name} is asked to pull ${name}:${tag}`);
  const image = `${engine.apiPrefix}/images/${name}:${tag}`;
  const wasThere = await exists(client, image, signal);
  const contact = { hadContent: false };
  const problem = await failureOf(pull(client, engine, target, contact, signal), signal);
  const failure = problem && explainPullFailure(problem.message, address, contact.hadContent);
  if (failure?.step === 'reach') {
    yield { step: 'reach', state: 'failed', message: failure.message };
    return { passed: false };
  }
  yield { step: 'reach', state: 'passed', message: `The engine reaches ${address}.` };
  if (failure?.step === 'login') {
    yield { step: 'login', state: 'failed', message: failure.message };
    return { passed: false };
  }
  yield login
    ? { step: 'login', state: 'passed', message: `${login.username} may sign in.` }
    : { step: 'login', state: 'skipped', message: 'The registry asks for no user.' };
  if (failure?.isMissing === true && sample === undefined) {
    const message = 'There is nothing to pull yet; push an image or add the sample images.';
    yield { step: 'pull', state: 'skipped', message };
    return { passed: true };
  }
  if (failure !== undefined) {
    yield { step: 'pull', state: 'failed', message: failure.message };
    return { passed: false };
  }
  if (!wasThere) await remove(client, image);
  const gone = wasThere ? '' : ' It was removed from the engine again.';
  yield { step: 'pull', state: 'passed', message: `${name}:${tag} was pulled.${gone}` };
  return { passed: true };
}

const running = (step: EngineTestStep['step'], message: string): EngineTestStep => ({
  step,
  state: 'running',
  message,
});

async function failureOf(
  work: Promise<unknown>,
  signal: AbortSignal | undefined,
): Promise<EngineProblem | undefined> {
  try {
    await work;
    return undefined;
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof EngineProblem) return error;
    throw error;
  }
}

async function pull(
  client: EngineClient,
  engine: Engine,
  target: PullTarget,
  contact: { hadContent: boolean },
  signal: AbortSignal | undefined,
): Promise<void> {
  const request: EngineRequest = {
    method: 'POST',
    path: pullPath(engine, target),
    headers: { 'X-Registry-Auth': registryAuthHeader(target.address, target.login) },
    idleTimeoutMs: pullIdleMs,
    ...(signal && { signal }),
  };
  for await (const { id, stream } of client.messages(request)) {
    // Docker names each layer; Podman says that it copies one. Both do so when they have read the manifest.
    if (isLayerId(id) || /^Copying (?:blob|config)/u.test(stream ?? '')) contact.hadContent = true;
  }
}

/** The first line of Docker's pull has the tag in its place. */
const isLayerId = (id: string | undefined): boolean =>
  id !== undefined && /^[0-9a-f]{12}$/u.test(id);

/** Podman's own call can be told that plain HTTP is meant; Docker decides by its settings alone. */
function pullPath(engine: Engine, { address, tls, sample }: PullTarget): string {
  const { repository, tag } = sample ?? absent;
  if (engine.libpodPrefix !== undefined) {
    const query = new URLSearchParams({
      reference: `docker://${address}/${repository}:${tag}`,
      tlsVerify: String(tls),
    });
    return `${engine.libpodPrefix}/images/pull?${query.toString()}`;
  }
  const query = new URLSearchParams({ fromImage: `${address}/${repository}`, tag });
  return `${engine.apiPrefix}/images/create?${query.toString()}`;
}

async function exists(
  client: EngineClient,
  image: string,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const response = await client.send({ path: `${image}/json`, ...(signal && { signal }) });
  response.body.resume();
  return response.status === 200;
}

/** What cannot be removed stays, as after any pull. */
async function remove(client: EngineClient, image: string): Promise<void> {
  await client.getJson({ method: 'DELETE', path: image }).catch(() => undefined);
}
