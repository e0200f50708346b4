import type { StringRecord } from './json';

const PREFIX = 'org.opencontainers.image.';

/** image-spec annotations.md, Pre-Defined Annotation Keys. */
export const ANNOTATION_KEYS = {
  created: `${PREFIX}created`,
  authors: `${PREFIX}authors`,
  url: `${PREFIX}url`,
  documentation: `${PREFIX}documentation`,
  source: `${PREFIX}source`,
  version: `${PREFIX}version`,
  revision: `${PREFIX}revision`,
  vendor: `${PREFIX}vendor`,
  licenses: `${PREFIX}licenses`,
  /** Only in the index.json of an image layout. */
  refName: `${PREFIX}ref.name`,
  title: `${PREFIX}title`,
  description: `${PREFIX}description`,
  baseDigest: `${PREFIX}base.digest`,
  baseName: `${PREFIX}base.name`,
} as const;

export type AnnotationName = keyof typeof ANNOTATION_KEYS;

/** Keys of label-schema.org, which image-spec replaced (annotations.md, Back-compatibility with Label Schema). */
const LABEL_SCHEMA_KEYS: Readonly<Partial<Record<AnnotationName, readonly string[]>>> = {
  created: ['org.label-schema.build-date'],
  url: ['org.label-schema.url'],
  documentation: ['org.label-schema.usage'],
  source: ['org.label-schema.vcs-url'],
  version: ['org.label-schema.version'],
  revision: ['org.label-schema.vcs-ref'],
  vendor: ['org.label-schema.vendor'],
  title: ['org.label-schema.name'],
  description: ['org.label-schema.description'],
};

/** A value and where it was found. */
export type KnownAnnotation = {
  readonly value: string;
  readonly origin: 'annotation' | 'label';
  /** The key it stood under. */
  readonly key: string;
};

export type WellKnownAnnotations = { readonly [K in AnnotationName]?: KnownAnnotation };

const NAMES = Object.keys(ANNOTATION_KEYS) as readonly AnnotationName[];

/**
 * Gathers what the pre-defined keys say about an image, from its annotations and, where those are silent, from the
 * labels of its config. In each, the older label-schema keys come second. Empty values count as absent.
 */
export const wellKnownAnnotations = (
  annotations?: StringRecord,
  labels?: StringRecord,
): WellKnownAnnotations => {
  const known: { -readonly [K in AnnotationName]?: KnownAnnotation } = {};
  for (const name of NAMES) {
    const found = find(annotations, name, 'annotation') ?? find(labels, name, 'label');
    if (found !== undefined) known[name] = found;
  }
  return known;
};

const find = (
  map: StringRecord | undefined,
  name: AnnotationName,
  origin: KnownAnnotation['origin'],
): KnownAnnotation | undefined => {
  if (map === undefined) return undefined;
  for (const key of [ANNOTATION_KEYS[name], ...(LABEL_SCHEMA_KEYS[name] ?? [])]) {
    const value = map[key];
    if (value) return { value, origin, key };
  }
  return undefined;
};
