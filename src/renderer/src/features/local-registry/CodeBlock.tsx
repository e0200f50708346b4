import { CopyButton } from '#components/CopyButton';
import { visibleText } from '#oci/text';
import classes from './CodeBlock.module.css';

/** What scrolls takes the focus, so that the keyboard scrolls it. */
const reachable = { tabIndex: 0 };

const kindOf = (line: string): string | undefined => {
  if (/^(\+\+\+|---|@@)/u.test(line)) return 'head';
  if (line.startsWith('+')) return 'added';
  return line.startsWith('-') ? 'removed' : undefined;
};

const DiffLines = ({ text }: { readonly text: string }) =>
  text
    .replace(/\n$/u, '')
    .split('\n')
    .map((line, at) => (
      <span key={`${at} ${line}`} className={classes['line']} data-kind={kindOf(line)}>
        {visibleText(line)}
        {'\n'}
      </span>
    ));

/** Commands, a file or a diff, to be read and copied as it is. */
export const CodeBlock = ({
  title,
  text,
  copyLabel,
  isDiff = false,
  isPath = false,
}: {
  readonly title: string;
  readonly text: string;
  readonly copyLabel: string;
  readonly isDiff?: boolean;
  /** The title is the path of a file. */
  readonly isPath?: boolean;
}) => (
  <div className={classes['root']}>
    <div className={classes['head']}>
      <span className={classes['title']} data-path={isPath || undefined}>
        {visibleText(title)}
      </span>
      <CopyButton text={text} label={copyLabel} />
    </div>
    <pre className={classes['code']} aria-label={visibleText(title)} {...reachable}>
      {isDiff ? <DiffLines text={text} /> : visibleText(text, { keepLineBreaks: true })}
    </pre>
  </div>
);
