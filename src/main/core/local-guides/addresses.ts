import type { GuideEngine, LocalPlace } from './guide';
import { formatHostPort } from './network-addresses';

/** Where a tool finds the registry. */
export type ToolAddress = {
  readonly host: string;
  /** host:port as it stands in references. */
  readonly address: string;
  readonly why?: string;
  /** The tool cannot reach it as things are: it is on another machine and the registry is not shared. */
  readonly needsNetwork: boolean;
};

/**
 * Names under which engines and clusters in a virtual machine see this machine, worth having in every certificate: nobody
 * can own a name that ends with .internal, and without it the certificate has to be changed first.
 */
export const engineHostNames: readonly string[] = [
  'host.docker.internal',
  'host.containers.internal',
  'host.lima.internal',
  'host.rancher-desktop.internal',
  'host.minikube.internal',
];

export const loopbackAddress = (place: LocalPlace): ToolAddress => ({
  host: '127.0.0.1',
  address: formatHostPort('127.0.0.1', place.port),
  needsNetwork: false,
});

/** On Linux engines run on the machine itself unless one was found that does not; elsewhere in a virtual machine. */
export function engineLocation(
  kind: GuideEngine['kind'],
  place: LocalPlace,
): GuideEngine['location'] {
  const found = place.engines.find((engine) => engine.kind === kind);
  return found?.location ?? (place.platform === 'linux' ? 'here' : 'virtual-machine');
}

/** The registry as Docker's or Podman's engine sees it (trap 48). */
export function engineAddress(kind: GuideEngine['kind'], place: LocalPlace): ToolAddress {
  const location = engineLocation(kind, place);
  if (location === 'here') return loopbackAddress(place);
  if (location === 'elsewhere') return networkAddress(place);
  const host = kind === 'docker' ? 'host.docker.internal' : 'host.containers.internal';
  return {
    host,
    address: formatHostPort(host, place.port),
    why: `The engine runs in a virtual machine, where 127.0.0.1 is the virtual machine. ${host} is this computer.`,
    needsNetwork: false,
  };
}

/** The registry as another machine sees it. */
function networkAddress(place: LocalPlace): ToolAddress {
  const host =
    place.networkAddresses.find(({ kind }) => kind === 'network')?.address ?? '127.0.0.1';
  return {
    host,
    address: formatHostPort(host, place.port),
    why: 'The engine runs on another machine, which reaches this one by its network address.',
    needsNetwork: place.reach !== 'network',
  };
}

/**
 * This machine as a container on it sees it: the default bridge, whose address stays the same and which nobody else
 * sees, or any other address.
 */
export function addressFromContainers(place: LocalPlace): ToolAddress {
  const all = place.networkAddresses;
  const bridge = all.find(({ interfaceName }) => /^(?:docker|podman)0$/u.test(interfaceName));
  const host = (bridge ?? all.find(({ kind }) => kind === 'containers') ?? all[0])?.address;
  return {
    host: host ?? '127.0.0.1',
    address: formatHostPort(host ?? '127.0.0.1', place.port),
    why: `The nodes are containers: their 127.0.0.1 is not this computer's. They reach it at ${host ?? 'the address of their network'}.`,
    needsNetwork: place.reach !== 'network',
  };
}
