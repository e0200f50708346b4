import { IconCheck } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { LocalProgress } from '#contract/local';
import { LiveText } from '#components/LiveText';
import { ProgressBar } from '#components/ProgressBar';
import { localPercent, localProgressWords } from '#lib/local-words';
import { visibleText } from '#oci/text';
import classes from './parts.module.css';

/** Something under way: what, how far, as words and as a bar. */
export const Progress = ({
  label,
  progress,
}: {
  readonly label: string;
  readonly progress: LocalProgress | undefined;
}) => (
  <div className={classes['progress']}>
    <span className={classes['words']}>
      {progress === undefined ? label : visibleText(localProgressWords(progress))}
    </span>
    <ProgressBar percent={localPercent(progress)} label={label} />
    <LiveText text={label} />
  </div>
);

/** How something ended, with what it came to. */
export const Outcome = ({
  title,
  children,
}: {
  readonly title: string;
  readonly children?: ReactNode;
}) => (
  <div className={classes['outcome']}>
    <span className={classes['outcomeIcon']} aria-hidden>
      <IconCheck size={18} stroke={2} />
    </span>
    <div className={classes['outcomeBody']}>
      <strong>{title}</strong>
      {children !== undefined && <div>{children}</div>}
    </div>
    <LiveText text={title} />
  </div>
);

/** A quiet paragraph. */
export const Hint = ({ children }: { readonly children: ReactNode }) => (
  <p className={classes['hint']}>{children}</p>
);

/** A list of sentences. */
export const Sentences = ({
  sentences,
  label,
}: {
  readonly sentences: readonly string[];
  readonly label: string;
}) => (
  <ul className={classes['sentences']} aria-label={label}>
    {sentences.map((sentence) => (
      <li key={sentence}>{visibleText(sentence)}</li>
    ))}
  </ul>
);

/** A heading inside a dialog. */
export const Heading = ({
  id,
  children,
}: {
  readonly id?: string;
  readonly children: ReactNode;
}) => (
  <h3 id={id} className={classes['heading']}>
    {children}
  </h3>
);

export type Fact = { readonly name: string; readonly value: ReactNode };

/** Numbers that matter, side by side. */
export const Facts = ({ facts }: { readonly facts: readonly Fact[] }) => (
  <dl className={classes['facts']}>
    {facts.map(({ name, value }) => (
      <div key={name} className={classes['fact']}>
        <dt>{name}</dt>
        <dd>{value}</dd>
      </div>
    ))}
  </dl>
);
