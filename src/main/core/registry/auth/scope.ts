/**
 * One entry of an access scope, for example `repository:team/app:pull,push` (distribution, token scope
 * documentation). `actions` is sorted and without duplicates.
 */
export type Scope = { type: string; name: string; actions: readonly string[] };

const actionPattern = /^[a-z*]+$/i;
const typePattern = /^[a-z0-9]+(\([a-z0-9]+\))?$/i;

/** Splits at the first and the last colon, because a name may hold `host:port`. Undefined when malformed. */
export function tryParseScope(text: string): Scope | undefined {
  const first = text.indexOf(':');
  const last = text.lastIndexOf(':');
  if (first === -1 || first === last) return undefined;
  const type = text.slice(0, first);
  const name = text.slice(first + 1, last);
  const actions = text.slice(last + 1).split(',');
  if (!typePattern.test(type) || name === '' || /\s/.test(name)) return undefined;
  return actions.every((action) => actionPattern.test(action))
    ? { type, name, actions: sortedSet(actions) }
    : undefined;
}

/** Reads a space-separated list; malformed entries are left out. */
export function parseScopes(text: string | undefined): Scope[] {
  return (text ?? '').split(/\s+/).flatMap((part) => tryParseScope(part) ?? []);
}

export function formatScope(scope: Scope): string {
  return `${scope.type}:${scope.name}:${scope.actions.join(',')}`;
}

/** What a request on a repository needs. */
export function repositoryScope(repository: string, ...actions: string[]): Scope {
  return { type: 'repository', name: repository, actions: sortedSet(actions) };
}

/** What listing all repositories needs. */
export const catalogScope: Scope = { type: 'registry', name: 'catalog', actions: ['*'] };

/** One entry for each type and name, with the actions of both sides, in a canonical order. */
export function unionScopes(left: readonly Scope[], right: readonly Scope[]): Scope[] {
  const merged = new Map<string, Scope>();
  for (const scope of [...left, ...right]) {
    const key = `${scope.type}:${scope.name}`;
    const known = merged.get(key);
    const actions = sortedSet([...(known?.actions ?? []), ...scope.actions]);
    merged.set(key, { ...scope, actions });
  }
  return [...merged.values()].sort((a, b) => compareText(formatScope(a), formatScope(b)));
}

/** True when a token for `granted` serves a request that needs `needed`. `*` stands for every action. */
export function coversScopes(granted: readonly Scope[], needed: readonly Scope[]): boolean {
  return needed.every((need) =>
    granted.some(
      (grant) =>
        grant.type === need.type &&
        grant.name === need.name &&
        (grant.actions.includes('*') ||
          need.actions.every((action) => grant.actions.includes(action))),
    ),
  );
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function sortedSet(values: readonly string[]): string[] {
  return [...new Set(values)].sort(compareText);
}
