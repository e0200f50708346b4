import type { ChangeRequest, PlanProgress, PlanView } from '#contract/change';
import { formatCount, formatCounted } from '#lib/format';
import { shortDigest } from '#lib/digest-text';
import { visibleText } from '#oci/text';

const kindOf = (requests: readonly ChangeRequest[]): ChangeRequest['kind'] | 'several' => {
  const kinds = new Set(requests.map(({ kind }) => kind));
  const [kind] = kinds;
  return kinds.size === 1 && kind !== undefined ? kind : 'several';
};

const singleTitle = (request: ChangeRequest, repository: string): string => {
  switch (request.kind) {
    case 'tag':
      return `Add the tag ${request.tag} in ${repository}`;
    case 'move-tag':
      return `Move the tag ${request.tag} in ${repository}`;
    case 'rename-tag':
      return `Rename ${request.from} to ${request.to} in ${repository}`;
    case 'untag':
      return `Untag ${request.tag} in ${repository}`;
    case 'delete-tag':
      return `Delete ${request.tag} from ${repository}`;
    case 'delete-image':
      return `Delete image ${shortDigest(request.digest)} from ${repository}`;
    case 'delete-repository':
      return `Delete the repository ${repository}`;
  }
};

const manyTitle = (requests: readonly ChangeRequest[], repository: string): string => {
  const count = requests.length;
  const kind = kindOf(requests);
  if (kind === 'untag') return `Untag ${formatCounted(count, 'tag')} in ${repository}`;
  if (kind === 'delete-tag') return `Delete ${formatCounted(count, 'tag')} from ${repository}`;
  if (kind === 'delete-image') return `Delete ${formatCounted(count, 'image')} from ${repository}`;
  return `${formatCounted(count, 'change')} in ${repository}`;
};

/** The dialog's title: "Delete 6 tags from shop/api". */
export const planTitle = (requests: readonly ChangeRequest[], repository: string): string => {
  const [first] = requests;
  const isSingle = requests.length === 1 && first !== undefined;
  return visibleText(isSingle ? singleTitle(first, repository) : manyTitle(requests, repository));
};

/** How far the thinking is. */
export const progressWords = (progress: PlanProgress | undefined): string => {
  if (progress === undefined || progress.phase === 'abilities') {
    return 'Asking what the registry allows';
  }
  const { phase, completed, total } = progress;
  const things = phase === 'tags' ? 'tags' : 'manifests';
  if (total === 0) return `Reading ${things}`;
  return `Reading ${formatCount(completed)} of ${formatCount(total)} ${things}`;
};

/** "52 steps, 131 requests" */
export const costWords = ({ steps, requestCount }: PlanView): string =>
  `${formatCounted(steps.length, 'step')}, ${formatCounted(requestCount, 'request')} to the registry`;

/** True where the plan changes nothing. */
export const isNothingToDo = ({ action }: PlanView): boolean => action === '';
