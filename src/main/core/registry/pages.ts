import { RegistryError, type RegistryStep } from './errors';
import type { RegistryLimits } from './limits';
import { nextTarget } from './link';
import type { ListTruncation } from './registry-client';
import type { Session, SessionRequest } from './session';
import { headerValues } from './transport/headers';
import type { BufferedAnswer } from './transport/shapes';
import { failure } from './words';

export type Page<T> = { items: readonly T[]; answer: BufferedAnswer; truncatedBy?: ListTruncation };

export type Walk<T> = {
  step: RegistryStep;
  limits: RegistryLimits;
  /** The first request, for a page size or, undefined, for the registry's own. */
  first(pageSize: number | undefined): SessionRequest;
  read(answer: BufferedAnswer): readonly T[];
};

/** distribution refuses a page size above its limit instead of clamping it. */
function isPageSizeRefused(error: unknown): boolean {
  return error instanceof RegistryError && error.ociCode === 'PAGINATION_NUMBER_INVALID';
}

async function fetchFirst<T>(session: Session, walk: Walk<T>): Promise<BufferedAnswer> {
  const { pageSize, pageBytes } = walk.limits;
  for (const size of [pageSize, Math.min(pageSize, 100)]) {
    try {
      return await session.fetch(walk.first(size), pageBytes);
    } catch (error) {
      if (!isPageSizeRefused(error)) throw error;
    }
  }
  return session.fetch(walk.first(undefined), pageBytes);
}

/**
 * The next page's URL, resolved against the request (distribution-spec, Listing Tags). A link to another
 * origin would carry the token there and is refused; a registry behind a TLS proxy that writes its own
 * host with http is not.
 */
function resolveNext(answer: BufferedAnswer, base: URL, step: RegistryStep): URL | undefined {
  const target = nextTarget(headerValues(answer.headers, 'link'));
  if (target === undefined) return undefined;
  const detail = { host: base.host, step };
  let next: URL;
  try {
    next = new URL(target, answer.url);
  } catch (error) {
    throw failure('paging-refused', { ...detail, cause: error }, 'The address is not a URL.');
  }
  if (next.protocol === 'http:' && next.host === base.host) next.protocol = base.protocol;
  if (next.origin === base.origin && next.username === '' && next.password === '') return next;
  throw failure('paging-refused', detail, `The address is on ${next.host}.`);
}

/** A page that repeats the one before it: the registry ignores its own link. */
function repeats<T>(items: readonly T[], previous: readonly T[] | undefined): boolean {
  return (
    previous !== undefined &&
    items.length > 0 &&
    items.length === previous.length &&
    items.every((item, index) => item === previous[index])
  );
}

/**
 * Follows Link to the end, one page at a time. What cannot be followed is never left out in silence: a loop
 * and the page cap are told in the last page, a foreign link is thrown after it.
 */
export async function* walkPages<T>(session: Session, walk: Walk<T>): AsyncGenerator<Page<T>> {
  const visited = new Set<string>();
  let answer = await fetchFirst(session, walk);
  let previous: readonly T[] | undefined;
  for (let count = 1; ; count += 1) {
    const items = walk.read(answer);
    if (repeats(items, previous)) {
      yield { items: [], answer, truncatedBy: 'loop' };
      return;
    }
    visited.add(answer.url.href);
    let next: URL | undefined;
    try {
      next = resolveNext(answer, session.base, walk.step);
    } catch (error) {
      yield { items, answer };
      throw error;
    }
    if (!next) {
      yield { items, answer };
      return;
    }
    if (visited.has(next.href) || count >= walk.limits.maxPages) {
      yield { items, answer, truncatedBy: visited.has(next.href) ? 'loop' : 'page-cap' };
      return;
    }
    yield { items, answer };
    previous = items;
    answer = await session.fetch({ ...walk.first(undefined), url: next }, walk.limits.pageBytes);
  }
}

/** The list at `key` of a page. Null and absent are an empty list, as old registries send for emptied repositories. */
export function readList(json: unknown, key: string, host: string, step: RegistryStep): unknown[] {
  const isObject = typeof json === 'object' && json !== null && !Array.isArray(json);
  const value = isObject ? ((json as Record<string, unknown>)[key] ?? []) : undefined;
  if (Array.isArray(value)) return value;
  throw failure('response-malformed', { host, step }, `It has no list of ${key}.`);
}
