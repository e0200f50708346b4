import { Radio } from '@mantine/core';
import { useState } from 'react';
import type { LocalView, PickedPlace } from '#contract/local';
import { ActionButton } from '#components/ActionButton';
import { ErrorState } from '#components/ErrorState';
import { api } from '#lib/api';
import { formatBytes } from '#lib/format';
import { useLocal } from '#lib/local';
import { visibleText } from '#oci/text';
import { useKeepView } from '../use-configure';
import { useStreamRun } from '../use-stream-run';
import { Frame } from './Frame';
import { Hint, Outcome, Progress } from './parts';
import { isAsking, RunFooter } from './RunFooter';
import { PlaceField, usePlace } from './PlaceField';

type How = 'move' | 'use';

const HowField = ({
  how,
  place,
  onChange,
}: {
  readonly how: How;
  readonly place: PickedPlace;
  readonly onChange: (how: How) => void;
}) => (
  <Radio.Group
    aria-label="What happens with the content"
    value={how}
    onChange={(value) => onChange(value === 'move' ? 'move' : 'use')}
  >
    <Radio
      size="xs"
      value="move"
      label="Take the content along"
      description="Everything is copied and compared, then the registry changes over, then the old folder is emptied."
      disabled={place.holdsRegistry}
      mb={10}
    />
    <Radio
      size="xs"
      value="use"
      label={place.holdsRegistry ? 'Serve what is there' : 'Begin empty'}
      description="The old folder stays as it is."
    />
  </Radio.Group>
);

/** Whether the content fits is known before anything is copied. */
const roomProblem = (
  how: How,
  place: PickedPlace | null,
  local: LocalView | undefined,
): string | undefined => {
  if (place === null) return 'Choose the folder first.';
  const { usedBytes } = local ?? {};
  if (how !== 'move' || usedBytes === undefined || place.freeBytes === undefined) return undefined;
  if (place.freeBytes >= usedBytes) return undefined;
  return `${formatBytes(usedBytes)} do not fit: ${formatBytes(place.freeBytes)} are free there.`;
};

/** Serves another folder, with or without the content of the present one. */
export const FolderDialog = ({ onClose }: { readonly onClose: () => void }) => {
  const local = useLocal();
  const keep = useKeepView();
  const picking = usePlace();
  const [wanted, setWanted] = useState<How>('move');
  const { state, start, stop } = useStreamRun(api.local.changeFolder, keep);
  const { place } = picking;
  const how: How = place?.holdsRegistry === true ? 'use' : wanted;
  const problem = roomProblem(how, place, local);
  return (
    <Frame
      title="Storage folder"
      subtitle={
        <>
          Now <span className="tb-mono">{visibleText(local?.folder ?? '…')}</span>
        </>
      }
      isBusy={state.kind === 'running'}
      onClose={onClose}
      footer={
        <RunFooter kind={state.kind} onStop={stop} onClose={onClose}>
          <ActionButton
            variant="filled"
            disabledReason={problem}
            onClick={() => {
              if (place !== null) start({ place: place.place, how });
            }}
          >
            {how === 'move' ? 'Move' : 'Use this folder'}
          </ActionButton>
        </RunFooter>
      }
    >
      {isAsking(state) && (
        <>
          <PlaceField picking={picking} purpose="storage" label="Choose the new folder" />
          {place !== null && <HowField how={how} place={place} onChange={setWanted} />}
          {place !== null && problem !== undefined && <Hint>{problem}</Hint>}
          <Hint>
            The registry stops for the change and starts again. One Tagboat at a time can serve a
            folder.
          </Hint>
        </>
      )}
      {state.kind === 'running' && <Progress label="Changing the folder" progress={state.page} />}
      {state.kind === 'failed' && <ErrorState variant="inline" error={state.error} />}
      {state.kind === 'done' && (
        <Outcome title="The registry serves the new folder">
          <span className="tb-mono">{visibleText(state.value.folder)}</span>
        </Outcome>
      )}
    </Frame>
  );
};
