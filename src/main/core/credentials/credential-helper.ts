import { posix, win32 } from 'node:path';
import { z } from 'zod';
import { toLogin } from './auth-file';
import type { StoredCredential } from './credential';
import { CredentialError } from './credential-error';
import { findProgram, helperDirectories } from './helper-search';
import { runHelper } from './run-helper';
import type { HelperFailure, HelperOutcome } from './run-helper';
import type { ToolEnvironment } from './tool-environment';

/** A list of thousands of logins stays below it. */
const maxOutputBytes = 1024 * 1024;
const suffixPattern = /^[A-Za-z0-9_-]{1,64}$/u;

const answerSchema = z.object({ Username: z.string(), Secret: z.string() });
/** Go writes an empty list as null. */
const listSchema = z.record(z.string(), z.string()).nullable();

/** What a helper says, with exit code 1, when it has no login for a server (docker-credential-helpers, credentials/error.go). */
const notFoundTexts = [
  'credentials not found in native keychain',
  'no credentials server URL',
  'no credentials username',
];

/**
 * `docker-credential-<suffix> get`: the login for a server, as the helper's keys spell it; undefined when it has none.
 * Throws a `CredentialError` (`helper-failed`) when the helper is missing, fails or does not answer.
 */
export async function getFromHelper(
  suffix: string,
  serverKey: string,
  environment: ToolEnvironment,
): Promise<StoredCredential | undefined> {
  const outcome = await run(suffix, 'get', serverKey, environment);
  const output = outcomeText(suffix, outcome);
  if (output === undefined) return undefined;
  const answer = answerSchema.safeParse(tryParseJson(output)).data;
  if (answer === undefined) throw failed(suffix, 'gave an answer that cannot be understood');
  return toLogin(answer.Username, answer.Secret);
}

/** `docker-credential-<suffix> list`: user names by server key. Reads no secret, so it asks for no passphrase. */
export async function listFromHelper(
  suffix: string,
  environment: ToolEnvironment,
): Promise<ReadonlyMap<string, string>> {
  const outcome = await run(suffix, 'list', 'unused', environment);
  const list = listSchema.safeParse(tryParseJson(outcomeText(suffix, outcome) ?? '{}')).data;
  if (list === undefined) throw failed(suffix, 'gave a list that cannot be understood');
  return new Map(Object.entries(list ?? {}));
}

/** The program's name, for people. */
export function helperName(suffix: string): string {
  return suffixPattern.test(suffix) ? `docker-credential-${suffix}` : 'a credential helper';
}

async function run(
  suffix: string,
  verb: 'get' | 'list',
  input: string,
  environment: ToolEnvironment,
): Promise<HelperOutcome> {
  if (!suffixPattern.test(suffix)) {
    throw new CredentialError('helper-failed', 'The name of the credential helper is not valid.');
  }
  const program = await findProgram(helperName(suffix), environment);
  if (program === undefined) {
    throw failed(
      suffix,
      'was not found on the PATH or in the usual places. Install it, or log in again',
    );
  }
  const timeoutMs = environment.helperTimeoutMs;
  const env = helperEnv(environment);
  return runHelper({ program, verb, input, env, timeoutMs, maxOutputBytes });
}

/** Helpers start programs themselves (`pass`, `gpg`, `aws`), which are missing from a desktop program's PATH as well. */
function helperEnv(environment: ToolEnvironment): Record<string, string | undefined> {
  const { delimiter } = environment.platform === 'win32' ? win32 : posix;
  const { Path: _path, ...rest } = environment.env;
  return { ...rest, PATH: helperDirectories(environment).join(delimiter) };
}

const failures: Readonly<Record<HelperFailure, string>> = {
  'not-started': 'could not be started',
  'timed-out': 'did not answer in time',
  'too-much-output': 'gave an answer that is too long',
};

/** The output of a successful run; undefined for "not found". What a failed helper printed may hold secrets and is dropped. */
function outcomeText(suffix: string, outcome: HelperOutcome): string | undefined {
  if (outcome.kind === 'failed') throw failed(suffix, failures[outcome.reason]);
  if (outcome.exitCode === 0) return outcome.output;
  if (notFoundTexts.includes(outcome.output.trim())) return undefined;
  throw failed(suffix, `failed with exit code ${outcome.exitCode}`);
}

function failed(suffix: string, what: string): CredentialError {
  return new CredentialError('helper-failed', `${helperName(suffix)} ${what}.`);
}

function tryParseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
