import type { Readable } from 'node:stream';
import { cleanText, EngineProblem, toEngineProblem } from './engine-problem';

/** One line of a pull, push or load: the fields that both engines use; others are left in `raw`. */
export type EngineMessage = {
  readonly status?: string;
  readonly stream?: string;
  readonly id?: string;
  readonly progress?: { readonly current?: number; readonly total?: number };
  readonly raw: Readonly<Record<string, unknown>>;
};

/** Longer lines are no progress. */
const maxLineBytes = 1024 * 1024;

/**
 * Newline-separated JSON after a status of 200. A failure comes in the stream as `{"error"}` and is thrown as
 * EngineProblem; so is a stream that breaks off in the middle.
 */
export async function* readMessages(
  body: Readable,
  address: string,
): AsyncGenerator<EngineMessage, void, undefined> {
  let rest = Buffer.alloc(0);
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      rest = Buffer.concat([rest, chunk]);
      for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10)) {
        const line = rest.subarray(0, end);
        rest = rest.subarray(end + 1);
        yield* parseLine(line.toString('utf8'), address);
      }
      if (rest.byteLength > maxLineBytes) throw notLikeAnEngine(address);
    }
    yield* parseLine(rest.toString('utf8'), address);
  } catch (error) {
    throw toEngineProblem(error, address);
  } finally {
    body.destroy();
  }
}

function* parseLine(line: string, address: string): Generator<EngineMessage> {
  if (line.trim() === '') return;
  const raw = tryParseObject(line);
  if (raw === undefined) throw notLikeAnEngine(address);
  const failure = failureIn(raw);
  if (failure !== undefined) throw new EngineProblem('refused', cleanText(failure));
  const progress = tryParseProgress(raw['progressDetail']);
  yield {
    ...textField('status', raw['status']),
    ...textField('stream', raw['stream']),
    ...textField('id', raw['id']),
    ...(progress && { progress }),
    raw,
  };
}

function tryParseObject(line: string): Record<string, unknown> | undefined {
  try {
    const parsed: unknown = JSON.parse(line);
    return isRecord(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

/** `{"error"}` of both engines, `{"errorDetail":{"message"}}` of Docker. */
function failureIn(raw: Readonly<Record<string, unknown>>): string | undefined {
  const { error, errorDetail } = raw;
  if (typeof error === 'string' && error !== '') return error;
  const message = isRecord(errorDetail) ? errorDetail['message'] : undefined;
  return typeof message === 'string' && message !== '' ? message : undefined;
}

function tryParseProgress(value: unknown): EngineMessage['progress'] {
  if (!isRecord(value)) return undefined;
  const { current, total } = value;
  return {
    ...(typeof current === 'number' && { current }),
    ...(typeof total === 'number' && { total }),
  };
}

const textField = <Name extends string>(
  name: Name,
  value: unknown,
): Partial<Record<Name, string>> =>
  typeof value === 'string' ? ({ [name]: value } as Record<Name, string>) : {};

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const notLikeAnEngine = (address: string): EngineProblem =>
  new EngineProblem('bad-answer', `${address} did not answer like a container engine.`);
