import { orAbort } from './transport/or-abort';

/** Joins callers that want the same thing at the same time. */
export type SingleFlight<T> = {
  /**
   * Starts `work`, or joins the one already under way for that key. A caller that aborts leaves alone with
   * its own reason; the work is aborted when the last caller has left.
   */
  run(
    key: string,
    work: (signal: AbortSignal) => Promise<T>,
    signal: AbortSignal | undefined,
  ): Promise<T>;
};

type Flight<T> = { promise: Promise<T>; controller: AbortController; passengers: number };

export function createSingleFlight<T>(): SingleFlight<T> {
  const flights = new Map<string, Flight<T>>();

  const start = (key: string, work: (signal: AbortSignal) => Promise<T>): Flight<T> => {
    const controller = new AbortController();
    const flight: Flight<T> = { promise: work(controller.signal), controller, passengers: 0 };
    flights.set(key, flight);
    const land = (): void => {
      if (flights.get(key) === flight) flights.delete(key);
    };
    flight.promise.then(land, land);
    return flight;
  };

  return {
    async run(key, work, signal) {
      signal?.throwIfAborted();
      const flight = flights.get(key) ?? start(key, work);
      flight.passengers += 1;
      try {
        return await orAbort(flight.promise, signal);
      } finally {
        flight.passengers -= 1;
        if (flight.passengers === 0) {
          if (flights.get(key) === flight) flights.delete(key);
          flight.controller.abort(signal?.reason);
        }
      }
    },
  };
}
