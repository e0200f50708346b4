import type { PlanRow } from '#contract/change';
import { formatCounted } from '#lib/format';
import { visibleText } from '#oci/text';

const plurals: Readonly<Record<string, string>> = { SBOM: 'SBOMs' };

const nounOf = ({ role, label }: PlanRow): string => {
  if (role === 'child' && (label === undefined || label === 'Image')) return 'platform';
  if (role === 'list') return 'list of referrers';
  const text = visibleText(label ?? 'manifest');
  return /^[A-Z][a-z]/u.test(text) ? text.toLowerCase() : text;
};

const pluralOf = (noun: string): string =>
  noun === 'list of referrers' ? 'lists of referrers' : (plurals[noun] ?? `${noun}s`);

const mostKinds = 3;

/** What goes along with an image: "2 platforms and 1 signature". Empty for nothing. */
export const partsWords = (parts: readonly PlanRow[]): string => {
  const counts = new Map<string, number>();
  for (const part of parts) counts.set(nounOf(part), (counts.get(nounOf(part)) ?? 0) + 1);
  const words = [...counts].map(([noun, count]) => formatCounted(count, noun, pluralOf(noun)));
  if (words.length > mostKinds) return formatCounted(parts.length, 'part');
  const last = words.pop();
  return words.length === 0 ? (last ?? '') : `${words.join(', ')} and ${last ?? ''}`;
};
