import type { RegistryStep } from './errors';
import { contentTypeOf, headerValue } from './transport/headers';
import type { BufferedAnswer } from './transport/shapes';
import { isWebPage } from './wire-error';
import { failure } from './words';

/**
 * The JSON of a successful answer. Throws `not-a-registry` for a web page (a login page, a proxy's notice) and
 * `response-malformed` for anything else that is not JSON.
 */
export function parseJsonAnswer(answer: BufferedAnswer, step: RegistryStep): unknown {
  const detail = { host: answer.url.host, step, status: answer.status };
  if (isWebPage(contentTypeOf(answer.headers), answer.bytes)) {
    throw failure('not-a-registry', detail, 'The answer is a web page.');
  }
  const encoding = headerValue(answer.headers, 'content-encoding')?.trim().toLowerCase();
  if (encoding !== undefined && encoding !== '' && encoding !== 'identity') {
    throw failure(
      'response-malformed',
      detail,
      'It is compressed, although that was not asked for.',
    );
  }
  try {
    return JSON.parse(answer.bytes.toString('utf8'));
  } catch (error) {
    throw failure('response-malformed', { ...detail, cause: error }, 'It is not valid JSON.');
  }
}
