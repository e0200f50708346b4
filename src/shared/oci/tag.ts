import { OciError } from './error';
import { quoteText } from './text';

export { compareTagVersions, sortTagsByVersion, tagVersionKey } from './tag-version';

/** A name for a manifest inside a repository (distribution-spec, Pulling manifests). */
export type Tag = string & { readonly __brand: 'Tag' };

const GRAMMAR = /^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/;

/** A tag, or undefined. */
export const tryParseTag = (text: string): Tag | undefined =>
  GRAMMAR.test(text) ? (text as Tag) : undefined;

/** @throws OciError tag-invalid */
export const parseTag = (text: string): Tag => {
  const tag = tryParseTag(text);
  if (tag !== undefined) return tag;
  throw new OciError(
    'tag-invalid',
    `${quoteText(text)} is not a tag. A tag has up to 128 letters, digits, ".", "_" or "-" and starts with a letter, a digit or "_".`,
  );
};
