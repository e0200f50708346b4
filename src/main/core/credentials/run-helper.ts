import { spawn } from 'node:child_process';

export type HelperRun = {
  /** Absolute path of the program. */
  readonly program: string;
  /** The one argument: `get` or `list`. */
  readonly verb: 'get' | 'list';
  readonly input: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly timeoutMs: number;
  /** More output than this ends the run. */
  readonly maxOutputBytes: number;
};

/** `output` holds secrets after a `get`: it is parsed and dropped, never logged or put into an error. */
export type HelperOutcome =
  | { readonly kind: 'exited'; readonly exitCode: number; readonly output: string }
  | { readonly kind: 'failed'; readonly reason: HelperFailure };

export type HelperFailure = 'not-started' | 'timed-out' | 'too-much-output';

/** Runs a credential helper without a shell. Always ends: at the exit, the time-out or the output limit. */
export function runHelper(run: HelperRun): Promise<HelperOutcome> {
  return new Promise((resolve) => {
    const child = spawn(run.program, [run.verb], {
      shell: false,
      windowsHide: true,
      stdio: ['pipe', 'pipe', 'ignore'],
      env: { ...run.env },
    });
    const chunks: Buffer[] = [];
    let sizeBytes = 0;
    const finish = (outcome: HelperOutcome): void => {
      clearTimeout(timer);
      // What the helper started itself may hold the pipe open after its end.
      child.stdout.destroy();
      child.stdin.destroy();
      child.kill('SIGKILL');
      resolve(outcome);
    };
    const fail = (reason: HelperFailure): void => finish({ kind: 'failed', reason });
    const timer = setTimeout(() => fail('timed-out'), run.timeoutMs);
    child.on('error', () => fail('not-started'));
    child.stdout.on('data', (chunk: Buffer) => {
      sizeBytes += chunk.byteLength;
      if (sizeBytes > run.maxOutputBytes) fail('too-much-output');
      else chunks.push(chunk);
    });
    child.on('close', (exitCode) => {
      const output = Buffer.concat(chunks).toString('utf8');
      finish({ kind: 'exited', exitCode: exitCode ?? -1, output });
    });
    // A helper that reads nothing closes its input early; its exit code tells the rest.
    child.stdin.on('error', () => undefined);
    child.stdin.end(run.input);
  });
}
