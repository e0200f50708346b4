import type { ImageView, IndexEntry, ReferrerView } from '#contract/image';

export type ReferrerGroup = { readonly label: string; readonly referrers: readonly ReferrerView[] };

const kindOrder: readonly ReferrerView['artifact']['kind'][] = [
  'signature',
  'attestation',
  'sbom',
  'image',
  'helm-chart',
  'wasm',
  'model',
  'artifact',
];

const rank = ({ artifact }: ReferrerView): number => {
  const at = kindOrder.indexOf(artifact.kind);
  return at < 0 ? kindOrder.length : at;
};

/** Referrers by what they are, signatures first; in a group in the order they were found. */
export const groupReferrers = (referrers: readonly ReferrerView[]): readonly ReferrerGroup[] => {
  const groups = new Map<string, ReferrerView[]>();
  for (const referrer of referrers.toSorted((a, b) => rank(a) - rank(b))) {
    const { label } = referrer.artifact;
    const group = groups.get(label);
    if (group === undefined) groups.set(label, [referrer]);
    else group.push(referrer);
  }
  return [...groups].map(([label, found]) => ({ label, referrers: found }));
};

/** Attestations inside the index itself: no referrers, but they answer the same question. */
export const indexAttestations = ({
  entries,
}: Pick<ImageView, 'entries'>): readonly {
  readonly entry: IndexEntry;
  readonly about: string | undefined;
}[] =>
  entries
    .filter(({ role }) => role === 'attestation')
    .map((entry) => ({
      entry,
      about: entries.find(({ digest, role }) => role !== 'attestation' && digest === entry.attests)
        ?.platform,
    }));
