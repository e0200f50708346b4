import { busyProblem, toProblem } from './words';

/** One change after the other; a long one turns others away instead of letting them wait. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();
  #long: string | undefined;

  /** Throws RuntimeProblem while something long is under way. */
  assertFree(): void {
    if (this.#long !== undefined) throw busyProblem(this.#long);
  }

  async take<Result>(work: () => Promise<Result>): Promise<Result> {
    this.assertFree();
    const turn = this.#last.then(work);
    this.#last = turn.catch(() => undefined);
    try {
      return await turn;
    } catch (error) {
      throw toProblem(error);
    }
  }

  /** `what` is a sentence for those who are turned away. */
  takeLong<Result>(what: string, work: () => Promise<Result>): Promise<Result> {
    return this.take(async () => {
      // Two of them may have come in one turn.
      this.assertFree();
      this.#long = what;
      try {
        return await work();
      } finally {
        this.#long = undefined;
      }
    });
  }

  /** Resolves when all turns that were taken so far are over. */
  async idle(): Promise<void> {
    await this.#last;
  }
}
