import {
  type PointerEvent,
  type ReactNode,
  type RefObject,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
} from 'react';
import classes from './HintArea.module.css';

const openDelayMs = 400;
const gapPx = 6;
const edgePx = 8;

type Hint = { readonly text: string; readonly anchor: DOMRect };
type ShowHint = (anchor: HTMLElement | null) => void;

const anchorOf = (target: EventTarget): HTMLElement | null =>
  target instanceof Element ? target.closest<HTMLElement>('[data-hint]') : null;

/** Below the anchor, above it where there is no room below, and always inside the window. */
const place = (bubble: HTMLElement, anchor: DOMRect): void => {
  const { width, height } = bubble.getBoundingClientRect();
  const below = anchor.bottom + gapPx;
  const fitsBelow = below + height + edgePx <= window.innerHeight;
  const top = fitsBelow ? below : Math.max(edgePx, anchor.top - gapPx - height);
  const left = Math.max(edgePx, Math.min(anchor.left, window.innerWidth - width - edgePx));
  bubble.style.transform = `translate(${Math.round(left)}px, ${Math.round(top)}px)`;
};

const Bubble = ({ showRef }: { readonly showRef: RefObject<ShowHint> }) => {
  const [hint, setHint] = useState<Hint | null>(null);
  const bubble = useRef<HTMLDivElement>(null);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let current: HTMLElement | null = null;
    showRef.current = (anchor) => {
      if (anchor === current) return;
      current = anchor;
      clearTimeout(timer);
      setHint(null);
      if (anchor === null) return;
      timer = setTimeout(() => {
        const text = anchor.dataset['hint'] ?? '';
        if (text !== '' && anchor.isConnected) {
          setHint({ text, anchor: anchor.getBoundingClientRect() });
        }
      }, openDelayMs);
    };
    return () => clearTimeout(timer);
  }, [showRef]);
  useLayoutEffect(() => {
    if (hint !== null && bubble.current !== null) place(bubble.current, hint.anchor);
  }, [hint]);
  if (hint === null) return null;
  return (
    <div ref={bubble} role="tooltip" className={classes['bubble']}>
      {hint.text}
    </div>
  );
};

/**
 * Shows the `data-hint` text of whatever is pointed at below it. One listener and one bubble serve every cell of a
 * list, where a tooltip component a cell would cost more than the rows themselves.
 */
export const HintArea = ({ children }: { readonly children: ReactNode }) => {
  const show = useRef<ShowHint>(() => undefined);
  const hide = (): void => show.current(null);
  return (
    <div
      className={classes['area']}
      role="presentation"
      onPointerOver={(event: PointerEvent) => show.current(anchorOf(event.target))}
      onPointerLeave={hide}
      onPointerDown={hide}
      onKeyDown={hide}
      onWheel={hide}
    >
      {children}
      <Bubble showRef={show} />
    </div>
  );
};
