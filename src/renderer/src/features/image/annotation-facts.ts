import type { ImageView, KeyValue } from '#contract/image';
import { type AnnotationName, wellKnownAnnotations } from '#oci/annotations';

const titles: readonly (readonly [AnnotationName, string])[] = [
  ['title', 'Title'],
  ['description', 'Description'],
  ['version', 'Version'],
  ['revision', 'Revision'],
  ['source', 'Source'],
  ['url', 'Web page'],
  ['documentation', 'Documentation'],
  ['licenses', 'Licences'],
  ['vendor', 'Vendor'],
  ['authors', 'Authors'],
];

/** Shown in a place of their own. */
const shownElsewhere: readonly AnnotationName[] = ['created', 'baseDigest', 'baseName'];

export type AnnotationFacts = {
  /** What the pre-defined keys say, in the order of importance. */
  readonly known: readonly {
    readonly title: string;
    readonly value: string;
    readonly key: string;
  }[];
  /** Everything else. */
  readonly annotations: readonly KeyValue[];
  readonly labels: readonly KeyValue[];
};

const toRecord = (pairs: readonly KeyValue[]): Readonly<Record<string, string>> =>
  Object.fromEntries(pairs.map(({ key, value }) => [key, value]));

/** Parts the well-known annotations and labels from the others; nothing is lost between the two. */
export const annotationFacts = (
  view: Pick<ImageView, 'annotations' | 'config'>,
): AnnotationFacts => {
  const labels = view.config?.labels ?? [];
  const found = wellKnownAnnotations(toRecord(view.annotations), toRecord(labels));
  const known = titles.flatMap(([name, title]) => {
    const fact = found[name];
    return fact === undefined ? [] : [{ title, value: fact.value, key: fact.key, fact }];
  });
  const elsewhere = shownElsewhere.flatMap((name) => found[name] ?? []);
  const used = [...known.map(({ fact }) => fact), ...elsewhere];
  const isUsed = (origin: 'annotation' | 'label', { key, value }: KeyValue): boolean =>
    used.some((fact) => fact.origin === origin && fact.key === key && fact.value === value);
  return {
    known: known.map(({ title, value, key }) => ({ title, value, key })),
    annotations: view.annotations.filter((pair) => !isUsed('annotation', pair)),
    labels: labels.filter((pair) => !isUsed('label', pair)),
  };
};
