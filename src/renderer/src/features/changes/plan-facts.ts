import type { PlanRow, PlanView } from '#contract/change';
import { formatBytes, formatCount } from '#lib/format';
import { visibleText } from '#oci/text';
import { partsWords } from './part-words';

/** A number that says how big a change is, and what it counts. */
export type PlanFact = {
  readonly key: string;
  readonly value: string;
  readonly words: string;
  readonly tone?: 'keep' | 'warn';
};

const plural = (count: number, one: string, many: string): string => (count === 1 ? one : many);

const countWhere = (rows: readonly PlanRow[], test: (row: PlanRow) => boolean): number =>
  rows.filter(test).length;

const isPart = ({ role }: PlanRow): boolean =>
  role === 'child' || role === 'referrer' || role === 'list';

const imagesGo = ({ rows, summary }: PlanView): PlanFact | undefined => {
  const { deletedImages, deletedManifests } = summary;
  if (deletedManifests === 0) return undefined;
  const parts = partsWords(rows.filter((row) => row.verdict === 'delete' && isPart(row)));
  if (deletedImages === 0) {
    const words = plural(deletedManifests, 'manifest goes', 'manifests go');
    return { key: 'images', value: formatCount(deletedManifests), words };
  }
  const words = plural(deletedImages, 'image goes', 'images go');
  return {
    key: 'images',
    value: formatCount(deletedImages),
    words: parts === '' ? words : `${words}, with ${parts}`,
  };
};

const bytes = ({ freed, summary }: PlanView): PlanFact | undefined =>
  summary.deletedManifests === 0
    ? undefined
    : {
        key: 'bytes',
        value: `${freed.isLowerBound ? '≥ ' : ''}${formatBytes(freed.bytes)}`,
        words: visibleText(freed.comesBack),
      };

const counted = (
  key: string,
  count: number,
  one: string,
  many: string,
  tone?: PlanFact['tone'],
): PlanFact | undefined =>
  count === 0
    ? undefined
    : {
        key,
        value: formatCount(count),
        words: plural(count, one, many),
        ...(tone === undefined ? {} : { tone }),
      };

/** How much a plan touches and what it leaves, in the order of importance. Counts of nothing are left out. */
export const planFacts = (plan: PlanView): readonly PlanFact[] => {
  const { rows, summary } = plan;
  const stays = countWhere(
    rows,
    ({ target, role, verdict }) =>
      target.kind === 'image' && role === 'asked' && verdict === 'keep',
  );
  const kept = countWhere(
    rows,
    ({ role, verdict }) => role === 'same-digest' && verdict === 'keep',
  );
  const restored = countWhere(rows, ({ verdict }) => verdict === 'restore');
  const dangling = countWhere(rows, ({ verdict }) => verdict === 'dangling');
  const refused = countWhere(rows, ({ verdict }) => verdict === 'refused');
  const facts: readonly (PlanFact | undefined)[] = [
    counted('added', summary.added, 'tag is added', 'tags are added'),
    counted('moved', summary.moved, 'tag moves', 'tags move'),
    counted('restored', restored, 'manifest comes back', 'manifests come back', 'keep'),
    counted('untagged', summary.untagged, 'tag goes', 'tags go'),
    imagesGo(plan),
    counted('refused', refused, 'is not done', 'are not done', 'warn'),
    counted('stays', stays, 'image stays', 'images stay', 'keep'),
    counted('kept', kept, 'other tag kept', 'other tags kept', 'keep'),
    counted(
      'dangling',
      dangling,
      'stays without its subject',
      'stay without their subject',
      'warn',
    ),
    bytes(plan),
  ];
  return facts.filter((fact) => fact !== undefined);
};
