import { SegmentedControl } from '@mantine/core';
import { useState } from 'react';
import { ActionButton } from '#components/ActionButton';
import { ErrorState } from '#components/ErrorState';
import { api } from '#lib/api';
import { useLocal } from '#lib/local';
import { visibleText } from '#oci/text';
import { useStreamRun } from '../use-stream-run';
import { forms } from './BackUpDialog';
import { Frame } from './Frame';
import { Outcome, Progress, Sentences } from './parts';
import { isAsking, RunFooter } from './RunFooter';
import { PlaceField, usePlace } from './PlaceField';

const promises = [
  'Everything in the backup is checked first: paths, sizes, digests. If anything is wrong, nothing is changed.',
  'Then the registry stops for a moment, and the backup takes the place of what is there now.',
  'What is there now is kept in a folder beside it, and can be put back.',
];

/** Puts a backup in the place of the content. */
export const RestoreDialog = ({ onClose }: { readonly onClose: () => void }) => {
  const local = useLocal();
  const [form, setForm] = useState('folder');
  const picking = usePlace();
  const { state, start, stop } = useStreamRun(api.local.restore);
  const { place } = picking;
  return (
    <Frame
      title="Restore"
      subtitle={`Into ${visibleText(local?.folder ?? 'the storage folder')}`}
      isBusy={state.kind === 'running'}
      onClose={onClose}
      footer={
        <RunFooter kind={state.kind} onStop={stop} onClose={onClose}>
          <ActionButton
            variant="filled"
            color="red"
            disabledReason={place === null ? 'Choose the backup first.' : undefined}
            onClick={() => {
              if (place !== null) start({ place: place.place });
            }}
          >
            Check and replace the content
          </ActionButton>
        </RunFooter>
      }
    >
      {isAsking(state) && (
        <>
          <SegmentedControl
            aria-label="Restore from"
            data={forms}
            value={form}
            onChange={(value) => {
              setForm(value);
              picking.clear();
            }}
          />
          <PlaceField
            picking={picking}
            purpose={form === 'archive' ? 'restore-archive' : 'restore-folder'}
            label={form === 'archive' ? 'Choose the archive' : 'Choose the folder'}
            isFile={form === 'archive'}
          />
          <Sentences sentences={promises} label="What happens" />
        </>
      )}
      {state.kind === 'running' && <Progress label="Restoring" progress={state.page} />}
      {state.kind === 'failed' && <ErrorState variant="inline" error={state.error} />}
      {state.kind === 'done' && (
        <Outcome title="The backup is in place">
          {state.value.keptIn === null ? (
            'There was nothing before it.'
          ) : (
            <>
              What was there is kept in{' '}
              <span className="tb-mono">{visibleText(state.value.keptIn)}</span>
            </>
          )}
        </Outcome>
      )}
    </Frame>
  );
};
