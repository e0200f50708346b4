import { CopyButton } from '#components/CopyButton';
import { ErrorState } from '#components/ErrorState';
import { JsonView } from '#components/JsonView';
import { SkeletonRows } from '#components/SkeletonRows';
import { formatBytes } from '#lib/format';
import { visibleText } from '#oci/text';
import { useBlob } from './use-image';
import type { ViewContext } from './view-context';
import classes from './BlobPanel.module.css';

/** The text of a blob, as far as main previews it. */
export const BlobPanel = ({
  digest,
  mediaType,
  label,
  context,
}: {
  readonly digest: string;
  readonly mediaType: string;
  readonly label: string;
  readonly context: ViewContext;
}) => {
  const { value, error, retry } = useBlob(context.place, digest);
  if (error !== undefined) {
    return <ErrorState error={error} registryId={context.place.registryId} onRetry={retry} />;
  }
  if (value === undefined) return <SkeletonRows count={8} label="Reading the blob" />;
  return (
    <div className={classes['root']}>
      <div className={classes['bar']}>
        <span className={classes['facts']} data-hint={visibleText(mediaType)}>
          {formatBytes(value.sizeBytes)} · {visibleText(mediaType)}
        </span>
        {!value.isBinary && <CopyButton text={value.text} label={`Copy ${visibleText(label)}`} />}
      </div>
      {value.truncated && !value.isBinary && (
        <p className={classes['note']}>
          Only the first {formatBytes(value.text.length)} of {formatBytes(value.sizeBytes)} are
          shown and copied.
        </p>
      )}
      {value.isBinary ? (
        <p className={classes['binary']}>
          This blob is no text, so there is nothing to read here. Its {formatBytes(value.sizeBytes)}{' '}
          stay on the registry.
        </p>
      ) : (
        <JsonView text={value.text} label={`Content of ${visibleText(label)}`} />
      )}
    </div>
  );
};
