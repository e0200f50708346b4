import type { ChangeRequest } from '#contract/change';
import { tryParseTag } from '#oci/tag';
import type { OpenDialog } from '#state/dialogs';
import type { NameUse } from './name-check';

export type NameTagKind = Extract<OpenDialog, { readonly kind: 'name-tag' }>;

const grammar = 'Letters, digits, “.”, “_” and “-”; it starts with a letter, a digit or “_”.';
const mostChars = 128;

/** Why a text is no tag (distribution-spec, Pulling manifests); undefined for a tag and for nothing yet. */
export const grammarProblem = (name: string): string | undefined => {
  if (name === '' || tryParseTag(name) !== undefined) return undefined;
  if (name.length > mostChars)
    return `A tag has at most ${mostChars} characters; this has ${name.length}.`;
  if (name.includes(':') || name.includes('/')) {
    return 'Only the tag, without the registry and the repository.';
  }
  return /^[.-]/u.test(name) ? 'A tag starts with a letter, a digit or “_”.' : grammar;
};

/** Why a name that is a tag cannot be used here. */
export const takenProblem = (
  asked: NameTagKind,
  name: string,
  use: NameUse,
): string | undefined => {
  if (asked.purpose === 'rename' && name === asked.tag) return 'This is its name now.';
  if (use.kind !== 'taken') return undefined;
  if (use.digest === asked.digest) {
    return asked.purpose === 'rename' ? undefined : 'The image has this tag already.';
  }
  return asked.purpose === 'rename'
    ? 'This tag is taken by another image. Choose another name, or remove that tag first.'
    : undefined;
};

/** What the plan is made for. */
export const requestFor = (asked: NameTagKind, name: string, use: NameUse): ChangeRequest => {
  if (asked.purpose === 'rename') {
    return { kind: 'rename-tag', from: asked.tag ?? '', to: name };
  }
  return { kind: use.kind === 'taken' ? 'move-tag' : 'tag', tag: name, digest: asked.digest };
};
