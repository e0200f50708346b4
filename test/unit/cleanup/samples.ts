import type { ChangeRequest, Plan, PlanItem } from '#core/cleanup/plan';
import type { PlanPolicy } from '#core/cleanup/policy';
import type { Digest } from '#oci/digest';
import { fallbackTagFor } from '#oci/fallback-tags';
import type { Tag } from '#oci/tag';
import { planOn } from '#test/cleanup-run';
import {
  imageJson,
  indexJson,
  ModelRegistry,
  toDescriptor,
  type ModelSwitches,
} from '#test/model-registry';

export const tag = (name: string): Tag => name as Tag;
export const tags = (...names: string[]): Tag[] => names as Tag[];

export const seedImage = (
  registry: ModelRegistry,
  label: string,
  names: readonly string[] = [],
  extra: object = {},
): Digest => registry.seed(imageJson(registry, label, [`layer of ${label}`], extra), names);

export type Shop = {
  readonly registry: ModelRegistry;
  readonly amd64: Digest;
  readonly arm64: Digest;
  /** Of both, tagged 1.0 and latest. */
  readonly index: Digest;
  /** Tagged old. */
  readonly lone: Digest;
};

/** Two platforms under an index with two tags, and an image of its own. */
export const makeShop = (switches: ModelSwitches = {}): Shop => {
  const registry = new ModelRegistry(switches);
  const amd64 = seedImage(registry, 'amd64');
  const arm64 = seedImage(registry, 'arm64');
  const index = registry.seed(indexJson([amd64, arm64]), ['1.0', 'latest']);
  const lone = seedImage(registry, 'lone', ['old']);
  return { registry, amd64, arm64, index, lone };
};

/** A referrer, in its list where the registry has no referrers API. */
export const seedReferrer = (registry: ModelRegistry, subject: Digest, label: string): Digest => {
  const digest = seedImage(registry, label, [], { subject: toDescriptor(subject) });
  if (registry.switches.referrersApi === true) return digest;
  const listTag = fallbackTagFor(subject);
  const list = registry.state.tags.get(listTag);
  const known = list === undefined ? [] : childrenOf(registry, list);
  registry.seed(indexJson([...known, digest]), [listTag]);
  return digest;
};

export const childrenOf = (registry: ModelRegistry, digest: Digest): Digest[] => {
  const found = registry.state.manifests.get(digest);
  if (found === undefined) throw new Error(`${digest} is not there`);
  const { manifests } = JSON.parse(Buffer.from(found.bytes).toString('utf8')) as {
    manifests: { digest: Digest }[];
  };
  return manifests.map((each) => each.digest);
};

export const cosignTag = (digest: Digest, suffix = 'sig'): Tag =>
  tag(`${fallbackTagFor(digest)}.${suffix}`);

export const deleteTag = (name: string): ChangeRequest => ({ kind: 'delete-tag', tag: tag(name) });
export const untag = (name: string): ChangeRequest => ({ kind: 'untag', tag: tag(name) });
export const deleteImage = (digest: Digest, ...names: string[]): ChangeRequest => ({
  kind: 'delete-image',
  digest,
  tags: tags(...names),
});

/** The rows about a tag or a digest. */
export const rowsOf = ({ items }: Pick<Plan, 'items'>, target: string): PlanItem[] =>
  items.filter(
    (item) => (item.target.kind === 'tag' ? item.target.tag : item.target.digest) === target,
  );

/** `verdict role reason` of every row about a tag or a digest. */
export const wordsOf = (plan: Pick<Plan, 'items'>, target: string): string[] =>
  rowsOf(plan, target).map(({ verdict, role, reason }) => `${verdict} ${role} ${reason.code}`);

/** `kind what` of every step. */
export const stepsOf = ({ steps }: Pick<Plan, 'steps'>): string[] =>
  steps.map((step) => {
    if ('tag' in step) return `${step.kind} ${step.tag}`;
    return 'digest' in step ? `${step.kind} ${step.digest}` : step.kind;
  });

/** The plan for a repository as it is. */
export const plan = async (
  { registry }: { registry: ModelRegistry },
  requests: readonly ChangeRequest[],
  policy: Partial<PlanPolicy> = {},
): Promise<Plan> => (await planOn(registry, requests, policy)).plan;
