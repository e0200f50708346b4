import { realpath } from 'node:fs/promises';
import { isIP } from 'node:net';
import { defaultEndpoints } from './candidates';
import { dockerChoice } from './docker-context';
import { formatEngineAddress, parseEngineAddress, type EngineEndpoint } from './endpoint';
import { createEngineClient } from './engine-client';
import { currentEngineEnvironment, type EngineEnvironment } from './engine-environment';
import { EngineProblem } from './engine-problem';
import { identifyEngine, type EngineIdentity } from './identify';

/** An engine that answered. */
export type Engine = EngineIdentity & {
  readonly endpoint: EngineEndpoint;
  /** The socket as a person reads it: `unix:///var/run/docker.sock`. */
  readonly socket: string;
  /** Where it runs: in a virtual machine its 127.0.0.1 is not this machine's (trap 48). */
  readonly location: 'here' | 'virtual-machine' | 'elsewhere';
};

export type EngineSearch = {
  /** The one that the command-line tool of its kind uses comes first. */
  readonly engines: readonly Engine[];
  /** Sockets that are there and cannot be used, with the reason in words. */
  readonly problems: readonly { readonly socket: string; readonly message: string }[];
};

type ProbeOptions = {
  readonly signal?: AbortSignal;
  /** How long an engine may say nothing; ten seconds unless told otherwise. */
  readonly timeoutMs?: number;
};

/**
 * Looks where docker and podman would look, and where engines put their sockets, and asks each who it is. Never throws but
 * for an abort: what is not there is not in the answer.
 */
export async function findEngines(
  environment: EngineEnvironment = currentEngineEnvironment(),
  options: ProbeOptions = {},
): Promise<EngineSearch> {
  const { chosen, problems } = await chosenEndpoints(environment);
  const endpoints = await distinct([...chosen, ...(await defaultEndpoints(environment))]);
  const isChosen = new Set(chosen);
  const probes = await Promise.all(
    endpoints.map((endpoint) => probe(endpoint, environment, options)),
  );
  options.signal?.throwIfAborted();
  const engines: Engine[] = [];
  for (const [index, outcome] of probes.entries()) {
    if (!(outcome instanceof EngineProblem)) {
      engines.push(outcome);
      continue;
    }
    const endpoint = endpoints[index];
    const isExpected = endpoint !== undefined && isChosen.has(endpoint);
    if (endpoint === undefined || (outcome.code === 'not-running' && !isExpected)) continue;
    problems.push({ socket: formatEngineAddress(endpoint), message: outcome.message });
  }
  return { engines, problems };
}

/** What the environment and the docker command's settings name. */
async function chosenEndpoints(environment: EngineEnvironment): Promise<{
  chosen: EngineEndpoint[];
  problems: { socket: string; message: string }[];
}> {
  const chosen: EngineEndpoint[] = [];
  const problems: { socket: string; message: string }[] = [];
  const container = environment.env['CONTAINER_HOST'];
  const choices = [
    () => dockerChoice(environment),
    () => Promise.resolve(container ? parseEngineAddress(container) : undefined),
  ];
  for (const choose of choices) {
    try {
      const endpoint = await choose();
      if (endpoint !== undefined) chosen.push(endpoint);
    } catch (error) {
      if (!(error instanceof EngineProblem)) throw error;
      problems.push({ socket: error.message.split(' ')[0] ?? '', message: error.message });
    }
  }
  return { chosen, problems };
}

/** /var/run is a link to /run, and the docker socket may be one to Podman's: the same socket once. */
async function distinct(endpoints: readonly EngineEndpoint[]): Promise<EngineEndpoint[]> {
  const seen = new Set<string>();
  const kept: EngineEndpoint[] = [];
  for (const endpoint of endpoints) {
    const address = formatEngineAddress(endpoint);
    const key =
      endpoint.kind === 'socket' ? await realpath(endpoint.path).catch(() => address) : address;
    if (seen.has(key)) continue;
    seen.add(key);
    kept.push(endpoint);
  }
  return kept;
}

async function probe(
  endpoint: EngineEndpoint,
  { platform }: EngineEnvironment,
  options: ProbeOptions,
): Promise<Engine | EngineProblem> {
  const client = createEngineClient(endpoint);
  try {
    const identity = await identifyEngine(client, options);
    const socket = formatEngineAddress(endpoint);
    return { ...identity, endpoint, socket, location: locate(endpoint, identity, platform) };
  } catch (error) {
    if (error instanceof EngineProblem) return error;
    return new EngineProblem('bad-answer', String(error), { cause: error });
  } finally {
    client.close();
  }
}

function locate(
  endpoint: EngineEndpoint,
  { isDesktop }: EngineIdentity,
  platform: NodeJS.Platform,
): Engine['location'] {
  if (isDesktop) return 'virtual-machine';
  if (endpoint.kind === 'tcp' && !isLoopback(endpoint.host)) return 'elsewhere';
  return platform === 'linux' ? 'here' : 'virtual-machine';
}

const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
