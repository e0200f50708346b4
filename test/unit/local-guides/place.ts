import type { GuideEngine, LocalPlace, NetworkAddress } from '#core/local-guides/index';

export const lan: NetworkAddress = {
  address: '192.168.1.20',
  interfaceName: 'eth0',
  kind: 'network',
  isPublic: false,
};

export const bridge: NetworkAddress = {
  address: '172.17.0.1',
  interfaceName: 'docker0',
  kind: 'containers',
  isPublic: false,
};

/** A registry as it is on a fresh profile on Linux; each test says what is different. */
export const placeOf = (changes: Partial<LocalPlace> = {}): LocalPlace => ({
  platform: 'linux',
  port: 5055,
  reach: 'this-computer',
  tls: false,
  users: [],
  certificateNames: ['localhost', '127.0.0.1', '::1'],
  networkAddresses: [lan, bridge],
  engines: [],
  ...changes,
});

export const shared = (changes: Partial<LocalPlace> = {}): LocalPlace =>
  placeOf({
    reach: 'network',
    tls: true,
    users: ['ada'],
    caFile: '/home/ada/my files/tagboat-ca.crt',
    certificateNames: ['localhost', '127.0.0.1', '::1', 'desk', '192.168.1.20', '172.17.0.1'],
    ...changes,
  });

export const engineOf = (changes: Partial<GuideEngine> = {}): GuideEngine => ({
  kind: 'docker',
  name: 'Docker Engine 27.1',
  socket: '/var/run/docker.sock',
  location: 'here',
  ...changes,
});
