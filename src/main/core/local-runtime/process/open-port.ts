import type { Listening, LocalRegistry } from '#core/local-registry/index';
import type { Requests, TlsFiles } from '../messages';
import { RuntimeProblem } from '../view';

/** Ports that are tried after the one that was wanted. */
const maxTries = 100;
/** AirPlay's on macOS, which comes and goes (trap 47). */
const avoidedPort = 5000;

export type OpenedPort = Requests['listen']['answer'] & { readonly listening: Listening };

/** Opens the port that is wanted, or the next one that is free. Throws RuntimeProblem when there is none. */
export async function openPort(
  registry: LocalRegistry,
  { port: wanted, keptPort, isNetwork, tls }: Requests['listen']['request'],
): Promise<OpenedPort> {
  for (const port of portsFrom(wanted, keptPort)) {
    try {
      const listening = await listenOn(registry, port, isNetwork, tls);
      return { listening, port, takenPort: port === wanted ? null : wanted };
    } catch (error) {
      if (codeOf(error) !== 'EADDRINUSE') throw explain(error, port);
    }
  }
  throw new RuntimeProblem(
    'address-refused',
    `Port ${wanted} and the ${maxTries} after it are all taken. Choose another port on the page of the local registry.`,
    { field: 'port' },
  );
}

/** The port it had, the wanted one, then those after that. */
function* portsFrom(wanted: number, keptPort: number | null): Generator<number> {
  if (keptPort !== null) yield keptPort;
  yield wanted;
  for (let port = wanted + 1; port <= Math.min(wanted + maxTries, 65_535); port += 1) {
    if (port !== avoidedPort) yield port;
  }
}

/** Every address of this machine, of both families where it has both. */
async function listenOn(
  registry: LocalRegistry,
  port: number,
  isNetwork: boolean,
  tls: TlsFiles | null,
): Promise<Listening> {
  const options = { port, ...(tls === null ? {} : { tls }) };
  if (!isNetwork) return registry.listen({ ...options, host: '127.0.0.1' });
  try {
    return await registry.listen({ ...options, host: '::' });
  } catch (error) {
    const code = codeOf(error);
    if (code !== 'EAFNOSUPPORT' && code !== 'EADDRNOTAVAIL') throw error;
    return registry.listen({ ...options, host: '0.0.0.0' });
  }
}

function explain(error: unknown, port: number): unknown {
  const code = codeOf(error);
  if (code === 'EACCES' || code === 'EPERM') {
    return new RuntimeProblem(
      'address-refused',
      `The system does not let this user open port ${port}. Choose one from 1024 up.`,
      { field: 'port', cause: error },
    );
  }
  return error;
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : '';
