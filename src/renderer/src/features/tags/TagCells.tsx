import { IconAlertTriangle, IconShieldCheck } from '@tabler/icons-react';
import type { ContractError } from '#contract/result';
import type { TagDetails } from '#contract/tag';
import { ByteSize } from '#components/ByteSize';
import { Chip, Chips } from '#components/Chips';
import { PlatformBadges } from '#components/PlatformBadges';
import { RelativeDate } from '#components/RelativeDate';
import { clipDigest } from '#lib/digest-text';
import { errorWords } from '#lib/errors';
import { formatCounted } from '#lib/format';
import { visibleText } from '#oci/text';
import type { ColumnId } from './columns';
import classes from './TagRow.module.css';

/** Room inside a cell that its text cannot have, in px. */
const cellPaddingPx = 16;

const PlatformsCell = ({
  details,
  widthPx,
}: {
  readonly details: TagDetails;
  readonly widthPx: number;
}) => {
  if (details.shape === 'schema1') {
    return (
      <Chip
        label="schema 1"
        kind="warning"
        hint="A legacy image of Docker's first format. Current tools cannot pull it."
      />
    );
  }
  if (details.artifact.kind !== 'image' || details.platforms.length === 0) {
    return (
      <Chip
        label={visibleText(details.artifact.label)}
        hint={visibleText(details.artifact.mediaType)}
      />
    );
  }
  return <PlatformBadges platforms={details.platforms} widthPx={widthPx - cellPaddingPx} />;
};

const SizeCell = ({ details }: { readonly details: TagDetails }) => {
  if (details.sizeBytes === undefined) {
    return (
      <span className={classes['faint']} data-hint="The manifest does not tell its size.">
        –
      </span>
    );
  }
  const note = details.sizeOf === undefined ? 'compressed' : `${details.sizeOf}, compressed`;
  return <ByteSize sizeBytes={details.sizeBytes} note={note} />;
};

const SignedCell = ({ isSigned }: { readonly isSigned: boolean }) =>
  isSigned ? (
    <span className={classes['signed']} data-hint="A cosign signature tag names this digest.">
      <IconShieldCheck size={15} stroke={1.7} aria-hidden /> signed
    </span>
  ) : (
    <span
      className={classes['faint']}
      data-hint={
        'No signature tag names this digest. Signatures kept as referrers are listed in the inspector.'
      }
    >
      not known
    </span>
  );

export type RowFacts = {
  readonly details: TagDetails;
  /** All known tags on its digest. */
  readonly sameImage: readonly string[] | undefined;
  readonly isSigned: boolean;
  readonly now: number;
};

/** So many are put in order for a cell; more can come only from a registry that wants to be slow to look at. */
const mostSorted = 200;

/** Short names first: "1", "1.8", "latest" say more in little room than "1.8.2-bookworm-slim". */
const othersOf = (tag: string, sameImage: readonly string[] | undefined): readonly string[] => {
  const others = sameImage?.filter((other) => other !== tag) ?? [];
  return others.length > mostSorted
    ? others
    : others.toSorted((a, b) => a.length - b.length || (a < b ? -1 : 1));
};

/** Other tags on the same digest. */
const AlsoCell = ({
  tag,
  sameImage,
  widthPx,
}: {
  readonly tag: string;
  readonly sameImage: readonly string[] | undefined;
  readonly widthPx: number;
}) => {
  const others = othersOf(tag, sameImage);
  if (others.length === 0) return null;
  const listed = others.slice(0, 40).map((other) => visibleText(other));
  const rest = others.length - listed.length;
  return (
    <Chips
      labels={listed}
      kind="outline"
      widthPx={widthPx - cellPaddingPx}
      total={others.length}
      hint={`Also on this digest:\n${listed.join('\n')}${rest > 0 ? `\nand ${formatCounted(rest, 'more tag', 'more tags')}` : ''}`}
    />
  );
};

/** What a column says about a tag. */
export const TagCell = ({
  column,
  widthPx,
  tag,
  facts,
}: {
  readonly column: ColumnId;
  readonly widthPx: number;
  readonly tag: string;
  readonly facts: RowFacts;
}) => {
  const { details, sameImage, isSigned, now } = facts;
  switch (column) {
    case 'also':
      return <AlsoCell tag={tag} sameImage={sameImage} widthPx={widthPx} />;
    case 'platforms':
      return <PlatformsCell details={details} widthPx={widthPx} />;
    case 'size':
      return <SizeCell details={details} />;
    case 'created':
      return <RelativeDate date={details.created} now={now} />;
    case 'digest':
      return (
        <span className={classes['digest']} data-hint={details.digest}>
          {clipDigest(details.digest)}
        </span>
      );
    case 'signed':
      return <SignedCell isSigned={isSigned} />;
    case 'check':
    case 'tag':
      return null;
  }
};

/** Why a row has no details, in a few words, and the way to ask again. */
export const FailedCell = ({
  tag,
  error,
}: {
  readonly tag: string;
  readonly error: ContractError;
}) => (
  <span className={classes['failed']}>
    <IconAlertTriangle size={14} stroke={1.8} aria-hidden />
    <span className={classes['failedText']} data-hint={visibleText(error.message)}>
      {errorWords[error.code].title}
    </span>
    <button type="button" tabIndex={-1} className={classes['retry']} data-retry={tag}>
      Retry
    </button>
  </span>
);
