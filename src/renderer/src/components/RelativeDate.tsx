import type { SourcedDate } from '#contract/tag';
import { formatAbsolute, formatRelative, toRecordedTime } from '#lib/dates';
import classes from './RelativeDate.module.css';

const sourceWords: Readonly<Record<SourcedDate['source'], string>> = {
  config: 'Build date, from the image config',
  annotation: 'Build date, from an annotation of the manifest',
  label: 'Build date, from a label of the image',
  registry: 'As the registry recorded it',
};

const notRecorded =
  'The image names no date, or a placeholder such as 1970 that reproducible builds write.';

/** "2 days ago", with the date and where it comes from as a hint; "not recorded" where there is none (traps 17 and 39). */
export const RelativeDate = ({
  date,
  now,
}: {
  readonly date: SourcedDate | undefined;
  readonly now: number;
}) => {
  const time = toRecordedTime(date?.at);
  if (date === undefined || time === undefined) {
    return (
      <span className={classes['missing']} data-hint={notRecorded}>
        not recorded
      </span>
    );
  }
  return (
    <time
      dateTime={date.at}
      className="tb-tabular"
      data-hint={`${formatAbsolute(time)}\n${sourceWords[date.source]}`}
    >
      {formatRelative(time, now)}
    </time>
  );
};
