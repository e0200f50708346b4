import { isIP } from 'node:net';
import { failure } from '../words';
import { bareHost, isForbiddenAddress, isLoopbackHost } from '../transport/addresses';

/** Token servers of vendors whose registry and realm share no domain. A suffix covers its subdomains. */
const vendorRealms: readonly { registrySuffix: string; realmHost: string }[] = [
  { registrySuffix: 'docker.io', realmHost: 'auth.docker.io' },
  { registrySuffix: 'lscr.io', realmHost: 'ghcr.io' },
  { registrySuffix: 'scw.cloud', realmHost: 'api.scaleway.com' },
];

/**
 * Domains whose subdomains belong to different people: sharing one says nothing. The full public suffix
 * list has thousands of entries; these are the hosting domains and second levels met with registries.
 */
const sharedSuffixes = new Set(
  (
    'amazonaws.com azurecr.io azurewebsites.net cloudapp.net windows.net cloudfront.net github.io ' +
    'gitlab.io herokuapp.com appspot.com run.app web.app pages.dev workers.dev fly.dev onrender.com ' +
    'vercel.app netlify.app ngrok.io ngrok.app ngrok-free.app googleusercontent.com duckdns.org ' +
    'dyndns.org no-ip.org ddns.net nip.io sslip.io'
  ).split(' '),
);

/** `co.uk`, `com.au`, `gov.br` and the like: a short or generic second level below a country. */
const secondLevel = /^(co|com|net|org|gov|edu|ac|or|ne|go|gob|nom|mil)\.[a-z]{2}$/;

/** The part of a host name that one owner holds, as far as this can be told without the public suffix list. */
function registrableDomain(host: string): string | undefined {
  if (isIP(host) !== 0) return undefined;
  const labels = host.split('.');
  const lastTwo = labels.slice(-2).join('.');
  const size = sharedSuffixes.has(lastTwo) || secondLevel.test(lastTwo) ? 3 : 2;
  return labels.length >= size && labels.length >= 2 ? labels.slice(-size).join('.') : undefined;
}

const hostOf = (url: URL): string => bareHost(url.hostname).toLowerCase().replace(/\.$/, '');

/** True when a user of the registry would expect to sign in at that host. */
function isRelatedHost(registry: URL, realm: URL): boolean {
  const from = hostOf(registry);
  const to = hostOf(realm);
  if (from === to) return true;
  if (isLoopbackHost(from) && isLoopbackHost(to)) return true;
  const isVendorPair = vendorRealms.some(
    ({ registrySuffix, realmHost }) =>
      to === realmHost && (from === registrySuffix || from.endsWith(`.${registrySuffix}`)),
  );
  if (isVendorPair) return true;
  const domain = registrableDomain(from);
  return domain !== undefined && domain === registrableDomain(to);
}

export type RealmRules = {
  registry: URL;
  /** `host` or `host:port` that the user approved. */
  extraRealmHosts: readonly string[];
};

/**
 * The token server of a challenge. A realm is written by whoever answers, and credentials go there
 * (CVE-2020-15157): so no plain HTTP for an HTTPS registry, no machine-internal address, no stranger
 * without the user's word. A relative realm is resolved against the request. Throws `realm-refused`.
 */
export function resolveRealm(realm: string | undefined, requestUrl: URL, rules: RealmRules): URL {
  const refuse = (note: string, realmHost?: string): never => {
    const detail = { host: rules.registry.host, step: 'token', realmHost } as const;
    throw failure('realm-refused', detail, note);
  };
  let url: URL;
  try {
    if (realm === undefined || realm === '') return refuse('It names no token server.');
    url = new URL(realm, requestUrl);
  } catch {
    return refuse('The address of the token server is not a URL.');
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    return refuse('The address of the token server is not a web address.');
  }
  if (url.username !== '' || url.password !== '') {
    return refuse('The address of the token server carries a password.');
  }
  if (url.protocol === 'http:' && rules.registry.protocol === 'https:') {
    return refuse(`The token server ${url.host} is plain HTTP, although the registry is HTTPS.`);
  }
  if (isForbiddenAddress(url.hostname)) {
    return refuse(`${url.host} is an address for machine-internal services.`);
  }
  const isApproved = rules.extraRealmHosts.some(
    (host) => host.toLowerCase() === url.host || host.toLowerCase() === url.hostname,
  );
  if (isApproved || isRelatedHost(rules.registry, url)) return url;
  return refuse(`The token server is ${url.host}.`, url.host);
}
