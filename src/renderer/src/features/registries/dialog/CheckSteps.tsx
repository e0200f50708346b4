import {
  IconAlertTriangle,
  IconCheck,
  IconCircle,
  IconLoader2,
  IconMinus,
  IconX,
} from '@tabler/icons-react';
import type { CheckStep } from '#contract/registry';
import type { ContractError } from '#contract/result';
import { errorWords } from '#lib/errors';
import { visibleText } from '#oci/text';
import classes from './CheckSteps.module.css';

const titles: readonly (readonly [CheckStep['step'], string])[] = [
  ['address', 'Address'],
  ['connect', 'Connection'],
  ['certificate', 'Certificate'],
  ['api', 'Registry API'],
  ['login', 'Login'],
  ['catalog', 'Repositories'],
];

const icon = { size: 15, stroke: 1.9 };

const signs = {
  waiting: { sign: <IconCircle size={15} stroke={1.4} />, words: 'not asked yet' },
  running: { sign: <IconLoader2 {...icon} />, words: 'running' },
  passed: { sign: <IconCheck {...icon} />, words: 'passed' },
  warning: { sign: <IconAlertTriangle {...icon} />, words: 'warning' },
  failed: { sign: <IconX {...icon} />, words: 'failed' },
  skipped: { sign: <IconMinus {...icon} />, words: 'skipped' },
};

/** The steps of a check in their order, each with how it went and in which words. */
export const CheckSteps = ({
  steps,
  failure,
}: {
  readonly steps: readonly CheckStep[];
  /** Told in full below: the failed step then only names it. */
  readonly failure: ContractError | undefined;
}) => (
  <ol className={classes['list']}>
    {titles.map(([name, title]) => {
      const step = steps.find((one) => one.step === name);
      const state = step?.state ?? 'waiting';
      const isToldBelow = state === 'failed' && failure !== undefined;
      const message = isToldBelow ? errorWords[failure.code].title : step?.message;
      return (
        <li key={name} className={classes['step']} data-state={state}>
          <span className={classes['sign']} aria-hidden>
            {signs[state].sign}
          </span>
          <span className={classes['title']}>
            {title}
            <span className="tb-visually-hidden">: {signs[state].words}</span>
          </span>
          <span className={classes['message']}>{visibleText(message ?? '')}</span>
        </li>
      );
    })}
  </ol>
);
