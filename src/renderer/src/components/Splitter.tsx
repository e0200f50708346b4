import { type ComponentProps, type KeyboardEvent, type PointerEvent, useRef } from 'react';
import classes from './Splitter.module.css';

const stepPx = 16;
const bigStepPx = 64;

type SplitterProps = {
  readonly label: string;
  /** Id of the pane whose width it sets. */
  readonly controls: string;
  /** On which side of the bar that pane is. */
  readonly pane: 'left' | 'right';
  readonly value: number;
  readonly min: number;
  readonly max: number;
  /** Width after a double click. */
  readonly initial: number;
  readonly onChange: (width: number) => void;
};

const keyStep = (event: KeyboardEvent, pane: 'left' | 'right'): number | undefined => {
  const size = event.shiftKey ? bigStepPx : stepPx;
  const toRight = pane === 'left' ? size : -size;
  if (event.key === 'ArrowRight') return toRight;
  if (event.key === 'ArrowLeft') return -toRight;
  return undefined;
};

/** The bar between two panes, moved by mouse, pen or arrow keys (Shift for bigger steps, Home and End for the limits). */
export const Splitter = ({
  label,
  controls,
  pane,
  value,
  min,
  max,
  initial,
  onChange,
}: SplitterProps) => {
  const drag = useRef<{ readonly startX: number; readonly startWidth: number } | null>(null);
  const now = Math.min(max, Math.max(min, value));
  const moveTo = (width: number): void => onChange(Math.min(max, Math.max(min, width)));
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = keyStep(event, pane);
    const width = event.key === 'Home' ? min : event.key === 'End' ? max : undefined;
    if (step === undefined && width === undefined) return;
    event.preventDefault();
    moveTo(width ?? now + (step ?? 0));
  };
  const onPointerDown = (event: PointerEvent<HTMLDivElement>): void => {
    if (event.button !== 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    drag.current = { startX: event.clientX, startWidth: now };
  };
  const onPointerMove = (event: PointerEvent<HTMLDivElement>): void => {
    if (drag.current === null) return;
    const moved = event.clientX - drag.current.startX;
    moveTo(drag.current.startWidth + (pane === 'left' ? moved : -moved));
  };
  const stop = (): void => {
    drag.current = null;
  };
  // A separator that can be moved is a widget (WAI-ARIA, Window Splitter), unlike <hr>, which is a thematic break.
  const separator: ComponentProps<'div'> = {
    role: 'separator',
    tabIndex: 0,
    'aria-label': label,
    'aria-controls': controls,
    'aria-orientation': 'vertical',
    'aria-valuenow': now,
    'aria-valuemin': min,
    'aria-valuemax': max,
    'aria-valuetext': `${now} pixels`,
    onKeyDown,
    onPointerDown,
    onPointerMove,
    onPointerUp: stop,
    onPointerCancel: stop,
    onDoubleClick: () => moveTo(initial),
  };
  return <div className={classes['root']} {...separator} />;
};
