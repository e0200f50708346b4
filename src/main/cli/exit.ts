/** A mistake in the command line: one plain sentence, exit code 2. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UsageError';
  }
}

/** Exit codes of the `tagboat` command. */
export const exitCodes = { ok: 0, failed: 1, usage: 2 } as const;

/** Ends a command that failed: the reason on stderr, the code for the shell. */
export function reportFailure(error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`tagboat: ${message}\n`);
  process.exitCode = error instanceof UsageError ? exitCodes.usage : exitCodes.failed;
}
