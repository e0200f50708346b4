import type { Scope } from './auth/scope';
import type { VerbContext } from './context';
import type { RegistryStep } from './errors';
import { parseJsonAnswer } from './json-answer';
import { readList, walkPages } from './pages';
import type { CallOptions, ListTruncation } from './registry-client';

export type NameListQuery<T> = {
  step: RegistryStep;
  /** The field of the answer that holds the names. */
  key: string;
  url(pageSize: number | undefined): URL;
  scopes: readonly Scope[];
  tryParse(text: string): T | undefined;
  options: CallOptions | undefined;
};

export type NamePage<T> = { names: T[]; invalidCount: number; truncatedBy?: ListTruncation };

/** Pages of names, each checked once against its grammar; what is no name is counted and left out. */
export async function* listNames<T>(
  { session, limits }: VerbContext,
  query: NameListQuery<T>,
): AsyncGenerator<NamePage<T>> {
  const { step, key, scopes, options } = query;
  const pages = walkPages(session, {
    step,
    limits,
    first: (pageSize) => ({
      method: 'GET',
      url: query.url(pageSize),
      step,
      scopes,
      headers: { accept: 'application/json' },
      options,
    }),
    read: (answer) => readList(parseJsonAnswer(answer, step), key, answer.url.host, step),
  });
  for await (const { items, truncatedBy } of pages) {
    const names: T[] = [];
    for (const item of items) {
      const name = typeof item === 'string' ? query.tryParse(item) : undefined;
      if (name !== undefined) names.push(name);
    }
    const invalidCount = items.length - names.length;
    yield { names, invalidCount, ...(truncatedBy && { truncatedBy }) };
  }
}
