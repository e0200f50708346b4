import { OciError } from './error';
import { quoteText } from './text';

/** Name of a repository, without the registry's host: `library/nginx` (distribution-spec, Pulling manifests). */
export type RepositoryName = string & { readonly __brand: 'RepositoryName' };

const COMPONENT = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*';
const GRAMMAR = new RegExp(`^${COMPONENT}(?:/${COMPONENT})*$`);
/** Many clients and registries limit the name to 255 characters (distribution-spec, Pulling manifests). */
const MAX_LENGTH = 255;

/** A repository name, or undefined. */
export const tryParseRepositoryName = (text: string): RepositoryName | undefined =>
  text.length <= MAX_LENGTH && GRAMMAR.test(text) ? (text as RepositoryName) : undefined;

/** @throws OciError name-invalid */
export const parseRepositoryName = (text: string): RepositoryName => {
  const name = tryParseRepositoryName(text);
  if (name !== undefined) return name;
  throw new OciError('name-invalid', `${quoteText(text)} is not a repository name. ${why(text)}`);
};

const why = (text: string): string => {
  if (text.length > MAX_LENGTH) return `Names end at ${String(MAX_LENGTH)} characters.`;
  if (/[A-Z]/.test(text)) return 'Names are written in lower case.';
  return 'Names hold lower-case letters and digits, joined by ".", "_", "__", "-" or "/".';
};

/** The path before the last part (`team/shop` of `team/shop/api`); undefined when there is none. */
export const namespaceOf = (name: RepositoryName): string | undefined => {
  const slash = name.lastIndexOf('/');
  return slash < 0 ? undefined : name.slice(0, slash);
};

/** The last part of the name (`api` of `team/shop/api`). */
export const baseNameOf = (name: RepositoryName): string => name.slice(name.lastIndexOf('/') + 1);
