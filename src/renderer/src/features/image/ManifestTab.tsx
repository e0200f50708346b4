import { useCallback, useMemo } from 'react';
import type { ImageView } from '#contract/image';
import { CopyButton } from '#components/CopyButton';
import { JsonView } from '#components/JsonView';
import { formatBytes } from '#lib/format';
import { visibleText } from '#oci/text';
import { digestTargets, targetOfDigest } from './digest-targets';
import type { ViewContext } from './view-context';
import classes from './BlobPanel.module.css';

/** The manifest as the registry sent it; every digest opens what it names. */
export const ManifestTab = ({
  view,
  context,
}: {
  readonly view: ImageView;
  readonly context: ViewContext;
}) => {
  const targets = useMemo(() => digestTargets(view), [view]);
  const { open } = context;
  const onOpenDigest = useCallback(
    (digest: string) => open(targetOfDigest(targets, digest)),
    [open, targets],
  );
  return (
    <div className={classes['root']}>
      <div className={classes['bar']}>
        <span className={classes['facts']} data-hint={visibleText(view.mediaType)}>
          {formatBytes(view.manifestBytes)} · {visibleText(view.mediaType)}
        </span>
        <CopyButton text={view.raw} label="Copy manifest" />
      </div>
      {view.rawTruncated && (
        <p className={classes['note']}>
          Only the first 1 MiB of {formatBytes(view.manifestBytes)} is shown and copied.
        </p>
      )}
      <JsonView text={view.raw} label="Manifest" onOpenDigest={onOpenDigest} />
    </div>
  );
};
