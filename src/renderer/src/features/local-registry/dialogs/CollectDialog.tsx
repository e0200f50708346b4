import { Button } from '@mantine/core';
import { useEffect } from 'react';
import type { LocalCollection, LocalProgress } from '#contract/local';
import { DigestText } from '#components/DigestText';
import { ErrorState } from '#components/ErrorState';
import { api } from '#lib/api';
import { formatBytes, formatCount, formatCounted } from '#lib/format';
import { formatDuration } from '#lib/local-words';
import { visibleText } from '#oci/text';
import { type RunState, type StreamRun, useStreamRun } from '../use-stream-run';
import { Frame } from './Frame';
import { Facts, Hint, Outcome, Progress } from './parts';
import { RowTable } from './RowTable';

type Collecting = StreamRun<{ preview: boolean }, LocalProgress, LocalCollection>;
type CollectState = RunState<LocalProgress, LocalCollection>;

const columns = [
  { title: 'What goes' },
  { title: 'Kind' },
  { title: 'Repository' },
  { title: 'Size', isNumeric: true },
];

const countWords = ({ manifestCount, blobCount, uploadCount }: LocalCollection): string =>
  [
    manifestCount > 0 ? formatCounted(manifestCount, 'manifest') : '',
    blobCount > 0 ? formatCounted(blobCount, 'blob') : '',
    uploadCount > 0 ? formatCounted(uploadCount, 'upload') : '',
  ]
    .filter((words) => words !== '')
    .join(', ');

const isNothing = ({ manifestCount, blobCount, uploadCount }: LocalCollection): boolean =>
  manifestCount + blobCount + uploadCount === 0;

/** The lists are bounded; what they leave out is counted below. */
const Going = ({ collection }: { readonly collection: LocalCollection }) => {
  const { manifests, blobs, manifestCount, blobCount } = collection;
  const shown = manifests.length + blobs.length;
  const hidden = manifestCount + blobCount - shown;
  return (
    <>
      {shown > 0 && (
        <RowTable
          label="What garbage collection deletes"
          columns={columns}
          template="minmax(0, 1.2fr) 80px minmax(0, 1fr) 80px"
          count={shown}
          cells={(at) => {
            const manifest = manifests[at];
            const blob = blobs[at - manifests.length];
            const one = manifest ?? blob;
            return [
              <DigestText key="digest" digest={one?.digest ?? ''} />,
              manifest === undefined ? 'blob' : 'manifest',
              manifest === undefined ? '–' : visibleText(manifest.repository),
              formatBytes(one?.sizeBytes ?? 0),
            ];
          }}
        />
      )}
      {hidden > 0 && <Hint>{formatCount(hidden)} more are not listed and go too.</Hint>}
    </>
  );
};

const Preview = ({ collection }: { readonly collection: LocalCollection }) =>
  isNothing(collection) ? (
    <Outcome title="Nothing to collect">
      Every blob belongs to an image that a tag, an index or a referrer leads to.{' '}
      {formatBytes(collection.keptBytes)} are in use.
    </Outcome>
  ) : (
    <>
      <Facts
        facts={[
          { name: 'Comes back', value: formatBytes(collection.freedBytes) },
          { name: 'Stays', value: formatBytes(collection.keptBytes) },
          { name: 'Goes', value: countWords(collection) },
        ]}
      />
      <Going collection={collection} />
      <Hint>
        No tag leads to any of this. Pushes and pulls go on meanwhile, and what is being pushed now
        is left alone. It cannot be undone.
      </Hint>
    </>
  );

const Result = ({ collection }: { readonly collection: LocalCollection }) => (
  <>
    <Outcome
      title={`${formatBytes(collection.freedBytes)} came back in ${formatDuration(collection.durationMs)}`}
    >
      {isNothing(collection) ? 'Nothing had to go.' : `${countWords(collection)} deleted.`}{' '}
      {formatBytes(collection.keptBytes)} are in use.
    </Outcome>
    {collection.isInterrupted && (
      <Hint>
        It was stopped before its end. What is left goes with the next garbage collection.
      </Hint>
    )}
  </>
);

const Body = ({ preview, run }: { readonly preview: Collecting; readonly run: CollectState }) => {
  if (run.kind === 'running') return <Progress label="Deleting" progress={run.page} />;
  if (run.kind === 'failed') return <ErrorState variant="inline" error={run.error} />;
  if (run.kind === 'done') return <Result collection={run.value} />;
  const { state, start } = preview;
  if (state.kind === 'done') return <Preview collection={state.value} />;
  if (state.kind === 'failed') {
    return (
      <ErrorState variant="inline" error={state.error} onRetry={() => start({ preview: true })} />
    );
  }
  return (
    <Progress
      label="Looking for what nothing leads to"
      progress={state.kind === 'running' ? state.page : undefined}
    />
  );
};

const Buttons = ({
  preview,
  run,
  onClose,
}: {
  readonly preview: Collecting;
  readonly run: Collecting;
  readonly onClose: () => void;
}) => {
  if (run.state.kind === 'running') {
    return (
      <Button
        onClick={() => {
          run.stop();
          // What is left is no longer what was shown.
          preview.start({ preview: true });
        }}
      >
        Stop
      </Button>
    );
  }
  const found = preview.state.kind === 'done' ? preview.state.value : undefined;
  const isOver = run.state.kind === 'done' || (found !== undefined && isNothing(found));
  if (isOver) {
    return (
      <Button variant="filled" data-autofocus onClick={onClose}>
        Done
      </Button>
    );
  }
  return (
    <>
      <Button data-autofocus onClick={onClose}>
        Cancel
      </Button>
      {found !== undefined && (
        <Button variant="filled" color="red" onClick={() => run.start({ preview: false })}>
          {`Delete ${countWords(found)}, free ${formatBytes(found.freedBytes)}`}
        </Button>
      )}
    </>
  );
};

/** Garbage collection: what would go and how much would come back, then the run, then what it came to. */
export const CollectDialog = ({ onClose }: { readonly onClose: () => void }) => {
  const preview: Collecting = useStreamRun(api.local.collect);
  const run: Collecting = useStreamRun(api.local.collect);
  const { start } = preview;
  useEffect(() => start({ preview: true }), [start]);
  return (
    <Frame
      title="Garbage collection"
      subtitle="Blobs and manifests that nothing leads to any longer"
      size={680}
      isBusy={run.state.kind === 'running'}
      onClose={onClose}
      footer={<Buttons preview={preview} run={run} onClose={onClose} />}
    >
      <Body preview={preview} run={run.state} />
    </Frame>
  );
};
