import { IconArrowLeft, IconChevronRight } from '@tabler/icons-react';
import { IconAction } from '#components/IconAction';
import { visibleText } from '#oci/text';
import type { Trail } from './trail';
import classes from './TrailBar.module.css';

/** The way back from a child, a referrer or a blob to the tag it was opened from. */
export const TrailBar = ({
  trail,
  onGoTo,
}: {
  readonly trail: Trail;
  readonly onGoTo: (index: number) => void;
}) => {
  const lastIndex = trail.steps.length - 1;
  if (lastIndex < 1) return null;
  return (
    <nav className={classes['root']} aria-label="Way back">
      <IconAction
        size="small"
        label="Back"
        icon={<IconArrowLeft size={15} stroke={1.8} />}
        onClick={() => onGoTo(lastIndex - 1)}
      />
      <ol className={classes['steps']}>
        {trail.steps.map((step, at) => {
          const label = visibleText(step.label);
          return (
            <li key={`${at} ${label}`} className={classes['step']}>
              {at > 0 && <IconChevronRight size={13} className={classes['arrow']} aria-hidden />}
              {at === lastIndex ? (
                <span aria-current="page" className={classes['here']} data-hint={label}>
                  {label}
                </span>
              ) : (
                <button
                  type="button"
                  className={classes['link']}
                  data-hint={label}
                  onClick={() => onGoTo(at)}
                >
                  {label}
                </button>
              )}
            </li>
          );
        })}
      </ol>
    </nav>
  );
};
