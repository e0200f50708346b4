import { type AttachedTag, splitNames, type TagListEnd, type TagPage } from '#contract/tag';
import { api } from '#lib/api';
import { queryKeys } from '#lib/keys';
import type { StreamQuery } from '#lib/stream-query';
import { mergeTags } from '#lib/tag-order';

/** All tags of a repository, as far as they have come. */
export type TagList = {
  /** Newest version first. */
  readonly tags: readonly string[];
  /** Tags of signatures, attestations, SBOMs and referrers: they hang on the digest they name. */
  readonly attachedTags: readonly AttachedTag[];
};

const emptyTagList: TagList = { tags: [], attachedTags: [] };

const addPages = (list: TagList, pages: readonly TagPage[]): TagList => {
  const attached = pages.flatMap((page) => page.attachedTags);
  return {
    tags: pages.reduce((tags, page) => mergeTags(tags, splitNames(page.names)), list.tags),
    attachedTags: attached.length === 0 ? list.attachedTags : [...list.attachedTags, ...attached],
  };
};

type TagListRequest = { readonly registryId: string; readonly repository: string };

/** The tags of a repository as a streaming query: for the table, and for whoever looks for a tag. */
export const tagListQuery = (
  registryId: string,
  repository: string,
): StreamQuery<TagListRequest, TagPage, TagListEnd, TagList> => ({
  queryKey: queryKeys.tags(registryId, repository),
  method: api.tag.list,
  request: { registryId, repository },
  initial: emptyTagList,
  merge: addPages,
});

/** Digests that a signature tag names. */
export const signedDigestsOf = ({ attachedTags }: TagList): ReadonlySet<string> =>
  new Set(attachedTags.filter(({ kind }) => kind === 'signature').map(({ digest }) => digest));
