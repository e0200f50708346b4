import type { NetworkAddress } from './guide';
import { formatHostPort } from './network-addresses';

/** What is reachable from where, said before the registry is shared. */
export type LocalExposure = {
  /** host:port under which others would see it. */
  readonly addresses: readonly string[];
  readonly sentences: readonly string[];
  /** What has to be done first (trap 52); empty when it can be shared. */
  readonly missing: readonly ('user' | 'tls')[];
};

export type ExposureInput = {
  readonly port: number;
  readonly tls: boolean;
  readonly users: readonly string[];
  readonly readOnly: boolean;
  readonly canDelete: boolean;
  readonly hostNames: readonly string[];
  readonly networkAddresses: readonly NetworkAddress[];
};

export function describeExposure(input: ExposureInput): LocalExposure {
  const { port, hostNames, networkAddresses: all } = input;
  const hosts = [...hostNames, ...all.map(({ address }) => address)];
  return {
    addresses: [...new Set(hosts)].map((host) => formatHostPort(host, port)),
    sentences: [
      whoReachesIt(all),
      ...publicAddresses(all),
      whatTheyCanDo(input),
      ...(input.tls
        ? ['Passwords and images are encrypted on the way.']
        : ['Without TLS, everybody on the way could read passwords and change images.']),
      'A firewall on this computer may still keep others out; Tagboat does not change it.',
    ],
    missing: [
      ...(input.users.length === 0 ? (['user'] as const) : []),
      ...(input.tls ? [] : (['tls'] as const)),
    ],
  };
}

function whoReachesIt(all: readonly NetworkAddress[]): string {
  const networks = all.filter(({ kind }) => kind === 'network');
  const hasContainers = all.some(({ kind }) => kind === 'containers');
  if (networks.length === 0) {
    return hasContainers
      ? 'This computer has no network right now: only containers and virtual machines on it would reach the registry. Any network it joins later is added.'
      : 'This computer has no network right now. Any network it joins later would reach the registry.';
  }
  const names = [...new Set(networks.map(({ interfaceName }) => interfaceName))].join(', ');
  const containers = hasContainers ? ', and so do containers and virtual machines on it' : '';
  return `Everybody on the networks of this computer (${names}) reaches the registry${containers}. Any network it joins later, such as one in a café, is added.`;
}

function publicAddresses(all: readonly NetworkAddress[]): string[] {
  const addresses = all.filter(({ isPublic }) => isPublic).map(({ address }) => address);
  if (addresses.length === 0) return [];
  const verb = addresses.length === 1 ? 'is a public address' : 'are public addresses';
  return [
    `${addresses.join(', ')} ${verb}: unless a firewall or router is in between, the whole internet reaches the registry there.`,
  ];
}

function whatTheyCanDo({ users, readOnly, canDelete }: ExposureInput): string {
  const verbs = readOnly
    ? 'pull every image'
    : `pull every image, push new ones and overwrite tags${canDelete ? ', and delete' : ''}`;
  if (users.length === 0) return `Without a user, anybody who reaches it could ${verbs}.`;
  const names = users.length <= 5 ? ` (${users.join(', ')})` : '';
  const who = users.length === 1 ? `The user${names}` : `Each of the ${users.length} users${names}`;
  return `${who} can ${verbs}; there are no rights for single repositories. Nobody else gets in.`;
}
