import * as fc from 'fast-check';
import type { ChangeRequest } from '#core/cleanup/plan';
import type { Digest } from '#oci/digest';
import { fallbackTagFor } from '#oci/fallback-tags';
import type { Tag } from '#oci/tag';
import {
  hashOf,
  imageJson,
  indexJson,
  ModelRegistry,
  toDescriptor,
  type ModelSwitches,
} from './model-registry';

/** A repository as a recipe: manifests in order, each made of earlier ones, then tags over them. */
export type Recipe = {
  manifests: {
    kind: 'image' | 'index' | 'referrer' | 'cosign' | 'sparse';
    /** Earlier manifests by position, modulo what there is. */
    uses: number[];
    layers: number[];
    tags: number[];
  }[];
  requests: { kind: ChangeRequest['kind']; at: number; to: number; all: boolean }[];
  switches: ModelSwitches;
  /** After how many steps, modulo how many there are, somebody pushes; and what. */
  race: { after: number; tag: number; at: number; isIndex: boolean } | undefined;
};

const small = fc.nat({ max: 7 });

export const recipe: fc.Arbitrary<Recipe> = fc.record({
  manifests: fc.array(
    fc.record({
      kind: fc.constantFrom('image', 'image', 'index', 'index', 'referrer', 'cosign', 'sparse'),
      uses: fc.array(small, { minLength: 1, maxLength: 3 }),
      layers: fc.array(fc.nat({ max: 3 }), { maxLength: 2 }),
      tags: fc.array(small, { maxLength: 2 }),
    }),
    { minLength: 1, maxLength: 8 },
  ),
  requests: fc.array(
    fc.record({
      kind: fc.constantFrom<ChangeRequest['kind'][]>(
        'tag',
        'move-tag',
        'rename-tag',
        'untag',
        'delete-tag',
        'delete-tag',
        'delete-image',
        'delete-image',
        'delete-image',
        'delete-repository',
      ),
      at: small,
      to: small,
      all: fc.boolean(),
    }),
    { minLength: 1, maxLength: 3 },
  ),
  switches: fc
    .record({
      referrersApi: fc.boolean(),
      listsDigests: fc.boolean(),
      // distribution 2.8, distribution 3, Google
      mode: fc.constantFrom('refuses', 'untags', 'untags-first'),
    })
    .map(({ mode, ...rest }) => ({
      ...rest,
      deleteByTag: mode === 'refuses' ? ('refuses' as const) : ('untags' as const),
      refusesTagged: mode === 'untags-first',
    })),
  race: fc.option(
    fc.record({ after: fc.nat({ max: 40 }), tag: small, at: small, isIndex: fc.boolean() }),
    { nil: undefined, freq: 2 },
  ),
});

const tagAt = (number: number): Tag => `t${number}` as Tag;

type Made = Recipe['manifests'][number];

const jsonOf = (registry: ModelRegistry, made: Made, position: number, used: Digest[]): object => {
  const [subject] = used;
  if (made.kind === 'index' || made.kind === 'sparse') {
    const children = made.kind === 'sparse' ? [...used, hashOf(`absent ${position}`)] : used;
    // Only every second one has something of its own: two indexes of the same children are one digest.
    const isOwn = position % 2 === 0;
    return indexJson(children, isOwn ? { annotations: { position: String(position) } } : {});
  }
  const isReferrer = made.kind === 'referrer' && subject !== undefined;
  const layers = made.layers.map((layer) => `layer ${layer}`);
  const extra = isReferrer ? { subject: toDescriptor(subject) } : {};
  return imageJson(registry, `config ${position}`, layers, extra);
};

/** Builds the repository; the lists of referrers are kept where there is no API, as clients must. */
export const build = ({
  manifests,
  switches,
}: Pick<Recipe, 'manifests' | 'switches'>): { registry: ModelRegistry; made: Digest[] } => {
  const registry = new ModelRegistry(switches);
  const made: Digest[] = [];
  const lists = new Map<Digest, Digest[]>();
  for (const [position, each] of manifests.entries()) {
    const { kind, uses, tags } = each;
    const used = [...new Set(uses.flatMap((use) => made[use % Math.max(1, made.length)] ?? []))];
    const [first] = used;
    const digest = registry.seed(jsonOf(registry, each, position, used), tags.map(tagAt));
    made.push(digest);
    if (first === undefined) continue;
    if (kind === 'cosign') registry.seedTag(`${fallbackTagFor(first)}.sig`, digest);
    if (kind === 'referrer') lists.set(first, [...(lists.get(first) ?? []), digest]);
  }
  if (switches.referrersApi === true) return { registry, made };
  for (const [subject, referrers] of lists) {
    registry.seed(indexJson(referrers), [fallbackTagFor(subject)]);
  }
  return { registry, made };
};

export const toRequests = (
  { requests }: Recipe,
  registry: ModelRegistry,
  made: readonly Digest[],
): ChangeRequest[] =>
  requests.flatMap(({ kind, at, to, all }): ChangeRequest[] => {
    const digest = made[at % made.length];
    if (digest === undefined) return [];
    switch (kind) {
      case 'tag':
      case 'move-tag':
        return [{ kind, tag: tagAt(to), digest }];
      case 'rename-tag':
        return [{ kind, from: tagAt(at), to: tagAt(to) }];
      case 'untag':
      case 'delete-tag':
        return [{ kind, tag: tagAt(at) }];
      case 'delete-image': {
        const tags = [...registry.state.tags].filter(([, target]) => target === digest);
        const given = tags.map(([tag]) => tag).slice(all ? 0 : 1);
        return [{ kind, digest, tags: given }];
      }
      case 'delete-repository':
        return [{ kind }];
    }
  });
