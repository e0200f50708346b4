import { clipDigest } from '#lib/digest-text';
import { CopyButton } from './CopyButton';
import classes from './DigestText.module.css';

/** A digest, clipped in the middle for reading, whole as a hint and when copied. With `onOpen` it is a link. */
export const DigestText = ({
  digest,
  onOpen,
  isCopyable = false,
}: {
  readonly digest: string;
  readonly onOpen?: ((digest: string) => void) | undefined;
  readonly isCopyable?: boolean;
}) => (
  <span className={classes['root']}>
    {onOpen === undefined ? (
      <span className={classes['text']} data-hint={digest}>
        {clipDigest(digest)}
      </span>
    ) : (
      <button
        type="button"
        className={classes['link']}
        data-hint={digest}
        onClick={() => onOpen(digest)}
      >
        {clipDigest(digest)}
      </button>
    )}
    {isCopyable && <CopyButton text={digest} label="Copy digest" />}
  </span>
);
