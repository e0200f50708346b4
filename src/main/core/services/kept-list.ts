import type { SavedRegistry } from '#core/settings/schema';
import type { SettingsStore } from '#core/settings/settings';
import { ServiceFailure } from './failure';
import type { RegistryFacts } from './registry-view';

/** A registry that stands first in the list, is not in the settings' list and cannot be edited or removed there. */
export type PinnedRegistry = {
  /** As it would be saved at this moment; the id is always the same. */
  readonly saved: () => SavedRegistry;
  readonly facts: () => RegistryFacts;
  /** Keeps the marks of `saved`; all else is decided by what is behind it. */
  readonly keepMarks: (saved: SavedRegistry) => void;
  /** Calls back after a change. `isElsewhere`: clients of before are of no use any more. */
  readonly watch: (listener: (isElsewhere: boolean) => void) => () => void;
};

/** Registries by id: the pinned one, then those in the settings file. */
export type KeptList = {
  readonly all: () => readonly SavedRegistry[];
  /** Throws `registry-unknown`. */
  readonly get: (registryId: string) => SavedRegistry;
  readonly isPinned: (registryId: string) => boolean;
  readonly add: (saved: SavedRegistry) => void;
  readonly replace: (saved: SavedRegistry) => void;
  readonly remove: (registryId: string) => void;
};

export const createKeptList = (settings: SettingsStore, pinned?: PinnedRegistry): KeptList => {
  const listed = (): readonly SavedRegistry[] => settings.current().registries;
  const all = (): readonly SavedRegistry[] =>
    pinned === undefined ? listed() : [pinned.saved(), ...listed()];
  const isPinned = (registryId: string): boolean => pinned?.saved().id === registryId;
  const write = (registries: readonly SavedRegistry[]): void =>
    void settings.update((current) => ({ ...current, registries }));
  return {
    all,
    isPinned,
    get: (registryId) => {
      const saved = all().find(({ id }) => id === registryId);
      if (saved) return saved;
      throw new ServiceFailure('registry-unknown', 'This registry is no longer in the list.');
    },
    add: (saved) => write([...listed(), saved]),
    replace: (saved) => {
      if (isPinned(saved.id)) pinned?.keepMarks(saved);
      else write(listed().map((one) => (one.id === saved.id ? saved : one)));
    },
    remove: (registryId) => write(listed().filter(({ id }) => id !== registryId)),
  };
};
