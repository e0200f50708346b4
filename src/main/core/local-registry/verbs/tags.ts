import { faults } from '../errors';
import type { Exchange, RegistryParts, Verbs } from '../parts';
import { sendJson } from '../respond';
import type { Route } from '../routes';
import { cutPage, nextPageHeader, parsePageSize } from './paging';

type TagsRoute = Extract<Route, { kind: 'tags' }>;

/** Whole answers by the list they were made from, which is replaced when the tags change. */
const wholeAnswers = new WeakMap<object, Buffer>();

/** distribution-spec, Listing Tags: all tags in ASCII order, or the page that `n` and `last` ask for. */
async function listTags(
  parts: RegistryParts,
  { query, res }: Exchange,
  { name }: TagsRoute,
): Promise<void> {
  const size = parsePageSize(query);
  const last = query.get('last');
  const list = await parts.tags.list(name);
  if (list === undefined) throw faults.nameUnknown(name);
  if (size === undefined && last === null) {
    let body = wholeAnswers.get(list);
    if (body === undefined) {
      body = Buffer.from(JSON.stringify({ name, tags: list.names }));
      wholeAnswers.set(list, body);
    }
    sendJson(res, body);
    return;
  }
  const page = cutPage(list.names, last, size);
  const end = page.names.at(-1);
  const headers =
    page.hasMore && end !== undefined
      ? nextPageHeader(`/v2/${name}/tags/list`, { last: end, n: String(size) })
      : {};
  sendJson(res, JSON.stringify({ name, tags: page.names }), headers);
}

export const tagVerbs: Verbs<TagsRoute> = { GET: listTags, HEAD: listTags };
