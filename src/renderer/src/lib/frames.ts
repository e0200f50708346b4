/** A hidden window gets no animation frames; its lists still have to arrive. */
const hiddenWindowMs = 120;

/** Runs `callback` once, at the next animation frame or after 120 ms where no frame comes. Returns the way to call it off. */
export const onNextFrame = (callback: () => void): (() => void) => {
  const stop = (): void => {
    cancelAnimationFrame(frame);
    clearTimeout(timer);
  };
  const run = (): void => {
    stop();
    callback();
  };
  const frame = requestAnimationFrame(run);
  const timer = setTimeout(run, hiddenWindowMs);
  return stop;
};
