import { CopyError } from './copy-error';
import type { BlobContent, MountAnswer, OpenedContent } from './content-store';
import type { CopyState } from './copy-state';
import type { CopyEvent, CopyPlan, PlannedBlob } from './copy-types';
import { isContentError } from './content-error';
import { isRegistryError } from '../registry/index';
import type { Retries } from './retries';

export type SendContext = {
  readonly plan: CopyPlan;
  readonly signal: AbortSignal;
  readonly state: CopyState;
  readonly retries: Retries;
  readonly onEvent: (event: CopyEvent) => void;
};

export type SentBlob = 'present' | 'mounted' | 'sent' | 'skipped';

/** Bytes of a blob are told at most this often. */
const TELL_MS = 100;

/** Brings one blob to the target. Rejects with CopyError that names the side and the blob. */
export async function sendBlob(context: SendContext, blob: PlannedBlob): Promise<SentBlob> {
  const { digest, size } = blob.descriptor;
  const tell = (state: SentBlob): SentBlob => {
    const sentBytes = state === 'sent' ? size : 0;
    context.onEvent({ kind: 'blob', digest, state, sentBytes, sizeBytes: size });
    return state;
  };
  if (blob.isPresent) return tell('present');
  const { signal, retries, onEvent } = context;
  const onRetry = (attempt: number, error: Error): void =>
    onEvent({ kind: 'retry', digest, attempt, error });
  const state = await retries(() => new Sending(context, blob).run(), { signal, onRetry });
  return tell(state);
}

class Sending {
  /** What the source threw: the target only sees a body that broke. */
  private sourceFailure: { error: unknown } | undefined;

  constructor(
    private readonly context: SendContext,
    private readonly blob: PlannedBlob,
  ) {}

  async run(): Promise<SentBlob> {
    const { descriptor, isForeign } = this.blob;
    const { plan, signal, state } = this.context;
    try {
      const mounting = await this.mount();
      if (mounting?.isMounted) return 'mounted';
      await plan.target.putBlob(descriptor, this.content(), {
        signal,
        // An upload that was opened instead of mounting is fresh: another try mounts anew.
        session: mounting?.session ?? state.sessionOf(descriptor.digest),
        onSession: (session) => state.setSession(descriptor.digest, session),
      });
      return 'sent';
    } catch (error) {
      const failure = this.sourceFailure?.error;
      // Absent by design: the media type says so (trap 37).
      if (isForeign && isNotFound(failure)) return 'skipped';
      throw this.explain(error, failure);
    }
  }

  private explain(error: unknown, failure: unknown): CopyError {
    if (error instanceof CopyError) return error;
    const { source, target } = this.context.plan;
    const { digest } = this.blob.descriptor;
    if (failure !== undefined) return new CopyError('source', source.name, failure, digest);
    const isWrong =
      isContentError(error, 'digest-mismatch') || isContentError(error, 'content-broken-off');
    const side = isWrong ? 'source' : 'target';
    return new CopyError(side, side === 'source' ? source.name : target.name, error, digest);
  }

  /** Within a registry the bytes stay where they are (distribution-spec, Mounting a blob). */
  private async mount(): Promise<MountAnswer | undefined> {
    const { plan, state, signal } = this.context;
    const { descriptor } = this.blob;
    const { source, target } = plan;
    const isPossible =
      source.home !== undefined &&
      source.home.registry === target.home?.registry &&
      state.sessionOf(descriptor.digest) === undefined;
    return isPossible ? target.mount?.(descriptor, source.home.repository, { signal }) : undefined;
  }

  private content(): BlobContent {
    const { plan, signal } = this.context;
    return {
      open: async (startBytes) => {
        const opened = await this.fromSource(() =>
          plan.source.openBlob(this.blob.descriptor, { startBytes, signal }),
        );
        return { ...opened, body: this.watch(opened, startBytes) };
      },
    };
  }

  private async fromSource<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      this.sourceFailure = { error };
      throw error;
    }
  }

  private async *watch(opened: OpenedContent, startBytes: number): AsyncGenerator<Uint8Array> {
    const { onEvent, signal } = this.context;
    const { digest, size } = this.blob.descriptor;
    let sentBytes = startBytes;
    let toldAt = 0;
    const iterator = opened.body[Symbol.asyncIterator]();
    try {
      for (;;) {
        const step = await this.fromSource(() => iterator.next());
        if (step.done) return;
        signal.throwIfAborted();
        yield step.value;
        sentBytes += step.value.length;
        const now = performance.now();
        if (now - toldAt < TELL_MS) continue;
        toldAt = now;
        onEvent({ kind: 'blob', digest, state: 'sending', sentBytes, sizeBytes: size });
      }
    } finally {
      await iterator.return?.();
      opened.close();
    }
  }
}

function isNotFound(error: unknown): boolean {
  return isContentError(error, 'not-found') || isRegistryError(error, 'not-found');
}
