/** Progress and trouble go to stderr, so that stdout stays the caller's own (`npm run --silent registry`). */
const isQuiet = process.argv.includes('--quiet');

/** Tells what is being done now; silent with --quiet. */
export function say(message) {
  if (!isQuiet) process.stderr.write(`tagboat: ${message}\n`);
}

const HEARTBEAT_MS = 30_000;

/** Tells what is being done, and every half minute that it still is; returns what `work` gives. */
export async function withHeartbeat(message, work) {
  const startedAt = Date.now();
  say(message);
  const timer = setInterval(() => {
    say(`  still at it, ${Math.round((Date.now() - startedAt) / 1000)} s so far`);
  }, HEARTBEAT_MS);
  try {
    return await work;
  } finally {
    clearInterval(timer);
  }
}

/** Tells something the user must know, even with --quiet. */
export function warn(message) {
  process.stderr.write(`tagboat: ${message}\n`);
}

/** A failure whose message is meant for the person at the terminal: printed without a stack. */
export class SetUpError extends Error {
  name = 'SetUpError';
}

/** Prints the failure in words and ends with exit code 1; an unexpected error keeps its stack. */
export function fail(error) {
  const text = error instanceof SetUpError ? error.message : (error?.stack ?? String(error));
  process.stderr.write(`tagboat: ${text}\n`);
  process.exit(1);
}
