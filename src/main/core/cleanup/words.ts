import { shortDigest, type Digest } from '#oci/digest';
import type { Tag } from '#oci/tag';
import type { StepNote } from './journal';
import type { FreedBytes, Plan, PlanStep, Reason } from './plan';
import type { LostPart } from './undo';

const short = (digest: Digest): string => shortDigest(digest);

const MAX_TAGS = 3;

/** "a, b, c and 4 more" */
const formatTags = (tags: readonly Tag[]): string => {
  const shown = tags.slice(0, MAX_TAGS).join(', ');
  return tags.length > MAX_TAGS ? `${shown} and ${tags.length - MAX_TAGS} more` : shown;
};

const reachedBy = (tags: readonly Tag[]): string =>
  tags.length === 0 ? '' : ` (tagged ${formatTags(tags)})`;

const REASONS: {
  readonly [C in Reason['code']]: (reason: Extract<Reason, { code: C }>) => string;
} = {
  asked: () => 'Asked for.',
  renamed: ({ to }) => `Renamed to ${to}.`,
  'belongs-to': ({ digest }) => `Belongs to ${short(digest)}.`,
  'child-of': ({ digest }) => `Part of the index ${short(digest)}, and of nothing else.`,
  'referrer-of': ({ digest }) => `Refers to ${short(digest)}.`,
  'same-digest': ({ digest }) => `Points to the same image ${short(digest)}.`,
  tagged: ({ tags }) => `Still tagged ${formatTags(tags)}.`,
  'needed-by-index': ({ digest, tags }) =>
    `Part of the index ${short(digest)}${reachedBy(tags)}, which stays.`,
  'needed-by-subject': ({ digest, tags }) =>
    `Refers to ${short(digest)}${reachedBy(tags)}, which stays.`,
  'needed-by-referrer': ({ digest, tags }) =>
    `${short(digest)}${reachedBy(tags)} refers to it and stays.`,
  'subject-goes': ({ digest }) =>
    `Refers to ${short(digest)}, which goes. It stays because something else needs it.`,
  'not-known': ({ what, why }) => `${what} could not be read, and may need it: ${why}`,
  'image-stays': () => 'Only the name goes; the image can still be pulled by its digest.',
  'not-there': () => 'It is not there.',
  'already-so': () => 'It is so already.',
  'tag-exists': ({ digest }) => `That tag points to ${short(digest)} already. Move it instead.`,
};

/** Why an item of a plan is treated as it is, as a sentence. */
export const formatReason = (reason: Reason): string =>
  (REASONS[reason.code] as (reason: Reason) => string)(reason);

const NOTES: Readonly<Record<StepNote, string>> = {
  'moved-meanwhile': 'The tag was moved meanwhile and was left alone.',
  'appeared-meanwhile': 'A new tag appeared meanwhile, so nothing was done.',
  'gone-meanwhile': 'The tag was removed meanwhile, so nothing was done.',
  'needed-meanwhile': 'A tag or an index that came meanwhile needs it, so it stays.',
  'referrer-meanwhile': 'Something that refers to it was pushed meanwhile, so it stays.',
  'not-confirmed': 'The registry accepted the change, but it cannot be seen.',
  'image-dropped-with-tag': 'The registry dropped the image together with its last tag.',
  'image-put-back': 'The registry dropped the image together with the tag. It was put back.',
  'siblings-put-back':
    'The registry deleted the image and its other tags as well. They were put back.',
  'tag-left-behind': 'The change is done, but the registry still lists the name of the tag.',
  'not-a-list': 'The tag does not hold a list of referrers any more and was left alone.',
  'list-shortened':
    'The list of referrers named what is not there any more, and was put back without it.',
  'registry-refused': 'The registry refused.',
  'placeholder-left':
    'The change failed, and the tag may point to a placeholder instead of its image. Continue or roll back when the registry can be reached.',
  'put-back': 'The change failed, and the tag points to its image again.',
};

/** What happened at a step, as a sentence. */
export const formatNote = (note: StepNote): string => NOTES[note];

const count = (number: number, one: string, many: string): string =>
  `${number} ${number === 1 ? one : many}`;

/** What the button of a plan says: "Untag 2 tags, delete 1 image". Empty where there is nothing to do. */
export const formatPlanAction = ({ summary, steps }: Pick<Plan, 'summary' | 'steps'>): string => {
  if (steps.some(({ kind }) => kind === 'remove-repository')) return 'Delete the repository';
  const { added, moved, untagged, deletedImages } = summary;
  const parts = [
    added > 0 && `add ${count(added, 'tag', 'tags')}`,
    moved > 0 && `move ${count(moved, 'tag', 'tags')}`,
    untagged > 0 && `untag ${count(untagged, 'tag', 'tags')}`,
    deletedImages > 0 && `delete ${count(deletedImages, 'image', 'images')}`,
  ].filter((part) => part !== false);
  const text = parts.join(', ');
  return text.charAt(0).toUpperCase() + text.slice(1);
};

/** One step, for a list of steps. */
export const formatStep = (step: PlanStep): string => {
  switch (step.kind) {
    case 'put-manifest':
      return `Put the manifest ${short(step.digest)} back`;
    case 'put-tag':
      return step.before === undefined
        ? `Tag ${short(step.digest)} as ${step.tag}`
        : `Move ${step.tag} from ${short(step.before)} to ${short(step.digest)}`;
    case 'untag':
      return step.method === 'placeholder'
        ? `Remove the tag ${step.tag}: put a placeholder on it, and delete that`
        : `Remove the tag ${step.tag}`;
    case 'delete-manifest':
      return step.tags.length === 0
        ? `Delete ${short(step.digest)}`
        : `Delete ${short(step.digest)} with ${formatTags(step.tags)}`;
    case 'update-list':
      return `Update the list of referrers ${step.tag}`;
    case 'remove-repository':
      return 'Delete the repository';
  }
};

const WHEN: Readonly<Record<FreedBytes['comesBack'], string>> = {
  'at-once': 'The space is free at once.',
  'after-garbage-collection':
    'The space comes back when the registry collects garbage, which its owner may have to start.',
  unknown: 'When the space comes back is up to the registry.',
};

/** When the bytes of a plan come back. */
export const formatComesBack = ({ comesBack }: FreedBytes): string => WHEN[comesBack];

/** Why something cannot be brought back. */
export const formatLostPart = ({ digest, reason }: LostPart): string => {
  switch (reason.code) {
    case 'blobs-gone':
      return `${short(digest)} cannot come back: the registry has collected ${count(reason.blobs.length, 'blob', 'blobs')} of it.`;
    case 'child-gone':
      return `${short(digest)} cannot come back: its part ${short(reason.child)} cannot.`;
    case 'not-in-journal':
      return `${short(digest)} cannot come back: its manifest was not kept.`;
  }
};
