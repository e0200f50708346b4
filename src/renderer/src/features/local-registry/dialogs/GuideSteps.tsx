import type { GuideStep } from '#contract/local-guide';
import { visibleText } from '#oci/text';
import { CodeBlock } from '../CodeBlock';
import classes from './GuideSteps.module.css';

const blockTitle = ({ kind, path }: GuideStep): string =>
  path ?? (kind === 'command' ? 'Command' : kind === 'diff' ? 'Change' : 'File');

const copyWords: Readonly<Record<GuideStep['kind'], string>> = {
  command: 'Copy the command',
  file: 'Copy the file',
  diff: 'Copy the change',
  text: 'Copy',
};

/** Steps to do by hand, in their order: commands, files and changes to copy. Nothing is applied by Tagboat. */
export const GuideSteps = ({ steps }: { readonly steps: readonly GuideStep[] }) => (
  <ol className={classes['list']}>
    {steps.map((step, at) => (
      <li key={`${at} ${step.title}`} className={classes['step']}>
        <span className={classes['number']} aria-hidden>
          {at + 1}
        </span>
        <div className={classes['body']}>
          <span className={classes['title']}>{visibleText(step.title)}</span>
          {step.kind === 'text' ? (
            <p className={classes['text']}>{visibleText(step.text, { keepLineBreaks: true })}</p>
          ) : (
            <CodeBlock
              title={blockTitle(step)}
              text={step.text}
              copyLabel={`${copyWords[step.kind]}: ${visibleText(step.title)}`}
              isDiff={step.kind === 'diff'}
              isPath={step.path !== undefined}
            />
          )}
          {step.note !== undefined && <p className={classes['note']}>{visibleText(step.note)}</p>}
        </div>
      </li>
    ))}
  </ol>
);
