/** The key that docker uses for Docker Hub, whatever its registry is called elsewhere. */
const dockerHubKey = 'https://index.docker.io/v1/';

const dockerHubHost = 'index.docker.io';
const dockerHubHosts = new Set([
  'docker.io',
  'index.docker.io',
  'registry-1.docker.io',
  'registry.hub.docker.com',
]);

/** Paths of old keys that stand for the whole registry. Others scope a login to part of it, or hold something else. */
const wholeRegistryPaths = new Set(['', '/', '/v1', '/v1/', '/v2', '/v2/']);

/** A key of `auths` or `credHelpers`, or what a user calls a registry. */
export type ServerAddress = {
  /** host[:port], lower case; one name for all names of Docker Hub. */
  readonly host: string;
  /** Without slashes at the ends: `team/app` for `quay.io/team/app`; empty for a whole registry. */
  readonly path: string;
};

/**
 * `https://host/v1/`, `host:port` and `host/team` all name a server. Docker's own look-up drops scheme and path of a key
 * (docker/cli, ConvertToHostname); here a path that is not one of the API's old ones keeps its meaning, because podman
 * writes path-scoped keys into the same files (containers-auth.json(5)).
 */
export function parseServerAddress(text: string): ServerAddress {
  const withoutScheme = text.trim().replace(/^https?:\/\//iu, '');
  const slash = withoutScheme.indexOf('/');
  const authority = slash === -1 ? withoutScheme : withoutScheme.slice(0, slash);
  const path = slash === -1 ? '' : withoutScheme.slice(slash);
  const host = authority.toLowerCase();
  return {
    host: dockerHubHosts.has(host) ? dockerHubHost : host,
    path: wholeRegistryPaths.has(path) ? '' : path.replace(/^\/+|\/+$/gu, ''),
  };
}

function isDockerHub(address: ServerAddress): boolean {
  return address.host === dockerHubHost;
}

/** What docker itself asks a helper for. */
export function formatServerKey(address: ServerAddress): string {
  return isDockerHub(address) ? dockerHubKey : address.host;
}

/** The first key that names the whole registry; an exact key goes before old spellings of it. */
export function findServerKey(keys: Iterable<string>, address: ServerAddress): string | undefined {
  const exact = formatServerKey(address);
  let found: string | undefined;
  for (const key of keys) {
    if (key === exact) return key;
    const parsed = parseServerAddress(key);
    if (found === undefined && parsed.host === address.host && parsed.path === '') found = key;
  }
  return found;
}
