import { memo, useDeferredValue, useMemo } from 'react';
import { useFixedRows } from '#lib/fixed-rows';
import { formatCount } from '#lib/format';
import { digestOfToken, type JsonToken, layOutJson, tokeniseJsonLine } from '#lib/json-lines';
import { visibleText } from '#oci/text';
import classes from './JsonView.module.css';

const linePx = 18;
const paddingPx = 8;
/** A line is drawn up to here: a megabyte in one string would freeze the window. Copying gives all of it. */
const drawnChars = 2000;

/** A region that scrolls has to take the focus, or its end is out of reach of the keyboard. */
const reachable = { tabIndex: 0 };

type OpenDigest = (digest: string) => void;

const Token = ({
  token,
  onOpenDigest,
}: {
  readonly token: JsonToken;
  readonly onOpenDigest: OpenDigest | undefined;
}) => {
  const digest = onOpenDigest === undefined ? undefined : digestOfToken(token);
  if (digest === undefined || onOpenDigest === undefined) {
    return <span className={classes[token.kind]}>{visibleText(token.text)}</span>;
  }
  return (
    <span className={classes['punctuation']}>
      &quot;
      <button type="button" className={classes['link']} onClick={() => onOpenDigest(digest)}>
        {digest}
      </button>
      &quot;
    </span>
  );
};

const Line = memo(
  ({
    line,
    topPx,
    onOpenDigest,
  }: {
    readonly line: string;
    readonly topPx: number;
    readonly onOpenDigest: OpenDigest | undefined;
  }) => {
    const drawn = line.slice(0, drawnChars);
    return (
      <div className={classes['line']} style={{ top: topPx }}>
        {tokeniseJsonLine(drawn).map((token, at) => (
          <Token key={at} token={token} onOpenDigest={onOpenDigest} />
        ))}
        {line.length > drawnChars && (
          <span className={classes['cut']}>
            {' '}
            … {formatCount(line.length - drawnChars)} more characters
          </span>
        )}
      </div>
    );
  },
);
Line.displayName = 'JsonLine';

const widestOf = (lines: readonly string[]): number =>
  lines.reduce((most, line) => Math.max(most, Math.min(line.length, drawnChars + 40)), 0);

/**
 * JSON (or other text) as it was sent, laid out in lines and lightly coloured. Only the lines in view are drawn, so a
 * megabyte scrolls like a page. With `onOpenDigest` every string that is a digest is a link.
 */
export const JsonView = ({
  text,
  label,
  onOpenDigest,
}: {
  readonly text: string;
  readonly label: string;
  readonly onOpenDigest?: OpenDigest | undefined;
}) => {
  const deferred = useDeferredValue(text, '');
  const lines = useMemo(() => layOutJson(deferred), [deferred]);
  const widest = useMemo(() => widestOf(lines), [lines]);
  const { scroller, first, last, onScroll } = useFixedRows<HTMLElement>(lines.length, linePx);
  return (
    <section
      ref={scroller}
      className={classes['scroller']}
      onScroll={onScroll}
      aria-label={label}
      {...reachable}
    >
      <div
        className={classes['canvas']}
        style={{
          height: lines.length * linePx + 2 * paddingPx,
          width: `calc(${widest}ch + 24px)`,
        }}
      >
        {lines.slice(first, last).map((line, at) => (
          <Line
            key={first + at}
            line={line}
            topPx={(first + at) * linePx + paddingPx}
            onOpenDigest={onOpenDigest}
          />
        ))}
      </div>
    </section>
  );
};
