import { IconX } from '@tabler/icons-react';
import { Suspense, lazy } from 'react';
import { IconAction } from '#components/IconAction';
import { SkeletonRows } from '#components/SkeletonRows';
import { EmptyState } from '#components/EmptyState';
import { ErrorBoundary } from './ErrorBoundary';
import classes from './InspectorPane.module.css';

const ImageInspector = lazy(async () => ({
  default: (await import('../features/image/ImageInspector')).ImageInspector,
}));

export type Inspected = {
  readonly registryId: string;
  readonly repository: string;
  /** A tag or a digest. */
  readonly reference: string;
};

/** The image pane. Over a narrow window it has a bar of its own to close it. */
export const InspectorPane = ({
  inspected,
  onClose,
}: {
  readonly inspected: Inspected | null;
  readonly onClose: (() => void) | undefined;
}) => (
  <>
    {onClose !== undefined && (
      <div className={classes['bar']}>
        <span className={classes['title']}>Image</span>
        <IconAction
          size="small"
          label="Close the image pane"
          icon={<IconX size={15} />}
          onClick={onClose}
        />
      </div>
    )}
    <div className={classes['content']}>
      {inspected === null ? (
        <EmptyState title="No tag selected">
          Select a tag to see its platforms, layers, config and manifest.
        </EmptyState>
      ) : (
        <ErrorBoundary
          resetKey={`${inspected.registryId}/${inspected.repository}/${inspected.reference}`}
        >
          <Suspense fallback={<SkeletonRows count={6} label="Loading" />}>
            <ImageInspector {...inspected} />
          </Suspense>
        </ErrorBoundary>
      )}
    </div>
  </>
);
