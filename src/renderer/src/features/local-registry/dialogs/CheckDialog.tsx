import { Button, Radio } from '@mantine/core';
import { useState } from 'react';
import type { LocalCheck, LocalProgress } from '#contract/local';
import { CopyButton } from '#components/CopyButton';
import { ErrorState } from '#components/ErrorState';
import { api } from '#lib/api';
import { formatBytes, formatCount, formatCounted } from '#lib/format';
import { formatDuration } from '#lib/local-words';
import { visibleText } from '#oci/text';
import { type StreamRun, useStreamRun } from '../use-stream-run';
import { Frame } from './Frame';
import { Facts, Hint, Outcome, Progress } from './parts';
import { RowTable } from './RowTable';
import { LocalNotice } from '../page/LocalNotice';

type Checking = StreamRun<{ deep: boolean }, LocalProgress, LocalCheck>;

const columns = [{ title: 'Severity' }, { title: 'What' }, { title: 'Where' }];

const placeOf = ({ repository, tag, digest, path }: LocalCheck['problems'][number]): string => {
  if (repository === undefined) return path;
  if (tag !== undefined) return `${repository}:${tag}`;
  return digest === undefined ? repository : `${repository}@${digest}`;
};

/** The report as plain text, for an issue or a note. */
const reportText = (check: LocalCheck): string =>
  [
    `${check.isDeep ? 'Deep' : 'Quick'} check: ${formatCounted(check.problemCount, 'problem')}, ${formatCounted(check.noteCount, 'note')}`,
    ...check.problems.map(
      (problem) => `${problem.severity}: ${problem.message} (${placeOf(problem)}; ${problem.path})`,
    ),
  ].join('\n');

const Verdict = ({ check }: { readonly check: LocalCheck }) => {
  const { problemCount, noteCount, isDeep, durationMs } = check;
  const took = `in ${formatDuration(durationMs)}`;
  if (problemCount > 0) {
    return (
      <LocalNotice level="danger" title={`${formatCounted(problemCount, 'problem')} found ${took}`}>
        Nothing was changed. A push of the same image again brings back what is missing; a restore
        brings back everything.
      </LocalNotice>
    );
  }
  return (
    <Outcome title={`No problem found ${took}`}>
      {isDeep ? 'Every byte was read and fits its digest.' : 'Everything is there with its size.'}
      {noteCount > 0 && ` ${formatCounted(noteCount, 'note')}.`}
    </Outcome>
  );
};

const Report = ({ check }: { readonly check: LocalCheck }) => {
  const { counts, problems, problemCount, noteCount } = check;
  const hidden = problemCount + noteCount - problems.length;
  return (
    <>
      <Verdict check={check} />
      <Facts
        facts={[
          { name: 'Repositories', value: formatCount(counts.repositories) },
          { name: 'Tags', value: formatCount(counts.tags) },
          { name: 'Manifests', value: formatCount(counts.manifests) },
          { name: 'Blobs', value: formatCount(counts.blobs) },
          { name: 'Bytes', value: formatBytes(counts.bytes) },
        ]}
      />
      {problems.length > 0 && (
        <RowTable
          label="What the check found"
          columns={columns}
          template="72px minmax(0, 1.4fr) minmax(0, 1fr)"
          count={problems.length}
          cells={(at) => {
            const problem = problems[at];
            if (problem === undefined) return [];
            const place = visibleText(placeOf(problem));
            const message = visibleText(problem.message);
            return [
              problem.severity,
              <span key="message" data-hint={message}>
                {message}
              </span>,
              <span key="place" data-hint={`${place}\n${visibleText(problem.path)}`}>
                {place}
              </span>,
            ];
          }}
        />
      )}
      {hidden > 0 && <Hint>{formatCount(hidden)} more are not listed.</Hint>}
    </>
  );
};

const Choice = ({
  isDeep,
  onChange,
}: {
  readonly isDeep: boolean;
  readonly onChange: (isDeep: boolean) => void;
}) => (
  <Radio.Group
    aria-label="How the storage is checked"
    value={isDeep ? 'deep' : 'quick'}
    onChange={(value) => onChange(value === 'deep')}
  >
    <Radio
      size="xs"
      value="quick"
      label="Quick"
      description="Every tag, manifest and blob is there, with the size it should have."
      mb={10}
    />
    <Radio
      size="xs"
      value="deep"
      label="Deep"
      description="Reads every byte and compares it with its digest. Takes as long as the disk."
    />
  </Radio.Group>
);

const Buttons = ({
  checking: { state, start, stop, reset },
  isDeep,
  onClose,
}: {
  readonly checking: Checking;
  readonly isDeep: boolean;
  readonly onClose: () => void;
}) => {
  if (state.kind === 'running') return <Button onClick={stop}>Stop</Button>;
  if (state.kind === 'done') {
    return (
      <>
        <CopyButton text={reportText(state.value)} label="Copy the report" size="normal" />
        <Button onClick={reset}>Check again…</Button>
        <Button variant="filled" data-autofocus onClick={onClose}>
          Done
        </Button>
      </>
    );
  }
  return (
    <>
      <Button onClick={onClose}>Cancel</Button>
      <Button variant="filled" onClick={() => start({ deep: isDeep })}>
        Check
      </Button>
    </>
  );
};

/** Looks whether everything that should be in the storage is there, while the registry goes on. */
export const CheckDialog = ({ onClose }: { readonly onClose: () => void }) => {
  const checking: Checking = useStreamRun(api.local.check);
  const [isDeep, setDeep] = useState(false);
  const { state } = checking;
  return (
    <Frame
      title="Check the storage"
      subtitle="It goes on serving meanwhile; nothing is changed."
      size={820}
      isBusy={state.kind === 'running'}
      onClose={onClose}
      footer={<Buttons checking={checking} isDeep={isDeep} onClose={onClose} />}
    >
      {state.kind === 'idle' && <Choice isDeep={isDeep} onChange={setDeep} />}
      {state.kind === 'running' && <Progress label="Checking" progress={state.page} />}
      {state.kind === 'failed' && <ErrorState variant="inline" error={state.error} />}
      {state.kind === 'done' && <Report check={state.value} />}
    </Frame>
  );
};
