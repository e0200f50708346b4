import { CertificateProblem } from '#core/certificates/index';
import type { ProcessExit } from '../messages';
import { RuntimeProblem, type RuntimeFault } from '../view';

/** Why a registry that should run does not, for the page. */
export function describeExit(exit: ProcessExit & { fatal: string | undefined }): RuntimeFault {
  return {
    code: 'registry-failed',
    message: `The process of the local registry ended. ${describeCause(exit)} What was stored is kept; a push that was under way has to be sent again. Start the registry again.`,
  };
}

function describeCause({
  code,
  signal,
  fatal,
}: ProcessExit & { fatal: string | undefined }): string {
  if (fatal !== undefined) return fatal;
  // Electron gives the signal's number, shells give 128 more.
  if (signal === 'SIGKILL' || code === 9 || code === 137) {
    return 'It was killed from outside, perhaps by the system because memory was short.';
  }
  if (signal !== undefined) return `It was ended by the signal ${signal}.`;
  return code === 0 ? 'It was asked to end from outside.' : `Its exit code was ${String(code)}.`;
}

export const silentFault: RuntimeFault = {
  code: 'registry-failed',
  message:
    'The process of the local registry did not answer while it started, so it was ended. The disk of the storage folder may hang. Check it, then start the registry again.',
};

export const busyProblem = (what: string): RuntimeProblem =>
  new RuntimeProblem(
    'repository-busy',
    `${what} Wait until that ends, or cancel it, then try again.`,
  );

export const closedProblem = (): RuntimeProblem =>
  new RuntimeProblem('registry-failed', 'Tagboat is closing, and the local registry with it.');

/** Whatever was thrown, as the problem that callers are told about. */
export function toProblem(error: unknown): RuntimeProblem {
  if (error instanceof RuntimeProblem) return error;
  if (error instanceof CertificateProblem) {
    const code = error.code === 'host-name' ? 'input-invalid' : 'storage-failed';
    return new RuntimeProblem(code, error.message, { field: 'tls', cause: error });
  }
  const reason = error instanceof Error ? error.message : String(error);
  return new RuntimeProblem('internal', `The local registry could not do that: ${reason}`, {
    cause: error,
  });
}
