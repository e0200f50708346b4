import { SegmentedControl } from '@mantine/core';
import { useState } from 'react';
import { ActionButton } from '#components/ActionButton';
import { ErrorState } from '#components/ErrorState';
import { api } from '#lib/api';
import { formatBytes } from '#lib/format';
import { useLocal } from '#lib/local';
import { visibleText } from '#oci/text';
import { useStreamRun } from '../use-stream-run';
import { Frame } from './Frame';
import { Hint, Outcome, Progress } from './parts';
import { isAsking, RunFooter } from './RunFooter';
import { PlaceField, usePlace } from './PlaceField';

export const forms = [
  { value: 'folder', label: 'Folder' },
  { value: 'archive', label: 'Archive (.tar)' },
];

const formHints: Readonly<Record<string, string>> = {
  folder: 'A second backup to the same folder copies only what is new.',
  archive: 'One file, for another disk or another machine.',
};

/** Copies everything to a folder or into an archive while the registry goes on. */
export const BackUpDialog = ({ onClose }: { readonly onClose: () => void }) => {
  const local = useLocal();
  const [form, setForm] = useState('folder');
  const picking = usePlace();
  const { state, start, stop } = useStreamRun(api.local.backUp);
  const { place } = picking;
  const size = local?.usedBytes === undefined ? '' : `About ${formatBytes(local.usedBytes)}. `;
  return (
    <Frame
      title="Back up"
      subtitle={`${size}Every blob is compared with its digest on the way.`}
      isBusy={state.kind === 'running'}
      onClose={onClose}
      footer={
        <RunFooter kind={state.kind} onStop={stop} onClose={onClose}>
          <ActionButton
            variant="filled"
            disabledReason={place === null ? 'Choose where to first.' : undefined}
            onClick={() => {
              if (place !== null) start({ place: place.place });
            }}
          >
            Back up
          </ActionButton>
        </RunFooter>
      }
    >
      {isAsking(state) && (
        <>
          <SegmentedControl
            aria-label="Back up to"
            data={forms}
            value={form}
            onChange={(value) => {
              setForm(value);
              picking.clear();
            }}
          />
          <PlaceField
            picking={picking}
            purpose={form === 'archive' ? 'backup-archive' : 'backup-folder'}
            label={form === 'archive' ? 'Choose the archive' : 'Choose the folder'}
            isFile={form === 'archive'}
          />
          <Hint>{formHints[form]}</Hint>
        </>
      )}
      {state.kind === 'running' && <Progress label="Backing up" progress={state.page} />}
      {state.kind === 'failed' && <ErrorState variant="inline" error={state.error} />}
      {state.kind === 'done' && (
        <Outcome title={`Backed up ${formatBytes(state.value.bytes)}`}>
          <span className="tb-mono">{visibleText(state.value.path)}</span>
        </Outcome>
      )}
    </Frame>
  );
};
