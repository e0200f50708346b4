import { IconChevronRight, IconFileCertificate } from '@tabler/icons-react';
import type { IndexEntry } from '#contract/image';
import { ByteSize } from '#components/ByteSize';
import { shortDigest } from '#lib/digest-text';
import { formatCounted } from '#lib/format';
import { visibleText } from '#oci/text';
import { entryLabel, foldAttestations, type FoldedEntry } from './index-entries';
import { useKnownImage, type Place } from './use-image';
import type { ViewContext } from './view-context';
import classes from './PlatformTable.module.css';

/** An index may list anything; beyond this a list helps nobody, and the Manifest tab has all of it. */
const mostRows = 300;

/** Size of a platform's content. An index tells only the size of the manifests it lists, which is no image's size (trap 41). */
const KnownSize = ({
  place,
  entry,
  fromTable,
}: {
  readonly place: Place;
  readonly entry: IndexEntry;
  readonly fromTable: { readonly platform: string; readonly sizeBytes: number } | undefined;
}) => {
  const known = useKnownImage(place, entry.digest)?.totalBytes;
  const size = known ?? (fromTable?.platform === entry.platform ? fromTable?.sizeBytes : undefined);
  return size === undefined ? (
    <span
      className={classes['unknown']}
      data-hint="Known once this platform was opened: an index does not tell it."
    >
      –
    </span>
  ) : (
    <ByteSize sizeBytes={size} note="compressed" />
  );
};

const AttestationLine = ({
  entry,
  onOpen,
}: {
  readonly entry: IndexEntry;
  readonly onOpen: (entry: IndexEntry) => void;
}) => (
  <li className={classes['attestation']}>
    <button type="button" className={classes['row']} onClick={() => onOpen(entry)}>
      <span className={classes['label']}>
        <IconFileCertificate size={14} stroke={1.7} aria-hidden /> attestation
      </span>
      <span className={classes['digest']} data-hint={entry.digest}>
        {shortDigest(entry.digest)}
      </span>
      <IconChevronRight size={14} className={classes['arrow']} aria-hidden />
    </button>
  </li>
);

const EntryLines = ({
  folded,
  place,
  fromTable,
  onOpen,
}: {
  readonly folded: FoldedEntry;
  readonly place: Place;
  readonly fromTable: { readonly platform: string; readonly sizeBytes: number } | undefined;
  readonly onOpen: (entry: IndexEntry) => void;
}) => (
  <>
    <li>
      <button type="button" className={classes['row']} onClick={() => onOpen(folded.entry)}>
        <span className={classes['label']} data-hint={visibleText(folded.entry.mediaType)}>
          {visibleText(entryLabel(folded.entry))}
        </span>
        <span className={classes['digest']} data-hint={folded.entry.digest}>
          {shortDigest(folded.entry.digest)}
        </span>
        <span className={classes['size']}>
          <KnownSize place={place} entry={folded.entry} fromTable={fromTable} />
        </span>
        <IconChevronRight size={14} className={classes['arrow']} aria-hidden />
      </button>
    </li>
    {folded.attestations.map((entry) => (
      <AttestationLine key={entry.digest} entry={entry} onOpen={onOpen} />
    ))}
  </>
);

/** What an index lists: one line a platform, its attestations below it (trap 16). */
export const PlatformTable = ({
  entries,
  context,
  fromTable,
}: {
  readonly entries: readonly IndexEntry[];
  readonly context: ViewContext;
  /** The one size that the tag table has read. */
  readonly fromTable: { readonly platform: string; readonly sizeBytes: number } | undefined;
}) => {
  const folded = foldAttestations(entries);
  const rest = folded.entries.length - mostRows;
  const onOpen = (entry: IndexEntry): void =>
    context.open({ kind: 'manifest', reference: entry.digest, label: entryLabel(entry) });
  return (
    <ul className={classes['list']}>
      {folded.entries.slice(0, mostRows).map((one, at) => (
        <EntryLines
          key={`${at} ${one.entry.digest}`}
          folded={one}
          place={context.place}
          fromTable={fromTable}
          onOpen={onOpen}
        />
      ))}
      {folded.strays.length > 0 && (
        <li className={classes['note']}>About images that are not in this index:</li>
      )}
      {folded.strays.slice(0, mostRows).map((entry) => (
        <AttestationLine key={entry.digest} entry={entry} onOpen={onOpen} />
      ))}
      {rest > 0 && (
        <li className={classes['note']}>
          {formatCounted(rest, 'more entry', 'more entries')} in the manifest.
        </li>
      )}
    </ul>
  );
};
