import type { ChangeRequest } from '#contract/change';
import { useDialogs } from './dialogs';

export type ChangePlace = { readonly registryId: string; readonly repository: string };

/** Shows what a change would do. Nothing is asked for twice: one request a tag. */
export const openPlan = (
  { registryId, repository }: ChangePlace,
  requests: readonly ChangeRequest[],
): void => useDialogs.getState().openDialog({ kind: 'plan', registryId, repository, requests });

/** The names go, the images stay. */
export const openUntag = (place: ChangePlace, tags: readonly string[]): void =>
  openPlan(
    place,
    tags.map((tag) => ({ kind: 'untag', tag })),
  );

/** The names go, and with them every image that nothing else needs. */
export const openDeleteTags = (place: ChangePlace, tags: readonly string[]): void =>
  openPlan(
    place,
    tags.map((tag) => ({ kind: 'delete-tag', tag })),
  );

/** Asks for one more name of an image, then shows the plan. */
export const openAddTag = ({ registryId, repository }: ChangePlace, digest: string): void =>
  useDialogs
    .getState()
    .openDialog({ kind: 'name-tag', purpose: 'tag', registryId, repository, digest });

/** Asks for a tag's new name, then shows the plan. */
export const openRenameTag = (
  { registryId, repository }: ChangePlace,
  tag: string,
  digest: string,
): void =>
  useDialogs
    .getState()
    .openDialog({ kind: 'name-tag', purpose: 'rename', registryId, repository, digest, tag });
