import { IconAlertTriangle, IconInfoCircle, IconX } from '@tabler/icons-react';
import { visibleText } from '#oci/text';
import { IconAction } from './IconAction';
import classes from './NoticeBar.module.css';

/** One thing the user should know, until it is dismissed. */
export const NoticeBar = ({
  level,
  title,
  message,
  onDismiss,
}: {
  readonly level: 'info' | 'warning';
  readonly title: string;
  readonly message: string;
  readonly onDismiss: () => void;
}) => (
  <output className={classes['root']} data-level={level}>
    <span className={classes['icon']} aria-hidden>
      {level === 'warning' ? <IconAlertTriangle size={16} /> : <IconInfoCircle size={16} />}
    </span>
    <span className={classes['text']}>
      <strong>{visibleText(title)}</strong> {visibleText(message)}
    </span>
    <IconAction
      size="small"
      label={`Dismiss: ${visibleText(title)}`}
      icon={<IconX size={14} />}
      onClick={onDismiss}
    />
  </output>
);
