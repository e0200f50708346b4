import type { Exchange, RegistryParts, Verbs } from '../parts';
import { sendJson } from '../respond';
import type { Route } from '../routes';
import { cutPage, nextPageHeader, parsePageSize } from './paging';

/** `_catalog` of the Docker API (not in distribution-spec): repositories in ASCII order, page by page. */
async function listRepositories(parts: RegistryParts, exchange: Exchange): Promise<void> {
  const { query, res } = exchange;
  const limit = parts.limits.catalogPage;
  const size = Math.min(parsePageSize(query) ?? limit, limit);
  const page = cutPage(await parts.repositories.list(), query.get('last'), size);
  const body = JSON.stringify({ repositories: page.names });
  const last = page.names.at(-1);
  const headers =
    page.hasMore && last !== undefined
      ? nextPageHeader('/v2/_catalog', { last, n: String(size) })
      : {};
  sendJson(res, body, headers);
}

export const catalogVerbs: Verbs<Extract<Route, { kind: 'catalog' }>> = {
  GET: listRepositories,
  HEAD: listRepositories,
};
