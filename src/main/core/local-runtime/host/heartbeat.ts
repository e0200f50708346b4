/** Counts this process's own ticks, not the clock: after the machine slept nobody was silent. */
const tickMs = 1000;
const silentAfterTicks = 6;

/** Notices when the registry's process stops beating. */
export class Heartbeat {
  #ticks = 0;
  #timer: NodeJS.Timeout | undefined;

  /** `onTick` is called every second with whether the process is silent. */
  constructor(readonly onTick: (isSilent: boolean) => void) {}

  get isSilent(): boolean {
    return this.#ticks >= silentAfterTicks;
  }

  start(): void {
    this.stop();
    this.#timer = setInterval(() => {
      this.#ticks += 1;
      this.onTick(this.isSilent);
    }, tickMs);
    this.#timer.unref();
  }

  beat(): void {
    this.#ticks = 0;
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#ticks = 0;
  }
}
