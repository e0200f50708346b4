import { tryParseRepositoryName, type RepositoryName } from '#oci/repository-name';
import { faults } from './errors';

/** Where a request goes: the endpoints of distribution-spec, Endpoints, and the catalog of the Docker API. */
export type Route =
  | Readonly<{ kind: 'base' }>
  | Readonly<{ kind: 'catalog' }>
  | Readonly<{ kind: 'tags'; name: RepositoryName }>
  | Readonly<{ kind: 'uploads'; name: RepositoryName }>
  | Readonly<{ kind: 'upload'; name: RepositoryName; id: string }>
  | Readonly<{ kind: 'blob'; name: RepositoryName; digest: string }>
  | Readonly<{ kind: 'manifest'; name: RepositoryName; reference: string }>
  | Readonly<{ kind: 'referrers'; name: RepositoryName; digest: string }>;

/**
 * Reads a request path (without its query). A repository may have `blobs` or `manifests` among its own folders,
 * so the path is read from its end. Throws the fault to answer with: 404 for an address that is not of the API,
 * NAME_INVALID for a repository name outside the grammar.
 */
export function parseRoute(rawPath: string): Route {
  const path = decodePath(rawPath);
  if (path === '/v2/' || path === '/v2') return { kind: 'base' };
  if (path === '/v2/_catalog') return { kind: 'catalog' };
  if (!path.startsWith('/v2/')) throw faults.notFound();
  const segments = path.slice('/v2/'.length).split('/');
  const last = segments.pop() ?? '';
  const verb = segments.pop() ?? '';
  if (verb === 'uploads' && segments.at(-1) === 'blobs') {
    const name = parseName(segments.slice(0, -1));
    return last === '' ? { kind: 'uploads', name } : { kind: 'upload', name, id: last };
  }
  if (verb === 'blobs' && last === 'uploads') return { kind: 'uploads', name: parseName(segments) };
  const route = parseContentRoute(verb, last, segments);
  if (route === undefined) throw faults.notFound();
  return route;
}

function parseContentRoute(
  verb: string,
  last: string,
  segments: readonly string[],
): Route | undefined {
  if (last === '') return undefined;
  switch (verb) {
    case 'blobs':
      return { kind: 'blob', name: parseName(segments), digest: last };
    case 'manifests':
      return { kind: 'manifest', name: parseName(segments), reference: last };
    case 'referrers':
      return { kind: 'referrers', name: parseName(segments), digest: last };
    case 'tags':
      return last === 'list' ? { kind: 'tags', name: parseName(segments) } : undefined;
    default:
      return undefined;
  }
}

function parseName(segments: readonly string[]): RepositoryName {
  const text = segments.join('/');
  const name = tryParseRepositoryName(text);
  if (name === undefined) throw faults.nameInvalid(text);
  return name;
}

function decodePath(rawPath: string): string {
  if (!rawPath.includes('%')) return rawPath;
  try {
    return decodeURIComponent(rawPath);
  } catch {
    throw faults.nameInvalid(rawPath);
  }
}
