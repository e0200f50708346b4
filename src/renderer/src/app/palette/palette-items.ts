import type { RegistryView } from '#contract/registry';
import { visibleText } from '#oci/text';
import type { Action } from '#state/actions';
import { useDialogs } from '#state/dialogs';
import { useSelection } from '#state/selection';
import { type Scored, bestMatches, wordsOf } from './fuzzy';
import { type Jump, findJumps } from './jump';

export type PaletteItem = {
  readonly key: string;
  readonly kind: 'jump' | 'action' | 'registry' | 'repository' | 'tag';
  readonly title: string;
  /** Muted words after the title: the registry of a repository, the section of an action. */
  readonly hint?: string;
  readonly product?: string;
  readonly shortcut?: string;
  readonly disabledReason?: string | undefined;
  readonly run: () => void;
};

export type PaletteSection = { readonly title: string; readonly items: readonly PaletteItem[] };

export type PaletteSource = {
  readonly actions: readonly Action[];
  readonly registries: readonly RegistryView[];
  /** Names known so far, by registry. */
  readonly repositories: readonly {
    readonly registry: RegistryView;
    readonly names: readonly string[];
  }[];
  readonly openRegistryId: string | null;
  readonly openRepository: string | null;
  readonly tags: readonly string[];
};

const openPlace = (registryId: string, repository: string, tag?: string): void =>
  useSelection.getState().selectRepository(registryId, repository, tag);

const jumpItem = (jump: Jump): PaletteItem => {
  if (jump.kind === 'add-registry') {
    return {
      key: `jump-add-${jump.host}`,
      kind: 'jump',
      title: `Add registry ${jump.host}…`,
      run: () => useDialogs.getState().openDialog({ kind: 'add-registry', address: jump.host }),
    };
  }
  const { registry, repository, tag, digest } = jump;
  const point = `${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`;
  return {
    key: `jump-${registry.id}-${repository}${point}`,
    kind: 'jump',
    title: `Open ${repository}${point}`,
    hint: visibleText(registry.name),
    run: () => {
      openPlace(registry.id, repository, tag);
      if (digest !== undefined) useSelection.getState().openDigest(digest);
    },
  };
};

const actionItem = (action: Action): PaletteItem => ({
  key: `action-${action.id}`,
  kind: 'action',
  title: action.title,
  hint: action.section,
  ...(action.shortcut === undefined ? {} : { shortcut: action.shortcut }),
  disabledReason: action.disabledReason,
  run: action.run,
});

const registryItem = ({ id, name, host, product }: RegistryView): PaletteItem => ({
  key: `registry-${id}`,
  kind: 'registry',
  title: visibleText(name),
  ...(host === name ? {} : { hint: visibleText(host) }),
  product,
  run: () => useSelection.getState().selectRegistry(id),
});

type Found = {
  readonly title: string;
  readonly best: number;
  readonly items: readonly PaletteItem[];
};

const section = <T>(
  title: string,
  matches: readonly Scored<T>[],
  toItem: (item: T) => PaletteItem,
): Found => ({
  title,
  best: matches[0]?.score ?? Number.NEGATIVE_INFINITY,
  items: matches.map(({ item }) => toItem(item)),
});

const repositoriesSection = (source: PaletteSource, words: readonly string[]): Found => {
  const matches = source.repositories
    .flatMap(({ registry, names }) =>
      bestMatches(names, words, (name) => name, 30).map(({ item, score }) => ({
        item: { registry, name: item },
        // The open registry's repositories come first among equals.
        score: score + (registry.id === source.openRegistryId ? 2 : 0),
      })),
    )
    .toSorted((a, b) => b.score - a.score)
    .slice(0, 30);
  return section('Repositories', matches, ({ registry, name }) => ({
    key: `repository-${registry.id}-${name}`,
    kind: 'repository',
    title: name,
    hint: visibleText(registry.name),
    run: () => openPlace(registry.id, name),
  }));
};

const tagsSection = (source: PaletteSource, words: readonly string[]): Found => {
  const { openRegistryId: registryId, openRepository: repository, tags } = source;
  if (registryId === null || repository === null) return section('Tags', [], actionItem);
  return section(
    `Tags of ${repository}`,
    bestMatches(tags, words, (tag) => tag, 20),
    (tag) => ({
      key: `tag-${tag}`,
      kind: 'tag',
      title: tag,
      run: () => useSelection.getState().selectTag(tag),
    }),
  );
};

/** A shortcut's own action is no news in the palette. */
const isListed = ({ id }: Action): boolean => id !== 'app.palette';

/** The title last: what is typed is meant for it, and the end of a text counts most. */
const actionText = ({ title, section: part, keywords }: Action): string =>
  `${part} ${keywords ?? ''} ${title.replace('…', '')}`;

/** What the palette shows for a text: the place it names first, then the sections, the best match on top. */
export const findItems = (query: string, source: PaletteSource): readonly PaletteSection[] => {
  const words = wordsOf(query);
  const actions = section(
    'Actions',
    bestMatches(source.actions.filter(isListed), words, actionText, words.length === 0 ? 30 : 12),
    actionItem,
  );
  const registries = section(
    'Registries',
    bestMatches(source.registries, words, ({ name, host }) => `${name} ${host}`, 12),
    registryItem,
  );
  if (words.length === 0) return [registries, actions].filter(({ items }) => items.length > 0);
  const found = [
    actions,
    registries,
    tagsSection(source, words),
    repositoriesSection(source, words),
  ].toSorted((a, b) => b.best - a.best);
  const jumps = {
    title: 'Go to',
    items: findJumps(query, source.registries, source.openRegistryId).map(jumpItem),
  };
  // A text with a slash, a colon or an @ is a place; a bare word is first of all something to look for.
  const isPlace = /[/:@]/u.test(query);
  const sections = isPlace ? [jumps, ...found] : [...found, jumps];
  return sections.filter(({ items }) => items.length > 0);
};
