import { formatBytes, formatExactBytes } from '#lib/format';

/** A size with all its bytes as a hint. `note` says what was counted: "linux/amd64, compressed". */
export const ByteSize = ({
  sizeBytes,
  note,
}: {
  readonly sizeBytes: number;
  readonly note?: string | undefined;
}) => (
  <span
    className="tb-tabular"
    data-hint={`${formatExactBytes(sizeBytes)}${note === undefined ? '' : `\n${note}`}`}
  >
    {formatBytes(sizeBytes)}
  </span>
);
