import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { BlobPreview, ImageView, ReferrersReport } from '#contract/image';
import type { ContractError } from '#contract/result';
import type { TagDetails } from '#contract/tag';
import { api } from '#lib/api';
import { queryKeys } from '#lib/keys';
import { type Streamed, useStreamQuery } from '#lib/stream-query';
import { emptyTagBook, siblingTags, type TagBook } from '#lib/tag-details';
import type { TagList } from '#lib/tag-list';
import { useCached } from '#lib/use-cached';

/** The repository that is looked into. */
export type Place = { readonly registryId: string; readonly repository: string };

export type Reading<T> = {
  readonly value: T | undefined;
  readonly error: ContractError | undefined;
  readonly isReading: boolean;
  readonly retry: () => void;
};

const nothing = null;
const keepNothing = (): null => nothing;

/** What one manifest is. Read by tag it is kept under its digest too: other tags on it, and the way back, are instant. */
export const useImage = (
  { registryId, repository }: Place,
  reference: string | undefined,
): Reading<ImageView> => {
  const client = useQueryClient();
  const result = useStreamQuery({
    queryKey: queryKeys.image(registryId, repository, reference ?? ''),
    method: api.image.inspect,
    request: { registryId, repository, reference: reference ?? '' },
    initial: nothing,
    merge: keepNothing,
    enabled: reference !== undefined,
  });
  const view = result.end;
  useEffect(() => {
    if (view === undefined || view.digest === reference) return;
    client.setQueryData<Streamed<null, ImageView>>(
      queryKeys.image(registryId, repository, view.digest),
      (known) => known ?? { value: null, isComplete: true, end: view },
    );
  }, [client, registryId, repository, reference, view]);
  return {
    value: view,
    error: result.error,
    isReading: result.isStreaming,
    retry: result.refetch,
  };
};

/** A view that was read before, without asking for it. */
export const useKnownImage = (
  { registryId, repository }: Place,
  digest: string | undefined,
): ImageView | undefined =>
  useCached<Streamed<null, ImageView> | null>(
    queryKeys.image(registryId, repository, digest ?? ''),
    null,
  )?.end;

export const useReferrers = (
  { registryId, repository }: Place,
  digest: string,
): Reading<ReferrersReport> => {
  const result = useStreamQuery({
    queryKey: queryKeys.referrers(registryId, repository, digest),
    method: api.image.referrers,
    request: { registryId, repository, reference: digest },
    initial: nothing,
    merge: keepNothing,
  });
  return {
    value: result.end,
    error: result.error,
    isReading: result.isStreaming,
    retry: result.refetch,
  };
};

export const useBlob = (
  { registryId, repository }: Place,
  digest: string,
): Reading<BlobPreview> => {
  const result = useStreamQuery({
    queryKey: queryKeys.blob(registryId, repository, digest),
    method: api.image.blob,
    request: { registryId, repository, digest },
    initial: nothing,
    merge: keepNothing,
  });
  return {
    value: result.end,
    error: result.error,
    isReading: result.isStreaming,
    retry: result.refetch,
  };
};

export type KnownTag = {
  readonly details: TagDetails | undefined;
  /** Other tags known to be on the same digest. */
  readonly siblings: readonly string[];
};

/** What the tag table knows of a tag already: enough for the head while the rest is read. */
export const useKnownTag = ({ registryId, repository }: Place, tag: string): KnownTag => {
  const book: TagBook = useCached(queryKeys.tagDetails(registryId, repository), emptyTagBook);
  return { details: book.byTag.get(tag), siblings: siblingTags(book, tag) };
};

/** True when a cosign signature tag names the digest, as far as the tag list tells. */
export const useIsSigned = (
  { registryId, repository }: Place,
  digest: string | undefined,
): boolean => {
  const list = useCached<Streamed<TagList, unknown> | null>(
    queryKeys.tags(registryId, repository),
    null,
  );
  return (
    list?.value.attachedTags.some(
      (attached) => attached.kind === 'signature' && attached.digest === digest,
    ) === true
  );
};

/** The tags known to point at a digest. */
export const useTagsOn = (
  { registryId, repository }: Place,
  digest: string | undefined,
): readonly string[] => {
  const book: TagBook = useCached(queryKeys.tagDetails(registryId, repository), emptyTagBook);
  return digest === undefined ? [] : (book.byDigest.get(digest) ?? []);
};
