import { IconX } from '@tabler/icons-react';
import type { ChangeReport, ChangeView } from '#contract/change';
import { ErrorState } from '#components/ErrorState';
import { IconAction } from '#components/IconAction';
import { formatCounted } from '#lib/format';
import { visibleText } from '#oci/text';
import { exceptionWords, exceptionsOf, reportTitle } from './change-words';
import classes from './ContinueResult.module.css';
import { useContinuing } from './continuing';
import { OutcomeSign } from './OutcomeSign';

const mostExceptions = 4;
const mostTags = 6;

const linesOf = (report: ChangeReport): readonly string[] => {
  const exceptions = exceptionsOf(report);
  const rest = exceptions.length - mostExceptions;
  const { lostTags, stoppedBy } = report;
  const lost = lostTags.slice(0, mostTags).join(', ');
  const more = lostTags.length > mostTags ? ` and ${lostTags.length - mostTags} more` : '';
  return [
    ...(stoppedBy === undefined ? [] : [visibleText(stoppedBy)]),
    ...exceptions.slice(0, mostExceptions).map(exceptionWords),
    ...(rest > 0 ? [`${formatCounted(rest, 'more step')} did not simply go through.`] : []),
    ...(lostTags.length === 0
      ? []
      : [visibleText(`No longer listed, and not asked for: ${lost}${more}.`)]),
  ];
};

const Report = ({
  change,
  report,
}: {
  readonly change: ChangeView;
  readonly report: ChangeReport;
}) => (
  <output className={classes['result']} data-outcome={report.outcome}>
    <OutcomeSign outcome={report.outcome} />
    <div className={classes['text']}>
      <strong>{reportTitle(report)}</strong>
      <span className={classes['place']}>
        {visibleText(change.repository)} on {visibleText(change.host)}
      </span>
      {linesOf(report).map((line) => (
        <span key={line}>{line}</span>
      ))}
    </div>
    <IconAction
      size="small"
      label="Dismiss the result"
      icon={<IconX size={14} />}
      onClick={() => {
        useContinuing.getState().forget(change.changeId);
        document.querySelector<HTMLElement>('[data-change][tabindex="0"]')?.focus();
      }}
    />
  </output>
);

/** How the changes went that were gone on with, in words. */
export const ContinueResults = ({
  onRetry,
}: {
  readonly onRetry: (change: ChangeView) => void;
}) => {
  const continued = useContinuing((state) => state.continued);
  return [...continued.values()].toReversed().map((one) => {
    if (one.kind === 'done') {
      return <Report key={one.change.changeId} change={one.change} report={one.report} />;
    }
    if (one.kind !== 'failed') return null;
    return (
      <div key={one.change.changeId} className={classes['failure']}>
        <ErrorState
          variant="inline"
          error={one.error}
          registryId={one.change.registryId}
          onRetry={() => onRetry(one.change)}
        />
      </div>
    );
  });
};
