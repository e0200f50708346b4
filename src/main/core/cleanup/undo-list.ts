import type { Descriptor } from '#oci/descriptor';
import type { Digest } from '#oci/digest';
import { parseManifest } from '#oci/manifest';
import type { StepRecord } from './journal';
import type { PlanStep } from './plan';
import type { ManifestBytes } from './repository';
import { digestOf, editList } from './run-puts';

export type UpdateListStep = Extract<PlanStep, { kind: 'update-list' }>;

type ListUpdate = {
  readonly step: UpdateListStep;
  readonly record: StepRecord;
  /** The list before the step, from the journal. */
  readonly old: ManifestBytes | undefined;
  /** Where its tag stands now. */
  readonly now: Digest | undefined;
};

/**
 * The step that takes an update of a list of referrers back. Undefined: the list is as the step left it, and its tag
 * gets the old one again, byte for byte.
 */
export const undoListUpdate = ({
  step,
  record,
  old,
  now,
}: ListUpdate): UpdateListStep | undefined => {
  // A run that was killed may have put the list without having noted it.
  const put = editList(old, step.remove, step.add);
  const after = record.after ?? (put && digestOf(put.bytes));
  if (now === after) return undefined;
  // Others have changed the list: only the entries of this plan are taken back.
  const { tag, requests } = step;
  return {
    kind: 'update-list',
    tag,
    ...(now !== undefined && { before: now }),
    remove: step.add.map(({ digest }) => digest),
    add: entriesOf(old).filter(({ digest }) => step.remove.includes(digest)),
    requests,
  };
};

const entriesOf = (list: ManifestBytes | undefined): readonly Descriptor[] => {
  if (list === undefined) return [];
  const json: unknown = JSON.parse(Buffer.from(list.bytes).toString('utf8'));
  const manifest = parseManifest(json, list.mediaType);
  return manifest.kind === 'index' ? manifest.manifests : [];
};
