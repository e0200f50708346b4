import type { Digest } from '#oci/digest';
import type { Plan } from './plan';
import type { ManifestBytes } from './repository';

/** Which repository: the registry by the name the app knows it by, never with a credential. */
export type Place = { readonly registry: string; readonly repository: string };

export type JournalHeader = {
  readonly id: string;
  readonly place: Place;
  readonly plan: Plan;
  /** ISO 8601. */
  readonly startedAt: string;
  /** The entry that this one takes back. */
  readonly undoes?: string;
};

export type StepState = 'begun' | 'done' | 'already' | 'skipped' | 'failed' | 'put-back';

/** Why a step ended as it did. `formatNote` says it in a sentence. */
export type StepNote =
  | 'moved-meanwhile'
  | 'appeared-meanwhile'
  | 'gone-meanwhile'
  | 'needed-meanwhile'
  | 'referrer-meanwhile'
  | 'not-confirmed'
  | 'image-dropped-with-tag'
  | 'image-put-back'
  | 'siblings-put-back'
  | 'tag-left-behind'
  | 'not-a-list'
  | 'list-shortened'
  | 'registry-refused'
  | 'placeholder-left'
  | 'put-back';

export type StepRecord = {
  /** Index into the plan's steps. */
  readonly step: number;
  readonly state: StepState;
  readonly note?: StepNote;
  /** What the tag of a list points to afterwards, where it was written anew. */
  readonly after?: Digest;
  /** The registry's words, for `failed`. */
  readonly message?: string;
};

export type JournalOutcome = 'done' | 'done-with-exceptions' | 'stopped' | 'cancelled' | 'undone';

/** One change that was begun, with all that is needed to take it back. */
export type JournalEntry = {
  readonly header: JournalHeader;
  /** In the order they were written. */
  readonly records: readonly StepRecord[];
  /** Undefined: it was interrupted, or is under way. */
  readonly outcome: JournalOutcome | undefined;
  /** The bytes are checked against the digest. */
  readManifest(digest: Digest): Promise<ManifestBytes | undefined>;
  readonly keptDigests: readonly Digest[];
  /** Of a kept manifest, without reading its bytes. */
  mediaTypeOf(digest: Digest): string | undefined;
  /** Takes the record and returns at once; it reaches the disk soon, together with what else was noted. */
  note(record: StepRecord): void;
  /** Returns when everything noted is on the disk. @throws JournalError when something could not be written */
  settled(): Promise<void>;
  /** Notes the record and returns after it is on the disk. */
  append(record: StepRecord): Promise<void>;
  finish(outcome: JournalOutcome): Promise<void>;
};

export type KeptManifest = ManifestBytes & { readonly digest: Digest };

export type JournalSummary = Pick<JournalHeader, 'id' | 'place' | 'startedAt' | 'undoes'> & {
  readonly outcome: JournalOutcome | undefined;
  readonly plan: Plan;
  /** Steps that have ended. */
  readonly completed: number;
};

export type Journal = {
  /**
   * Writes an entry with all its manifests and returns when it is on the disk. Nothing is changed at a registry before.
   * @throws JournalError
   */
  begin(header: JournalHeader, manifests: AsyncIterable<KeptManifest>): Promise<JournalEntry>;
  /** Undefined when there is none, or it was damaged and is in quarantine now. */
  open(id: string): Promise<JournalEntry | undefined>;
  /** Newest first. Damaged entries are put into quarantine on the way. */
  list(): Promise<readonly JournalSummary[]>;
  /** One writer a repository, over all processes that share the folder. @throws JournalError `locked` */
  lock(place: Place): Promise<{ release(): Promise<void> }>;
};

export type JournalErrorCode = 'disk-full' | 'too-large' | 'locked' | 'unwritable';

const WORDS: Readonly<Record<JournalErrorCode, string>> = {
  'disk-full':
    'The disk is full, so the way back could not be kept. Nothing was changed; free some space and try again.',
  'too-large':
    'The manifests of this change are larger than the journal may be, so the way back could not be kept. Nothing was changed; plan fewer images at once.',
  locked: 'Another change of this repository is under way. Wait until it has ended.',
  unwritable:
    'The journal cannot be written, so the way back could not be kept. Check the permissions of its folder.',
};

/** Why a run ended when its journal failed in the middle: what was done stays done, and has its way back. */
export const formatMidwayError = ({ code }: JournalError): string =>
  code === 'disk-full'
    ? 'The disk is full, so the next step could not be noted and was not made. Free some space, then continue or roll back.'
    : 'The journal cannot be written, so the next step could not be noted and was not made. Check the permissions of its folder, then continue or roll back.';

export class JournalError extends Error {
  override readonly name = 'JournalError';
  constructor(
    readonly code: JournalErrorCode,
    options?: ErrorOptions,
  ) {
    super(WORDS[code], options);
  }
}
