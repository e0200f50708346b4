import { DELETE_SETTING, type CapabilityName, type Knowledge } from './capabilities';
import type { RepositoryGraph } from './graph';
import type { Blocker, PlanStep } from './plan';
import type { PlanPolicy } from './policy';
import { chooseUntagMethod } from './steps';

const withSetting = (knowledge: Knowledge): Pick<Blocker, 'setting'> =>
  knowledge.setting === undefined ? {} : { setting: knowledge.setting };

const sentence = (text: string, { detail }: Knowledge): string =>
  detail === undefined ? text : `${text} ${detail}`;

const unknownBlocker = (capability: CapabilityName): Blocker => ({
  code: 'capability-unknown',
  capability,
  message:
    'Whether the registry allows this is not known yet. Check the registry, then plan again.',
});

/** Everything that stands in the way of these steps. An empty list means that the plan may run. */
export const findBlockers = (
  steps: readonly PlanStep[],
  graph: Pick<RepositoryGraph, 'unknown'>,
  policy: PlanPolicy,
): Blocker[] => {
  const blockers: Blocker[] = [];
  if (steps.length === 0) {
    return [{ code: 'nothing-to-do', message: 'There is nothing to change.' }];
  }
  if (policy.isReadOnly === true) {
    const message = 'This repository is marked read-only in Tagboat. Remove the mark to change it.';
    blockers.push({ code: 'read-only', message });
  }
  blockers.push(...tagBlockers(steps, graph));
  if (steps.some(isPush)) blockers.push(...pushBlockers(policy));
  if (steps.some(({ kind }) => kind === 'untag')) blockers.push(...untagBlockers(policy));
  if (steps.some(({ kind }) => kind === 'delete-manifest'))
    blockers.push(...deleteBlockers(policy));
  return blockers;
};

const isPush = ({ kind }: PlanStep): boolean =>
  kind === 'put-tag' || kind === 'put-manifest' || kind === 'update-list';

/** Without every tag nobody can say which others share a digest. */
const tagBlockers = (
  steps: readonly PlanStep[],
  graph: Pick<RepositoryGraph, 'unknown'>,
): Blocker[] => {
  const removes = steps.some(({ kind }) => kind !== 'put-tag' && kind !== 'put-manifest');
  const missing = graph.unknown.find(({ what }) => what === 'tags');
  if (!removes || missing === undefined) return [];
  const message = `The list of tags could not be read to its end, so tags on the same image may be hidden. ${missing.reason}`;
  return [{ code: 'tags-not-known', message }];
};

const pushBlockers = ({ capabilities: { push } }: PlanPolicy): Blocker[] => {
  if (push.answer !== 'no') return [];
  const message = sentence('The registry does not accept pushes to this repository.', push);
  return [{ code: 'cannot-push', capability: 'push', message, ...withSetting(push) }];
};

const deleteBlockers = ({ capabilities: { deleteByDigest } }: PlanPolicy): Blocker[] => {
  if (deleteByDigest.answer === 'yes') return [];
  if (deleteByDigest.answer === 'unknown') return [unknownBlocker('deleteByDigest')];
  const message = sentence('The registry does not delete images here.', deleteByDigest);
  const capability = 'deleteByDigest';
  return [{ code: 'cannot-delete', capability, message, ...withSetting(deleteByDigest) }];
};

const untagBlockers = (policy: PlanPolicy): Blocker[] => {
  if (chooseUntagMethod(policy) !== undefined) return [];
  const { deleteByTag, deleteByDigest, push } = policy.capabilities;
  if (deleteByTag.answer === 'unknown') return [unknownBlocker('deleteByTag')];
  if (deleteByDigest.answer === 'unknown') return [unknownBlocker('deleteByDigest')];
  const isPushOff = deleteByDigest.answer === 'yes' && push.answer === 'no';
  const missing = isPushOff ? push : deleteByDigest;
  if (policy.untagBeforeDelete === true && deleteByDigest.answer === 'yes') {
    const message =
      'The registry cannot remove a tag by its name alone, and does not delete an image that has a tag. So neither the tag nor a placeholder in its place can go.';
    return [{ code: 'cannot-untag', capability: 'deleteByTag', message }];
  }
  const text = isPushOff
    ? 'The registry cannot remove a tag by its name. A placeholder could be put in its place and deleted, but the registry does not accept pushes here.'
    : `The registry cannot remove a tag by its name, and does not delete images here either. On CNCF distribution ${DELETE_SETTING} has to be true.`;
  const message = sentence(text, missing);
  return [{ code: 'cannot-untag', capability: 'deleteByTag', message, ...withSetting(missing) }];
};
