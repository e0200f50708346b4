import type { ImageView, IndexEntry, ReferrerView } from '#contract/image';
import { parseCosignTag } from '#oci/fallback-tags';

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

const cosignLabels = {
  signature: 'Cosign signature',
  attestation: 'Attestation',
  sbom: 'SBOM',
} as const;

/** What a referrer is. Behind a cosign tag stands a plain manifest type, and the tag alone says what it is for. */
export const referrerArtifact = ({
  artifact,
  foundBy,
  tag,
}: ReferrerView): Pick<ReferrerView['artifact'], 'kind' | 'label'> => {
  const isPlain = artifact.kind === 'image' || artifact.kind === 'artifact';
  const cosign =
    foundBy === 'cosign-tag' && isPlain && tag !== undefined ? parseCosignTag(tag) : undefined;
  return cosign === undefined ? artifact : { kind: cosign.kind, label: cosignLabels[cosign.kind] };
};

const rank = (referrer: ReferrerView): number => {
  const at = kindOrder.indexOf(referrerArtifact(referrer).kind);
  return at < 0 ? kindOrder.length : at;
};

/** Referrers by what they are, signatures first; in a group in the order they were found. */
export const groupReferrers = (referrers: readonly ReferrerView[]): readonly ReferrerGroup[] => {
  const groups = new Map<string, ReferrerView[]>();
  for (const referrer of referrers.toSorted((a, b) => rank(a) - rank(b))) {
    const { label } = referrerArtifact(referrer);
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
