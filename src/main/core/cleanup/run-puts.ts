import { createHash } from 'node:crypto';
import type { Descriptor } from '#oci/descriptor';
import type { Digest } from '#oci/digest';
import { MEDIA_TYPES } from '#oci/media-type';
import type { Tag } from '#oci/tag';
import { readFault } from './faults';
import type { PlanStep } from './plan';
import type { ManifestBytes } from './repository';
import {
  confirm,
  contentOf,
  digestOfTag,
  learnRefusal,
  learnSeen,
  resolve,
  type RunContext,
  type StepEnd,
} from './run-context';

type Step<K extends PlanStep['kind']> = Extract<PlanStep, { kind: K }>;

const NOT_CONFIRMED: StepEnd = { state: 'failed', note: 'not-confirmed', stops: true };

/** A put whose refusal is remembered as what the registry can do. */
const put = async (
  context: RunContext,
  reference: Tag | Digest,
  content: ManifestBytes,
): Promise<void> => {
  try {
    await context.repository.put(reference, content);
  } catch (error) {
    learnRefusal(context, 'push', readFault(error));
    throw error;
  }
};

export const runPutTag = async (context: RunContext, step: Step<'put-tag'>): Promise<StepEnd> => {
  const { tag, digest, before } = step;
  const now = await digestOfTag(context, tag);
  if (now === digest) return { state: 'already' };
  if (now !== before) {
    return { state: 'skipped', note: now === undefined ? 'gone-meanwhile' : 'moved-meanwhile' };
  }
  await put(context, tag, await contentOf(context, digest));
  const isThere = await confirm(context, async () => (await digestOfTag(context, tag)) === digest);
  if (!isThere) return NOT_CONFIRMED;
  learnSeen(context, 'push');
  context.tags.set(tag, digest);
  return { state: 'done' };
};

export const runPutManifest = async (
  context: RunContext,
  { digest }: Step<'put-manifest'>,
): Promise<StepEnd> => {
  if ((await resolve(context, digest)) !== undefined) return { state: 'already' };
  await put(context, digest, await contentOf(context, digest));
  const isThere = await confirm(
    context,
    async () => (await resolve(context, digest)) !== undefined,
  );
  return isThere ? { state: 'done' } : NOT_CONFIRMED;
};

type RawList = { manifests?: unknown } & Record<string, unknown>;

/** A list of referrers with entries taken out and put in; everything else in it stays. Undefined: it is no list. */
export const editList = (
  current: ManifestBytes | undefined,
  remove: readonly Digest[],
  add: readonly Descriptor[],
): ManifestBytes | undefined => {
  const empty: RawList = { schemaVersion: 2, mediaType: MEDIA_TYPES.ociIndex, manifests: [] };
  let raw = empty;
  if (current !== undefined) {
    raw = JSON.parse(Buffer.from(current.bytes).toString('utf8')) as RawList;
    if (!Array.isArray(raw.manifests)) return undefined;
  }
  const entries = raw.manifests as { digest?: unknown }[];
  const gone = new Set<unknown>(remove);
  const kept = entries.filter(({ digest }) => !gone.has(digest));
  const known = new Set(kept.map(({ digest }) => digest));
  const added = add.filter(({ digest }) => !known.has(digest));
  if (current !== undefined && kept.length === entries.length && added.length === 0) return current;
  const bytes = Buffer.from(JSON.stringify({ ...raw, manifests: [...kept, ...added] }));
  return { mediaType: current?.mediaType ?? MEDIA_TYPES.ociIndex, bytes };
};

/** distribution-spec, Referrers Tag Schema: whoever pushes or deletes a manifest with a subject keeps the list. */
export const runUpdateList = async (
  context: RunContext,
  step: Step<'update-list'>,
): Promise<StepEnd> => {
  const { tag, remove, add } = step;
  const current = await context.repository.read(tag);
  if (current === undefined && add.length === 0) return { state: 'already' };
  const next = editList(current, remove, add);
  if (next === undefined) return { state: 'skipped', note: 'not-a-list' };
  if (current !== undefined && next.bytes === current.bytes) {
    return { state: 'already', after: current.digest };
  }
  const after = `sha256:${createHash('sha256').update(next.bytes).digest('hex')}` as Digest;
  await put(context, tag, next);
  const isThere = await confirm(context, async () => (await digestOfTag(context, tag)) === after);
  if (!isThere) return NOT_CONFIRMED;
  context.tags.set(tag, after);
  return { state: 'done', after };
};
