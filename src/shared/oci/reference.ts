import { tryParseDigest, type Digest } from './digest';
import { OciError } from './error';
import { tryParseRepositoryName, type RepositoryName } from './repository-name';
import { tryParseTag, type Tag } from './tag';
import { quoteText } from './text';

/** `host/repository[:tag][@digest]`. Never a default tag: what was not said is absent. */
export type Reference = {
  /**
   * `host[:port]` in lower case; Docker Hub is always `docker.io`. A host without dot and port (`registry`), which no
   * text form can tell from a namespace, is written with the port of HTTPS.
   */
  readonly registryHost: string;
  readonly repository: RepositoryName;
  readonly tag?: Tag;
  readonly digest?: Digest;
};

/** The name of Docker Hub in references. Its API answers elsewhere: see `registryApiHost`. */
const DOCKER_HUB_HOST = 'docker.io';
const DOCKER_HUB_API_HOST = 'registry-1.docker.io';
const DOCKER_HUB_ALIASES: ReadonlySet<string> = new Set([
  DOCKER_HUB_HOST,
  'index.docker.io',
  DOCKER_HUB_API_HOST,
]);
const OFFICIAL_NAMESPACE = 'library/';

/** Host grammar of distribution/reference regexp.go: a domain name, an IPv4 or a bracketed IPv6 address, and a port. */
const LABEL = '[a-z0-9](?:[a-z0-9-]*[a-z0-9])?';
const HOST = new RegExp(`^(?:${LABEL}(?:\\.${LABEL})*|\\[[a-f0-9:]+\\])(?::([0-9]{1,5}))?$`);
/** RFC 1035, section 2.3.4: 255; and ":65535". */
const MAX_HOST_LENGTH = 255 + 6;
/** A bare name of 64 hexadecimal digits would be taken for an image ID (distribution/reference normalize.go). */
const IMAGE_ID = /^[a-f0-9]{64}$/;

/** Host of a registry's API for the host in references: `registry-1.docker.io` for Docker Hub, else the same. */
export const registryApiHost = (host: string): string =>
  DOCKER_HUB_ALIASES.has(host.toLowerCase()) ? DOCKER_HUB_API_HOST : host;

/** The host as references spell it: lower case, and `docker.io` for every host of Docker Hub. */
export const canonicalRegistryHost = (host: string): string => {
  const lower = host.toLowerCase();
  return DOCKER_HUB_ALIASES.has(lower) ? DOCKER_HUB_HOST : lower;
};

/**
 * Reads a reference, undefined when it is none. A first part with a dot or a colon, or `localhost`, is the registry's
 * host; everything else is on Docker Hub, where a name of one part stands for `library/<name>`
 * (distribution/reference normalize.go). Unlike Docker, `Team/app` is refused, not read as the host "Team".
 */
export const tryParseReference = (text: string): Reference | undefined => {
  const at = text.indexOf('@');
  const digest = at < 0 ? undefined : tryParseDigest(text.slice(at + 1));
  if (at >= 0 && digest === undefined) return undefined;
  const named = at < 0 ? text : text.slice(0, at);
  const colon = named.lastIndexOf(':');
  const hasTag = colon > named.lastIndexOf('/');
  const tag = hasTag ? tryParseTag(named.slice(colon + 1)) : undefined;
  if (hasTag && tag === undefined) return undefined;
  const location = tryParseLocation(hasTag ? named.slice(0, colon) : named);
  if (location === undefined) return undefined;
  return {
    ...location,
    ...(tag === undefined ? {} : { tag }),
    ...(digest === undefined ? {} : { digest }),
  };
};

type Location = Pick<Reference, 'registryHost' | 'repository'>;

const tryParseLocation = (text: string): Location | undefined => {
  const slash = text.indexOf('/');
  const first = slash < 0 ? '' : text.slice(0, slash);
  if (!looksLikeHost(first))
    return IMAGE_ID.test(text) ? undefined : toLocation(DOCKER_HUB_HOST, text);
  const registryHost = canonicalRegistryHost(first);
  return isRegistryHost(registryHost) ? toLocation(registryHost, text.slice(slash + 1)) : undefined;
};

/** Whether the first part of a reference is read as a registry's host and not as a namespace on Docker Hub. */
export const looksLikeHost = (part: string): boolean => part === 'localhost' || /[.:]/.test(part);

/** Whether text is `host` or `host:port`, in lower case. */
export const isRegistryHost = (text: string): boolean => {
  const match = text.length <= MAX_HOST_LENGTH ? HOST.exec(text) : null;
  if (match === null) return false;
  const port = match[1];
  return port === undefined || (Number(port) >= 1 && Number(port) <= 65_535);
};

const toLocation = (registryHost: string, path: string): Location | undefined => {
  const isOfficial = registryHost === DOCKER_HUB_HOST && path !== '' && !path.includes('/');
  const repository = tryParseRepositoryName(isOfficial ? OFFICIAL_NAMESPACE + path : path);
  return repository === undefined ? undefined : { registryHost, repository };
};

/** @throws OciError reference-invalid */
export const parseReference = (text: string): Reference => {
  const reference = tryParseReference(text);
  if (reference !== undefined) return reference;
  throw new OciError('reference-invalid', `${quoteText(text)} is not a reference. ${why(text)}`);
};

const why = (text: string): string => {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return 'A reference has no "://"; leave it out.';
  if (/\s/.test(text)) return 'A reference has no spaces.';
  if (/^[^:@]*[A-Z]/.test(text)) return 'Repository names are written in lower case.';
  return 'A reference looks like registry.example.com/team/app:1.0 or ends in @sha256: and 64 hexadecimal digits.';
};

const suffixOf = (reference: Reference): string =>
  (reference.tag === undefined ? '' : `:${reference.tag}`) +
  (reference.digest === undefined ? '' : `@${reference.digest}`);

/** The full form, host included: `docker.io/library/nginx:1.27`. The inverse of `parseReference`. */
export const formatReference = (reference: Reference): string => {
  const { registryHost, repository } = reference;
  const host = looksLikeHost(registryHost) ? registryHost : `${registryHost}:443`;
  return `${host}/${repository}${suffixOf(reference)}`;
};

/** The form that people type: Docker Hub's host and its `library/` are left out (`nginx:1.27`). Reads back the same. */
export const formatFamiliarReference = (reference: Reference): string => {
  if (reference.registryHost !== DOCKER_HUB_HOST) return formatReference(reference);
  const familiar = familiarName(reference.repository);
  return `${familiar}${suffixOf(reference)}`;
};

const familiarName = (repository: RepositoryName): string => {
  const bare = repository.startsWith(OFFICIAL_NAMESPACE)
    ? repository.slice(OFFICIAL_NAMESPACE.length)
    : repository;
  const name = bare.includes('/') ? repository : bare;
  const slash = name.indexOf('/');
  // A namespace such as "my.org" would read as a host, a name of 64 hexadecimal digits as an image ID.
  const isAmbiguous = (slash > 0 && looksLikeHost(name.slice(0, slash))) || IMAGE_ID.test(name);
  return isAmbiguous ? `${DOCKER_HUB_HOST}/${repository}` : name;
};
