import { EngineProblem } from './engine-problem';

/** How to connect to an engine. */
export type EngineEndpoint =
  | {
      readonly kind: 'socket';
      /** A UNIX socket, or a named pipe as `//./pipe/<name>`. */
      readonly path: string;
    }
  | {
      readonly kind: 'tcp';
      readonly host: string;
      readonly port: number;
      /** PEM; absent for plain HTTP. */
      readonly tls?: { readonly ca?: string; readonly cert?: string; readonly key?: string };
    };

/**
 * An address as DOCKER_HOST, CONTAINER_HOST and docker contexts write it: `unix:///run/docker.sock`,
 * `npipe:////./pipe/docker_engine`, `tcp://host:2375` (docker CLI reference, "Environment variables"). Throws
 * EngineProblem for ssh:// and what cannot be read.
 */
export function parseEngineAddress(address: string): EngineEndpoint {
  const socket = /^unix:\/\/(.+)$/u.exec(address)?.[1];
  if (socket !== undefined) return { kind: 'socket', path: socket };
  const pipe = /^npipe:\/\/(.+)$/u.exec(address)?.[1];
  if (pipe !== undefined) return { kind: 'socket', path: pipe.replaceAll('\\', '/') };
  if (address.startsWith('tcp://') && URL.canParse(address)) {
    const { hostname, port } = new URL(address);
    const host = hostname.replace(/^\[(.*)\]$/u, '$1');
    if (host !== '') return { kind: 'tcp', host, port: Number(port === '' ? 2375 : port) };
  }
  const reason = address.startsWith('ssh://')
    ? 'engines behind SSH are not used'
    : 'it is neither unix://, npipe:// nor tcp://';
  throw new EngineProblem('unsupported', `${address.slice(0, 200)} cannot be used: ${reason}.`);
}

/** The inverse of parseEngineAddress, which is also how a person reads it. */
export const formatEngineAddress = (endpoint: EngineEndpoint): string => {
  if (endpoint.kind === 'tcp') {
    const host = endpoint.host.includes(':') ? `[${endpoint.host}]` : endpoint.host;
    return `tcp://${host}:${endpoint.port}`;
  }
  return `${endpoint.path.startsWith('//./pipe/') ? 'npipe' : 'unix'}://${endpoint.path}`;
};
