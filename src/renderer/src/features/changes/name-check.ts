import { useEffect, useState } from 'react';
import { api, streamToEnd } from '#lib/api';
import { queryKeys } from '#lib/keys';
import type { Streamed } from '#lib/stream-query';
import { emptyTagBook, type TagBook } from '#lib/tag-details';
import type { TagList } from '#lib/tag-list';
import { useCached } from '#lib/use-cached';
import { tryParseTag } from '#oci/tag';
import type { ChangePlace } from '#state/plans';

/** What is known of a name that is being typed. */
export type NameUse =
  | { readonly kind: 'unknown' }
  | { readonly kind: 'asking' }
  | { readonly kind: 'free' }
  | { readonly kind: 'taken'; readonly digest: string };

/** A person who types is not asked about every letter. */
const settleMs = 250;

type Answer = { readonly name: string; readonly use: NameUse };

const unknown: NameUse = { kind: 'unknown' };

/** Where a name points, asked of the registry itself. */
const askRegistry = async (
  { registryId, repository }: ChangePlace,
  name: string,
  signal: AbortSignal,
): Promise<NameUse> => {
  let use: NameUse = unknown;
  await streamToEnd(
    api.tag.details,
    { registryId, repository, tags: [name] },
    {
      signal,
      onPage: ({ details, failures }) => {
        const found = details.find(({ tag }) => tag === name);
        if (found !== undefined) use = { kind: 'taken', digest: found.digest };
        else if (failures.some(({ tag, error }) => tag === name && error.code === 'not-found')) {
          use = { kind: 'free' };
        }
      },
    },
  );
  return use;
};

/** What the tag table knows already. */
const useKnownUse = ({ registryId, repository }: ChangePlace, name: string): NameUse => {
  const book = useCached<TagBook>(queryKeys.tagDetails(registryId, repository), emptyTagBook);
  const list = useCached<Streamed<TagList, { readonly truncated?: unknown }> | null>(
    queryKeys.tags(registryId, repository),
    null,
  );
  const details = book.stale.has(name) ? undefined : book.byTag.get(name);
  if (details !== undefined) return { kind: 'taken', digest: details.digest };
  const isWhole = list?.isComplete === true && list.end?.truncated === undefined;
  return isWhole && !list.value.tags.includes(name) ? { kind: 'free' } : unknown;
};

/** Whether a name is taken, and where it points: from the table where that is known, else from the registry. */
export const useNameUse = (place: ChangePlace, name: string): NameUse => {
  const { registryId, repository } = place;
  const isName = tryParseTag(name) !== undefined;
  const known = useKnownUse(place, name);
  const [answer, setAnswer] = useState<Answer>({ name: '', use: unknown });
  const isAsked = isName && known.kind === 'unknown';
  useEffect(() => {
    if (!isAsked) return undefined;
    const controller = new AbortController();
    const timer = setTimeout(() => {
      void askRegistry({ registryId, repository }, name, controller.signal).then(
        (use) => setAnswer({ name, use }),
        // The plan asks once more, and says what is wrong.
        () => setAnswer({ name, use: unknown }),
      );
    }, settleMs);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [isAsked, registryId, repository, name]);
  if (!isName) return unknown;
  if (!isAsked) return known;
  return answer.name === name ? answer.use : { kind: 'asking' };
};
