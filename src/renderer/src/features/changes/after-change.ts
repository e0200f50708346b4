import type { QueryClient } from '@tanstack/react-query';
import type { PlanView } from '#contract/change';
import { queryKeys } from '#lib/keys';
import { makeStale, type TagBook } from '#lib/tag-details';
import { useCheckedTags } from '#state/checked-tags';
import type { ChangePlace } from '#state/plans';
import { useSelection } from '#state/selection';
import type { PlanDialogKind } from './use-plan';

const isOpen = ({ registryId, repository }: ChangePlace): boolean => {
  const open = useSelection.getState();
  return open.registryId === registryId && open.repository === repository;
};

/** The name that takes the place of a renamed tag. */
const renamedTo = (asked: PlanDialogKind, tag: string): string | undefined => {
  if (asked.kind !== 'plan') return undefined;
  const request = asked.requests.find((one) => one.kind === 'rename-tag' && one.from === tag);
  return request?.kind === 'rename-tag' ? request.to : undefined;
};

/** What is gone is neither ticked nor open any longer. */
const leaveWhatIsGone = (asked: PlanDialogKind, plan: PlanView): void => {
  const goneTags = plan.rows.flatMap(({ target, verdict }) =>
    target.kind === 'tag' && verdict === 'untag' ? [target.tag] : [],
  );
  const goneImages = plan.rows.flatMap(({ target, verdict }) =>
    target.kind === 'image' && verdict === 'delete' ? [target.digest] : [],
  );
  if (goneTags.length > 0) useCheckedTags.getState().setTagsChecked(goneTags, false);
  const { tag, digest, selectTag, openDigest } = useSelection.getState();
  if (tag !== null && goneTags.includes(tag)) selectTag(renamedTo(asked, tag) ?? null);
  else if (digest !== null && goneImages.includes(digest)) openDigest(null);
};

const isRepositoryGone = (asked: PlanDialogKind): boolean =>
  asked.kind === 'plan' && asked.requests.some(({ kind }) => kind === 'delete-repository');

/**
 * After a run, however it ended: everything known of the repository is read again. Where all of the plan is done, the
 * window also leaves what is gone.
 */
export const settleChange = (
  client: QueryClient,
  place: ChangePlace,
  change: { readonly asked: PlanDialogKind; readonly plan: PlanView; readonly isDone: boolean },
): void => {
  const { registryId, repository } = place;
  const { asked, plan, isDone } = change;
  if (isDone && isOpen(place)) {
    if (isRepositoryGone(asked)) {
      useSelection.setState({ repository: null, tag: null, digest: null });
    } else leaveWhatIsGone(asked, plan);
  }
  client.setQueryData<TagBook>(
    queryKeys.tagDetails(registryId, repository),
    (book) => book && makeStale(book),
  );
  void client.invalidateQueries({ queryKey: queryKeys.repository(registryId, repository) });
  // A repository may have come with its first tag, or gone with its last.
  if (isRepositoryGone(asked) || asked.kind === 'plan-undo') {
    void client.invalidateQueries({ queryKey: queryKeys.repositories(registryId) });
  }
};
