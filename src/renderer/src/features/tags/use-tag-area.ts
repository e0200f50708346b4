import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo } from 'react';
import type { TagListEnd } from '#contract/tag';
import { queryKeys } from '#lib/keys';
import { type StreamQueryResult, useStreamQuery } from '#lib/stream-query';
import { keepTags, unreadTags } from '#lib/tag-details';
import { type TagList, tagListQuery } from '#lib/tag-list';
import { useCheckedTags } from '#state/checked-tags';
import { type TagDetailsReading, useTagDetails } from './use-tag-details';
import { type TagRows, useTagRows } from './use-tag-rows';

/** Up to so many tags, everything that a filter, an order or a grouping needs is read without asking first. */
const readAllUnasked = 300;

export type TagAreaModel = {
  readonly list: StreamQueryResult<TagList, TagListEnd>;
  readonly details: TagDetailsReading;
  readonly rows: TagRows;
  /** Tags whose details are neither read nor failed. */
  readonly unreadCount: number;
  readonly refresh: () => void;
};

type Place = { readonly registryId: string; readonly repository: string };

/** Reads everything of a small repository as soon as something on screen needs it. */
const useReadSmall = (
  { list, details, rows }: Pick<TagAreaModel, 'list' | 'details' | 'rows'>,
  unreadCount: number,
): void => {
  const { startAll, readAll } = details;
  const { tags } = list.value;
  const isWanted =
    rows.needs !== undefined &&
    list.isComplete &&
    tags.length <= readAllUnasked &&
    unreadCount > 0 &&
    (readAll.kind === 'idle' || readAll.kind === 'done');
  useEffect(() => {
    if (isWanted) startAll(tags);
  }, [isWanted, startAll, tags]);
};

/** Everything the tag area shows of one repository. */
export const useTagArea = (place: Place): TagAreaModel => {
  const { registryId, repository } = place;
  const client = useQueryClient();
  const list = useStreamQuery(tagListQuery(registryId, repository));
  const details = useTagDetails(place);
  const rows = useTagRows(list.value, details.book, details.readAll);
  const { tags } = list.value;
  const unreadCount = useMemo(() => unreadTags(details.book, tags).length, [details.book, tags]);
  useReadSmall({ list, details, rows }, unreadCount);

  const { forgetGone, refresh: refreshDetails } = details;
  const isWhole = list.isComplete && list.end?.truncated === undefined;
  useEffect(() => {
    if (list.isComplete) forgetGone((book) => keepTags(book, tags));
    if (isWhole) useCheckedTags.getState().keepChecked(tags);
  }, [list.isComplete, isWhole, tags, forgetGone]);

  const refresh = useCallback(() => {
    refreshDetails();
    void client.invalidateQueries({ queryKey: queryKeys.repository(registryId, repository) });
  }, [client, registryId, repository, refreshDetails]);

  return { list, details, rows, unreadCount, refresh };
};
