import { createHash } from 'node:crypto';
import type { Descriptor } from '#oci/descriptor';
import { tryParseDigest, type Digest } from '#oci/digest';
import { classifyTag } from '#oci/fallback-tags';
import { MEDIA_TYPES } from '#oci/media-type';
import type { Tag } from '#oci/tag';
import { keepImage } from './bystanders';
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

/** @param isAgain whether an earlier try may have come half-way */
export const runPutTag = async (
  context: RunContext,
  step: Step<'put-tag'>,
  index: number,
  isAgain: boolean,
): Promise<StepEnd> => {
  const { tag, digest, before } = step;
  const keepBefore = async (): Promise<StepEnd> =>
    before === undefined
      ? { state: 'done' }
      : keepImage(context, before, index, 'keepsOverwritten');
  const now = await digestOfTag(context, tag);
  if (now === digest) return isAgain ? keepBefore() : { state: 'already' };
  if (now !== before) {
    return { state: 'skipped', note: now === undefined ? 'gone-meanwhile' : 'moved-meanwhile' };
  }
  const content = await contentOf(context, digest);
  const isList = classifyTag(tag) === 'referrers-fallback';
  const after = isList ? await putList(context, tag, content) : digest;
  if (!isList) await put(context, tag, content);
  const isThere = await confirm(context, async () => (await digestOfTag(context, tag)) === after);
  if (!isThere) return NOT_CONFIRMED;
  learnSeen(context, 'push');
  context.tags.set(tag, after);
  return after === digest ? keepBefore() : { state: 'done', note: 'list-shortened', after };
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

export const digestOf = (bytes: Uint8Array): Digest =>
  `sha256:${createHash('sha256').update(bytes).digest('hex')}` as Digest;

/**
 * Puts a list of referrers. CNCF distribution refuses an index that names what it does not hold, and a list may name
 * what another client deleted: then the list is put without it. Gives the digest that was put.
 */
const putList = async (context: RunContext, tag: Tag, list: ManifestBytes): Promise<Digest> => {
  try {
    await put(context, tag, list);
    return digestOf(list.bytes);
  } catch (error) {
    const { kind } = readFault(error);
    if (kind !== 'refused' && kind !== 'not-found') throw error;
    const absent: Digest[] = [];
    for (const digest of entriesOf(list)) {
      if ((await resolve(context, digest)) === undefined) absent.push(digest);
    }
    const shorter = absent.length > 0 ? editList(list, absent, []) : undefined;
    if (shorter === undefined) throw error;
    await put(context, tag, shorter);
    return digestOf(shorter.bytes);
  }
};

const entriesOf = ({ bytes }: ManifestBytes): readonly Digest[] => {
  const { manifests } = JSON.parse(Buffer.from(bytes).toString('utf8')) as RawList;
  const entries = Array.isArray(manifests) ? (manifests as { digest?: unknown }[]) : [];
  return entries.flatMap(({ digest }) =>
    typeof digest === 'string' ? (tryParseDigest(digest) ?? []) : [],
  );
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
  const after = await putList(context, tag, next);
  const isThere = await confirm(context, async () => (await digestOfTag(context, tag)) === after);
  if (!isThere) return NOT_CONFIRMED;
  context.tags.set(tag, after);
  return { state: 'done', after };
};
