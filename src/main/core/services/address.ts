import { ServiceFailure } from './failure';

export type RegistryAddress = {
  /** host[:port][/prefix] as it stands in references. */
  readonly host: string;
  /** What to try, in this order: `https://host[:port][/prefix]`, or `http://` where that is allowed. */
  readonly origins: readonly string[];
};

/** Docker Hub is written docker.io and answers at another host (trap 33). */
const dockerHubNames = new Set([
  'docker.io',
  'index.docker.io',
  'registry-1.docker.io',
  'hub.docker.com',
  'registry.hub.docker.com',
]);
const dockerHub: RegistryAddress = {
  host: 'docker.io',
  origins: ['https://registry-1.docker.io'],
};

/** 127.0.0.0/8, ::1 and localhost: the only hosts where plain HTTP needs no word of the user (trap 48). */
export const isLoopbackHost = (hostname: string): boolean =>
  /^(localhost|.+\.localhost|127(\.\d{1,3}){3}|\[::1\])$/iu.test(hostname);

const refuse = (message: string): never => {
  throw new ServiceFailure('input-invalid', message, { field: 'address' });
};

const parseUrl = (text: string): URL => {
  try {
    return new URL(text);
  } catch {
    return refuse(
      `"${text.replace(/^https:\/\//u, '')}" is not the address of a registry. Write host, host:port or a URL.`,
    );
  }
};

/**
 * Reads what a person typed: `host`, `host:port`, or a URL with an optional path prefix.
 * A loopback host without a scheme is tried with HTTPS and then with plain HTTP; every other host only with HTTPS,
 * unless `plainHttp` or an `http://` in front says otherwise.
 */
export const parseAddress = (address: string, plainHttp?: boolean): RegistryAddress => {
  const typed = address.trim();
  if (typed === '') return refuse('The address is empty. Write host, host:port or a URL.');
  const scheme = schemeOf(typed);
  const url = parseUrl(scheme === undefined ? `https://${typed}` : typed);
  refuseExtras(url);
  if (dockerHubNames.has(url.hostname)) return dockerHub;
  const host = hostOf(url, typed);
  return {
    host,
    origins: schemesFor(scheme, url.hostname, plainHttp).map((one) => `${one}://${host}`),
  };
};

const schemeOf = (typed: string): string | undefined => {
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//iu.exec(typed)?.[1]?.toLowerCase();
  if (scheme === undefined || scheme === 'https' || scheme === 'http') return scheme;
  return refuse(`A registry is reached by https:// or http://, not by ${scheme}://.`);
};

const refuseExtras = (url: URL): void => {
  if (url.username !== '' || url.password !== '') {
    refuse('Write user and password into their own fields, not into the address.');
  }
  if (url.search !== '' || url.hash !== '') refuse('The address may not hold "?" or "#".');
};

/** A default port that was written out belongs to the reference: docker tells host and host:443 apart. */
const hostOf = (url: URL, typed: string): string => {
  const port = /:(\d+)(?:\/|$)/u.exec(typed.replace(/^[a-z]+:\/\//iu, ''))?.[1];
  const prefix = url.pathname.replace(/\/(v2\/?)?$/u, '');
  return `${url.hostname}${port === undefined ? '' : `:${port}`}${prefix}`;
};

const schemesFor = (
  scheme: string | undefined,
  hostname: string,
  plainHttp: boolean | undefined,
): readonly string[] => {
  if (plainHttp === true || scheme === 'http') return ['http'];
  if (scheme === undefined && isLoopbackHost(hostname)) return ['https', 'http'];
  return ['https'];
};
