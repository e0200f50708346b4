import type { Digest } from '#oci/digest';
import { ContentError } from './content-error';
import { cancelled, CopyError } from './copy-error';
import { createMemoryState, type CopyState } from './copy-state';
import type {
  CopyEvent,
  CopyPlan,
  CopyReport,
  CopyRequest,
  PlannedManifest,
  PlannedTag,
} from './copy-types';
import { mapLimited } from './limited';
import { planCopy } from './plan';
import { createRetries, defaultRetryLimits, type RetryLimits } from './retries';
import { sendBlob, type SendContext, type SentBlob } from './send-blob';

export type CopyOptions = {
  /** Blobs under way at once; 4 unless told otherwise. */
  readonly blobsAtOnce?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onEvent?: ((event: CopyEvent) => void) | undefined;
  /** Lets a later run go on with uploads that this one leaves unfinished. */
  readonly state?: CopyState | undefined;
  readonly retry?: Partial<RetryLimits> | undefined;
  /** Copies although the source lacks parts that an index names; the target may refuse. */
  readonly allowMissing?: boolean | undefined;
};

const MANIFESTS_AT_ONCE = 8;

/** Plans and runs. */
export async function copyContent(
  request: CopyRequest,
  options: CopyOptions = {},
): Promise<CopyReport> {
  const signal = options.signal ?? request.signal;
  return runCopy(await planCopy({ ...request, signal }), { ...options, signal });
}

/**
 * Does what a plan says: blobs first, big ones first, then manifests byte for byte with their children before them, tags
 * last. Then looks whether what is attached is listed at the target. An interrupted copy leaves no tag that leads to half
 * an image, and can be planned and run again. Rejects with CopyError, or ContentError `cancelled`.
 */
export async function runCopy(plan: CopyPlan, options: CopyOptions = {}): Promise<CopyReport> {
  if (!(options.allowMissing ?? false)) refuseMissing(plan);
  const ending = new AbortController();
  const signals = options.signal ? [options.signal, ending.signal] : [ending.signal];
  const state = options.state ?? createMemoryState();
  const context: SendContext = {
    plan,
    signal: AbortSignal.any(signals),
    state,
    retries: createRetries({ ...defaultRetryLimits, ...options.retry }),
    onEvent: options.onEvent ?? (() => {}),
  };
  try {
    const report = await run(context, options.blobsAtOnce ?? 4, ending);
    await state.forget();
    return report;
  } catch (error) {
    await state.settled();
    if (options.signal?.aborted) throw cancelled();
    throw error;
  }
}

function refuseMissing({ source, warnings }: CopyPlan): void {
  const missing = warnings.filter(({ code }) => code === 'child-missing');
  if (missing.length === 0) return;
  const message = missing.map((warning) => warning.message).join(' ');
  const cause = new ContentError(
    'content-incomplete',
    `${message} Choose platforms that are there.`,
  );
  throw new CopyError('source', source.name, cause, missing[0]?.digest);
}

async function run(
  context: SendContext,
  blobsAtOnce: number,
  ending: AbortController,
): Promise<CopyReport> {
  const { plan, signal } = context;
  const sent = await mapLimited(plan.blobs, blobsAtOnce, async (blob) => {
    try {
      return await sendBlob(context, blob);
    } catch (error) {
      // What cannot be mended ends the blobs beside it at once.
      ending.abort(error);
      throw error;
    }
  });
  for (const wave of wavesOf(plan.manifests)) {
    await mapLimited(wave, MANIFESTS_AT_ONCE, (manifest) => putManifest(context, manifest));
  }
  const tags = await mapLimited(plan.tags, MANIFESTS_AT_ONCE, (tag) => putTag(context, tag));
  await onTarget(context, undefined, () => checkReferrers(context));
  await onTarget(context, undefined, () => plan.target.finish({ signal }));
  return reportOf(plan, sent, tags);
}

/** Manifests of a wave need only what earlier waves put. */
function wavesOf(manifests: readonly PlannedManifest[]): PlannedManifest[][] {
  const level = new Map<Digest, number>();
  const waves: PlannedManifest[][] = [];
  for (const manifest of manifests) {
    const needs = [...manifest.children, ...(manifest.subject ? [manifest.subject] : [])];
    const own = Math.max(0, ...needs.map((digest) => (level.get(digest) ?? -1) + 1));
    level.set(manifest.digest, own);
    (waves[own] ??= []).push(manifest);
  }
  return waves;
}

/** An attached manifest is put again although it is there: the list under a fallback tag may lack it. */
async function putManifest(context: SendContext, manifest: PlannedManifest): Promise<void> {
  const { plan, signal, onEvent } = context;
  const { digest, mediaType, bytes } = manifest;
  if (manifest.isPresent && manifest.subject === undefined) return;
  await onTarget(context, digest, () =>
    plan.target.putManifest({ digest, mediaType, bytes }, { signal }),
  );
  onEvent({ kind: 'manifest', digest });
}

async function putTag(context: SendContext, planned: PlannedTag): Promise<PlannedTag> {
  const { plan, signal, state, onEvent } = context;
  const { tag, digest, action, replaces } = planned;
  const before = state.replacedBy(tag);
  if (action === 'unchanged') {
    return before === undefined ? planned : { ...planned, replaces: before };
  }
  if (replaces !== undefined) state.setReplaced(tag, replaces);
  const manifest = plan.manifests.find((one) => one.digest === digest);
  await onTarget(context, digest, async () => {
    const now = await plan.target.resolve(tag, { signal });
    if (now?.digest !== replaces && now?.digest !== digest) throw movedMeanwhile(planned);
    if (manifest) await plan.target.putManifest(manifest, { signal, tag });
    else await plan.target.tag(tag, digest, { signal });
  });
  onEvent({ kind: 'tag', tag, digest, ...(replaces !== undefined && { replaced: replaces }) });
  return planned;
}

/** Tags move between a plan and its run (trap 10). */
function movedMeanwhile({ tag, replaces }: PlannedTag): ContentError {
  const was = replaces === undefined ? 'did not exist' : `pointed to ${replaces}`;
  return new ContentError(
    'changed-meanwhile',
    `The tag ${tag} ${was} when the copy was planned, and was changed since by somebody else. It was left alone. Plan the copy again.`,
  );
}

/** What was attached must be found at the target too (trap 43). */
async function checkReferrers({ plan, signal }: SendContext): Promise<void> {
  const bySubject = new Map<Digest, Digest[]>();
  for (const { digest, subject } of plan.manifests) {
    if (subject !== undefined) bySubject.set(subject, [...(bySubject.get(subject) ?? []), digest]);
  }
  await mapLimited([...bySubject], MANIFESTS_AT_ONCE, async ([subject, expected]) => {
    const found = await plan.target.referrers(subject, { signal });
    const digests = new Set(found.map(({ descriptor }) => descriptor.digest));
    const lost = expected.filter((digest) => !digests.has(digest));
    if (lost.length === 0) return;
    throw new ContentError(
      'referrers-lost',
      `${plan.target.name} took ${lost.join(', ')} but does not list it as attached to ${subject}. Signatures would not be found there. Another client may have written the list at the same time: run the copy again.`,
    );
  });
}

async function onTarget<T>(
  { plan, retries, signal, onEvent }: SendContext,
  digest: Digest | undefined,
  work: () => Promise<T>,
): Promise<T> {
  const onRetry = (attempt: number, error: Error): void => {
    if (digest !== undefined) onEvent({ kind: 'retry', digest, attempt, error });
  };
  const attempt = async (): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      if (error instanceof CopyError) throw error;
      throw new CopyError('target', plan.target.name, error, digest);
    }
  };
  return retries(attempt, { signal, onRetry });
}

function reportOf(
  plan: CopyPlan,
  sent: readonly SentBlob[],
  tags: readonly PlannedTag[],
): CopyReport {
  const blobsOf = (state: SentBlob): typeof plan.blobs =>
    plan.blobs.filter((_, index) => sent[index] === state);
  const sizes = blobsOf('sent').map(({ descriptor }) => descriptor.size);
  return {
    sentBlobs: sizes.length,
    sentBytes: sizes.reduce((sum, size) => sum + size, 0),
    mountedBlobs: blobsOf('mounted').length,
    presentBlobs: blobsOf('present').length,
    skippedBlobs: blobsOf('skipped').map(({ descriptor }) => descriptor.digest),
    manifests: plan.manifests.filter(({ isPresent }) => !isPresent).length,
    tags,
  };
}
