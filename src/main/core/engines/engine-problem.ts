import { errorCode } from '#core/settings/atomic-file';

export type EngineProblemCode =
  /** Nothing listens at the socket, or there is none. */
  | 'not-running'
  /** The socket belongs to somebody else. */
  | 'no-permission'
  | 'timed-out'
  /** What is there is not an engine, or it broke off. */
  | 'bad-answer'
  /** An address that cannot be used, such as ssh://. */
  | 'unsupported'
  /** The engine itself refused or failed; its words are in the message. */
  | 'refused';

/** Why an engine cannot be used, in words for a person. `status` is the engine's HTTP status where it answered. */
export class EngineProblem extends Error {
  override readonly name = 'EngineProblem';
  readonly status: number | undefined;

  constructor(
    readonly code: EngineProblemCode,
    message: string,
    options: { cause?: unknown; status?: number } = {},
  ) {
    super(message, { cause: options.cause });
    this.status = options.status;
  }
}

const maxTextLength = 500;

/** Words of an engine for a person: one line, no control characters, bounded. */
export const cleanText = (text: string): string => {
  const line = text.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim();
  return line.length > maxTextLength ? `${line.slice(0, maxTextLength)}…` : line;
};

const words = new Map<string, [EngineProblemCode, string]>([
  ['ENOENT', ['not-running', 'there is no such socket; start the engine']],
  ['ECONNREFUSED', ['not-running', 'nothing listens there; start the engine']],
  ['ENOTSOCK', ['not-running', 'there is a file, but no socket']],
  ['EACCES', ['no-permission', 'your account may not use the socket; join the group that owns it']],
  ['EPERM', ['no-permission', 'your account may not use the socket; join the group that owns it']],
  ['ETIMEDOUT', ['timed-out', 'it did not answer in time']],
  ['ENOTFOUND', ['not-running', 'its host name is not known']],
]);

/** A failure of the connection as a problem; an abort stays an abort. */
export function toEngineProblem(error: unknown, address: string): Error {
  if (error instanceof EngineProblem) return error;
  if (error instanceof Error && error.name === 'AbortError') return error;
  const code = errorCode(error) ?? '';
  const [kind, reason] = words.get(code) ?? ['bad-answer', `the connection broke off (${code})`];
  return new EngineProblem(kind, `${address} cannot be used: ${reason}.`, { cause: error });
}
