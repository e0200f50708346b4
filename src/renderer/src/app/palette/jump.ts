import type { RegistryView } from '#contract/registry';
import { tryParseDigest } from '#oci/digest';
import { canonicalRegistryHost, isRegistryHost, tryParseReference } from '#oci/reference';
import { tryParseRepositoryName } from '#oci/repository-name';
import { tryParseTag } from '#oci/tag';

/** A place that was typed or pasted, whether the registry lists it or not. */
export type Jump =
  | {
      readonly kind: 'open';
      readonly registry: RegistryView;
      readonly repository: string;
      readonly tag?: string;
      readonly digest?: string;
    }
  | { readonly kind: 'add-registry'; readonly host: string };

const pullCommand = /^(?:sudo\s+)?(?:docker|podman|nerdctl|crane|ctr)\s+(?:image\s+)?pull\s+/u;

/** `repository[:tag][@digest]`. */
const parsePath = (text: string) => {
  const [named = '', digestText, ...rest] = text.split('@');
  const digest = digestText === undefined ? undefined : tryParseDigest(digestText);
  if (rest.length > 0 || (digestText !== undefined && digest === undefined)) return undefined;
  const colon = named.indexOf(':');
  const repository = tryParseRepositoryName(colon < 0 ? named : named.slice(0, colon));
  const tag = colon < 0 ? undefined : tryParseTag(named.slice(colon + 1));
  if (repository === undefined || (colon >= 0 && tag === undefined)) return undefined;
  return {
    repository,
    ...(tag === undefined ? {} : { tag }),
    ...(digest === undefined ? {} : { digest }),
  };
};

const openOn = (registry: RegistryView, path: string): readonly Jump[] => {
  const place = parsePath(path);
  return place === undefined ? [] : [{ kind: 'open', registry, ...place }];
};

/** A first part that can only be a host: it has a dot or a port, or is localhost. */
const hostOf = (text: string): string | undefined => {
  const first = text.split('/')[0] ?? '';
  if (!/[.:]/u.test(first) && first !== 'localhost') return undefined;
  if (!text.includes('/') && !/\.[a-z]/u.test(first)) return undefined;
  const host = canonicalRegistryHost(first);
  return isRegistryHost(host) ? host : undefined;
};

const onDockerHub = (text: string, registries: readonly RegistryView[]): readonly Jump[] => {
  const hub = registries.find(({ host }) => host === 'docker.io');
  const reference = tryParseReference(text);
  if (hub === undefined || reference?.registryHost !== 'docker.io') return [];
  const { repository, tag, digest } = reference;
  return [
    {
      kind: 'open',
      registry: hub,
      repository,
      ...(tag === undefined ? {} : { tag }),
      ...(digest === undefined ? {} : { digest }),
    },
  ];
};

/**
 * Where a typed text may lead: `host/repository:tag` on a saved registry, `repository:tag` on the open one or on
 * Docker Hub, or the host as a registry to add. Pull commands and `https://` in front are understood.
 */
export const findJumps = (
  query: string,
  registries: readonly RegistryView[],
  openRegistryId: string | null,
): readonly Jump[] => {
  const text = query
    .trim()
    .replace(pullCommand, '')
    .replace(/^https?:\/\//u, '')
    .replace(/\/$/u, '');
  if (text === '' || /\s/u.test(text)) return [];
  // `host:5000` alone is the registry, which has its own line, and no tag of a repository called `host`.
  if (registries.some(({ host }) => host === text)) return [];
  const named = registries.find(({ host }) => text.startsWith(`${host}/`));
  // Docker Hub has rules of its own: `debian` there is `library/debian`.
  if (named?.host === 'docker.io') return onDockerHub(text, registries);
  if (named !== undefined) return openOn(named, text.slice(named.host.length + 1));
  const host = hostOf(text);
  if (host !== undefined) {
    const isKnown = registries.some((registry) => registry.host === host);
    const jumps = onDockerHub(text, registries);
    return isKnown || jumps.length > 0 ? jumps : [{ kind: 'add-registry', host }];
  }
  const open = registries.find(({ id }) => id === openRegistryId);
  const here = open === undefined ? [] : openOn(open, text);
  return open?.host === 'docker.io'
    ? onDockerHub(text, registries)
    : [...here, ...onDockerHub(text, registries)];
};
