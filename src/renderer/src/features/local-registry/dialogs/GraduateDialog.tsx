import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { GraduateInput, Graduation } from '#contract/local-guide';
import { ActionButton } from '#components/ActionButton';
import { ErrorState } from '#components/ErrorState';
import { SkeletonRows } from '#components/SkeletonRows';
import { api, callOrThrow, toContractError } from '#lib/api';
import { useLocal } from '#lib/local';
import { visibleText } from '#oci/text';
import { CodeBlock } from '../CodeBlock';
import { useStreamRun } from '../use-stream-run';
import { Frame } from './Frame';
import { firstForm, readForm } from './graduate-form';
import classes from './GraduateDialog.module.css';
import { GraduateFields } from './GraduateFields';
import { GuideSteps } from './GuideSteps';
import { Heading, Hint, Outcome, Progress, Sentences } from './parts';
import { usePlace } from './PlaceField';
import { isAsking, RunFooter } from './RunFooter';

const usePreview = (input: GraduateInput | undefined) =>
  useQuery({
    queryKey: ['local', 'graduation', input],
    queryFn: () => (input === undefined ? null : callOrThrow(api.local.previewGraduation(input))),
    enabled: input !== undefined,
    gcTime: 0,
    placeholderData: (before: Graduation | null | undefined) => before,
  });

const Files = ({ files }: { readonly files: Graduation['files'] }) => (
  <ul className={classes['files']} aria-label="Files">
    {files.map(({ name, text, note }) => (
      <li key={name}>
        {text === undefined ? (
          <div className={classes['file']}>
            <code>{visibleText(name)}</code>
            <span className={classes['note']}>{visibleText(note)}</span>
          </div>
        ) : (
          <details>
            <summary className={classes['file']}>
              <code>{visibleText(name)}</code>
              <span className={classes['note']}>{visibleText(note)}</span>
            </summary>
            <CodeBlock title={name} text={text} copyLabel={`Copy ${visibleText(name)}`} isPath />
          </details>
        )}
      </li>
    ))}
  </ul>
);

const Preview = ({ preview }: { readonly preview: Graduation }) => (
  <div className={classes['preview']}>
    <section aria-labelledby="graduate-files">
      <Heading id="graduate-files">The folder will hold</Heading>
      <Files files={preview.files} />
    </section>
    <section aria-labelledby="graduate-changes">
      <Heading id="graduate-changes">What changes</Heading>
      <Sentences sentences={preview.changes} label="What changes" />
    </section>
    <section aria-labelledby="graduate-stays">
      <Heading id="graduate-stays">What stays the same</Heading>
      <Sentences sentences={preview.staysTheSame} label="What stays the same" />
    </section>
  </div>
);

const Written = ({
  folder,
  preview,
}: {
  readonly folder: string;
  readonly preview: Graduation | undefined;
}) => (
  <>
    <Outcome title="The folder is written">
      <span className="tb-mono">{visibleText(folder)}</span>
    </Outcome>
    {preview !== undefined && preview.nextSteps.length > 0 && (
      <section aria-labelledby="graduate-next">
        <Heading id="graduate-next">What comes next</Heading>
        <GuideSteps steps={preview.nextSteps} />
      </section>
    )}
  </>
);

const useGraduate = () => {
  const local = useLocal();
  const [form, setForm] = useState(() => firstForm(local?.settings.hostNames ?? []));
  const read = readForm(form);
  const preview = usePreview(read.input);
  const run = useStreamRun(api.local.graduate);
  return { form, setForm, read, preview, run, picking: usePlace() };
};

type Control = ReturnType<typeof useGraduate>;

/** The form, and what it would write. */
const Asking = ({ form, setForm, read, preview, picking }: Control) => (
  <>
    <div className={classes['columns']}>
      <GraduateFields
        form={form}
        problems={read.problems}
        change={(patch) => setForm((now) => ({ ...now, ...patch }))}
      />
      {preview.error !== null && (
        <ErrorState variant="inline" error={toContractError(preview.error)} />
      )}
      {preview.error === null && preview.data && <Preview preview={preview.data} />}
      {preview.isLoading && <SkeletonRows count={8} label="Putting the folder together" />}
      {!preview.data && read.input === undefined && (
        <Hint>What the folder will hold is shown when the fields are right.</Hint>
      )}
    </div>
    {picking.error !== null && <ErrorState variant="inline" error={picking.error} />}
  </>
);

const Begin = ({ read: { input }, picking: { place, pick }, run }: Control) => (
  <>
    {place !== null && <Button onClick={() => pick('graduate')}>Other folder…</Button>}
    <ActionButton
      variant="filled"
      disabledReason={input === undefined ? 'Correct the marked fields first.' : undefined}
      onClick={() => {
        if (place !== null && input !== undefined) run.start({ place: place.place, input });
        else pick('graduate');
      }}
    >
      {place === null ? 'Choose a folder…' : 'Write the folder'}
    </ActionButton>
  </>
);

/** Writes a ready folder for the registry of CNCF distribution; everything in it can be read before. */
export const GraduateDialog = ({ onClose }: { readonly onClose: () => void }) => {
  const control = useGraduate();
  const { state, stop } = control.run;
  const { place } = control.picking;
  return (
    <Frame
      title="Graduate"
      subtitle="The day a laptop is not enough: a ready folder for the registry of CNCF distribution, over the same content."
      size={880}
      isBusy={state.kind === 'running'}
      onClose={onClose}
      footer={
        <>
          <span className={classes['place']}>
            {isAsking(state) && place !== null ? visibleText(place.path) : ''}
          </span>
          <RunFooter kind={state.kind} onStop={stop} onClose={onClose}>
            <Begin {...control} />
          </RunFooter>
        </>
      }
    >
      {isAsking(state) && <Asking {...control} />}
      {state.kind === 'failed' && <ErrorState variant="inline" error={state.error} />}
      {state.kind === 'running' && <Progress label="Writing the folder" progress={state.page} />}
      {state.kind === 'done' && (
        <Written folder={state.value.folder} preview={control.preview.data ?? undefined} />
      )}
    </Frame>
  );
};
