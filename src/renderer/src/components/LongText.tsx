import { useState } from 'react';
import { visibleText } from '#oci/text';
import { formatCount } from '#lib/format';
import classes from './LongText.module.css';

/** Six lines of an inspector at its usual width. */
const clippedChars = 320;
/** A label can be a megabyte; laid out as one paragraph it would freeze the window. */
const mostChars = 20_000;

/** Untrusted text of any length: made visible, wrapped, and cut until asked for. */
export const LongText = ({
  text,
  isMono = false,
}: {
  readonly text: string;
  readonly isMono?: boolean;
}) => {
  const [isOpen, setOpen] = useState(false);
  if (text === '') return <span className={classes['empty']}>empty</span>;
  const isLong = text.length > clippedChars * 1.25;
  const end = isOpen ? mostChars : isLong ? clippedChars : text.length;
  const rest = text.length - Math.min(end, text.length);
  return (
    <span className={classes['text']} data-mono={isMono || undefined}>
      {visibleText(text.slice(0, end), { keepLineBreaks: isOpen })}
      {rest > 0 && '…'}
      {isLong && (
        <button type="button" className={classes['more']} onClick={() => setOpen(!isOpen)}>
          {isOpen ? 'Show less' : `Show ${formatCount(rest)} more characters`}
        </button>
      )}
      {isOpen && rest > 0 && ` ${formatCount(rest)} more characters are not shown.`}
    </span>
  );
};
