import { Button } from '@mantine/core';
import { IconCheck, IconLoader2, IconMinus, IconX } from '@tabler/icons-react';
import type { EngineTestStep, LocalGuide } from '#contract/local-guide';
import { ErrorState } from '#components/ErrorState';
import { LiveText } from '#components/LiveText';
import { api, type StreamCall } from '#lib/api';
import { visibleText } from '#oci/text';
import { useStreamRun } from '../use-stream-run';
import classes from './EngineTest.module.css';

type Steps = readonly EngineTestStep[];
type Request = { readonly target: LocalGuide['target'] };

const titles: Readonly<Record<EngineTestStep['step'], string>> = {
  socket: 'Engine',
  reach: 'Address',
  login: 'Login',
  pull: 'Pull',
};

const icon = { size: 15, stroke: 1.9 };
const signs = {
  running: <IconLoader2 {...icon} />,
  passed: <IconCheck {...icon} />,
  failed: <IconX {...icon} />,
  skipped: <IconMinus {...icon} />,
};

/** The steps so far as one page: a step's newer word takes the place of its older one. */
const collecting: StreamCall<
  Request,
  Steps,
  { readonly passed: boolean; readonly steps: Steps }
> = (request, listener) => {
  let steps: Steps = [];
  return api.local.testEngine(request, (event) => {
    if (event.kind === 'failed') {
      listener(event);
      return;
    }
    if (event.kind === 'end') {
      listener({ kind: 'end', value: { passed: event.value.passed, steps } });
      return;
    }
    const at = steps.findIndex(({ step }) => step === event.page.step);
    steps = at < 0 ? [...steps, event.page] : steps.with(at, event.page);
    listener({ kind: 'page', page: steps });
  });
};

const StepList = ({ steps }: { readonly steps: Steps }) => (
  <ol className={classes['steps']}>
    {steps.map(({ step, state, message }) => (
      <li key={step} className={classes['step']} data-state={state}>
        <span className={classes['sign']} aria-hidden>
          {signs[state]}
        </span>
        <span>
          {titles[step]}
          <span className="tb-visually-hidden">: {state}</span>
        </span>
        <span className={classes['message']}>{visibleText(message)}</span>
      </li>
    ))}
  </ol>
);

type Engine = NonNullable<LocalGuide['engine']>;

const verdictOf = (name: string, passed: boolean): string =>
  `${visibleText(name)} ${passed ? 'can pull from it.' : 'cannot pull from it yet.'}`;

const Test = ({ engine, target }: Request & { readonly engine: Engine }) => {
  const { state, start, stop } = useStreamRun(collecting);
  const isDone = state.kind === 'done';
  const steps = isDone ? state.value.steps : state.kind === 'running' ? (state.page ?? []) : [];
  const verdict = isDone ? verdictOf(engine.name, state.value.passed) : '';
  return (
    <section className={classes['root']} aria-label="Test">
      <div className={classes['head']}>
        <span className={classes['engine']}>
          <strong>{visibleText(engine.name)}</strong>
          <span className={classes['socket']} data-hint={visibleText(engine.socket)}>
            {visibleText(engine.socket)}
          </span>
        </span>
        {state.kind === 'running' ? (
          <Button onClick={stop}>Stop</Button>
        ) : (
          <Button onClick={() => start({ target })}>
            {state.kind === 'idle' ? 'Test it' : 'Test again'}
          </Button>
        )}
      </div>
      {steps.length > 0 && <StepList steps={steps} />}
      {isDone && (
        <p className={classes['verdict']} data-passed={state.value.passed || undefined}>
          {verdict}
        </p>
      )}
      {state.kind === 'failed' && <ErrorState variant="inline" error={state.error} />}
      <LiveText text={verdict === '' ? visibleText(steps.at(-1)?.message ?? '') : verdict} />
    </section>
  );
};

/** Lets the engine itself pull from the registry, and shows each step as it happens. */
export const EngineTest = ({ guide: { engine, target } }: { readonly guide: LocalGuide }) =>
  engine === undefined ? (
    <p className={classes['none']}>
      No socket of this engine was found here, so it cannot be tried.
    </p>
  ) : (
    <Test engine={engine} target={target} />
  );
