import { Button } from '@mantine/core';
import { IconBox, IconCornerDownRight, IconTag } from '@tabler/icons-react';
import { type RefObject, useMemo, useRef, useState } from 'react';
import type { PlanRow } from '#contract/change';
import { ByteSize } from '#components/ByteSize';
import { shortDigest } from '#lib/digest-text';
import { formatCounted } from '#lib/format';
import { type PlanLine, planLines } from './plan-lines';
import { useRowsInView } from './use-rows-in-view';
import classes from './PlanTable.module.css';

const rowPx = 32;
/** Up to so many parts are shown without asking. */
const mostUnfolded = 10;

const NameCell = ({ line }: { readonly line: PlanLine }) => {
  const Icon = line.kind === 'tag' ? IconTag : IconBox;
  return (
    <th
      scope="row"
      className={classes['name']}
      style={{ paddingLeft: 24 + Math.min(line.depth, 4) * 18 }}
    >
      {line.depth > 0 && (
        <IconCornerDownRight size={13} stroke={1.6} className={classes['branch']} aria-hidden />
      )}
      <Icon size={14} stroke={1.7} className={classes['icon']} aria-hidden />
      <span className={classes['nameText']} data-kind={line.kind} data-hint={line.fullName}>
        {line.name}
      </span>
      {line.kind === 'tag' && line.depth === 0 && line.digest !== undefined && (
        <span className={classes['digest']} data-hint={line.digest}>
          {shortDigest(line.digest)}
        </span>
      )}
      {(line.kind === 'image' || line.isPart) && line.label !== undefined && (
        <span className={classes['label']}>{line.label}</span>
      )}
    </th>
  );
};

const Bytes = ({ sizeBytes }: { readonly sizeBytes: number | undefined }) =>
  sizeBytes === undefined ? (
    <span className={classes['none']}>–</span>
  ) : (
    <ByteSize sizeBytes={sizeBytes} note="Used by nothing else in the repository." />
  );

const Row = ({
  line,
  index,
  isFolded,
}: {
  readonly line: PlanLine;
  readonly index: number;
  readonly isFolded: boolean;
}) => {
  const why = isFolded && line.along !== '' ? `${line.why} With ${line.along}.` : line.why;
  return (
    <tr
      className={classes['row']}
      style={{ transform: `translateY(${index * rowPx}px)` }}
      aria-rowindex={index + 2}
      data-part={line.depth > 0 || undefined}
    >
      <NameCell line={line} />
      <td className={classes['action']} data-tone={line.tone}>
        {line.action}
      </td>
      <td className={classes['why']} data-hint={why}>
        {why}
      </td>
      <td className={classes['bytes']}>
        <Bytes sizeBytes={isFolded ? line.totalBytes : line.ownBytes} />
      </td>
    </tr>
  );
};

const FoldButton = ({
  count,
  isFolded,
  onFold,
}: {
  readonly count: number;
  readonly isFolded: boolean;
  readonly onFold: (isFolded: boolean) => void;
}) => (
  <div className={classes['fold']}>
    <span>
      {formatCounted(count, 'part goes along', 'parts go along')} or stay with their image.
    </span>
    <Button
      variant="subtle"
      size="compact-sm"
      aria-expanded={!isFolded}
      onClick={() => onFold(!isFolded)}
    >
      {isFolded ? 'Show them' : 'Fold them away'}
    </Button>
  </div>
);

/** Everything a plan touches, and what it leaves on purpose: what happens to each, and why. */
export const PlanTable = ({
  rows,
  scroller,
}: {
  readonly rows: readonly PlanRow[];
  /** Holds the table together with what stands above it. */
  readonly scroller: RefObject<HTMLElement | null>;
}) => {
  const all = useMemo(() => planLines(rows), [rows]);
  const partCount = useMemo(() => all.filter(({ isPart }) => isPart).length, [all]);
  const [isFolded, setFolded] = useState(partCount > mostUnfolded);
  const lines = useMemo(
    () => (isFolded ? all.filter(({ isPart }) => !isPart) : all),
    [all, isFolded],
  );
  const list = useRef<HTMLTableSectionElement>(null);
  const { first, last } = useRowsInView(scroller, list, lines.length, rowPx);
  if (lines.length === 0) return null;
  return (
    <>
      {partCount > mostUnfolded && (
        <FoldButton count={partCount} isFolded={isFolded} onFold={setFolded} />
      )}
      <table
        className={classes['table']}
        aria-label="What happens"
        aria-rowcount={lines.length + 1}
      >
        <thead className={classes['head']}>
          <tr className={classes['headRow']} aria-rowindex={1}>
            <th scope="col">Tag or image</th>
            <th scope="col">What happens</th>
            <th scope="col">Why</th>
            <th
              scope="col"
              data-numeric
              data-hint="Bytes that nothing else in the repository uses."
            >
              Own size
            </th>
          </tr>
        </thead>
        <tbody ref={list} className={classes['rows']} style={{ height: lines.length * rowPx }}>
          {lines.slice(first, last).map((line, at) => (
            <Row key={line.key} line={line} index={first + at} isFolded={isFolded} />
          ))}
        </tbody>
      </table>
    </>
  );
};
