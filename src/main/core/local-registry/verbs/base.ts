import type { Route } from '../routes';
import type { Verbs } from '../parts';
import { sendJson } from '../respond';

/** distribution-spec, Determining Support: 200 says that this is a registry. */
export const baseVerbs: Verbs<Extract<Route, { kind: 'base' }>> = {
  GET: async (_parts, { res }) => {
    sendJson(res, '{}');
  },
  HEAD: async (_parts, { res }) => {
    sendJson(res, '{}');
  },
};
