import type { SavedRegistry } from '#core/settings/schema';

export const exampleRegistry: SavedRegistry = {
  id: 'r-1',
  name: 'Corporate',
  address: 'registry.example:5000',
  host: 'registry.example:5000',
  origin: 'https://registry.example:5000',
  plainHttp: false,
  trustedFingerprints: [],
  approvedRealmHosts: [],
  credential: { kind: 'stored' },
  knownRepositories: ['team/app'],
  readOnly: false,
  createdAt: '2026-01-02T03:04:05.000Z',
};
