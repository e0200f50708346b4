import type { MantineColorScheme, MantineColorSchemeManager } from '@mantine/core';
import type { Theme } from '#contract/settings';
import { usePreferences } from '#state/preferences';

const toMantine = (theme: Theme): MantineColorScheme => (theme === 'system' ? 'auto' : theme);
const toTheme = (scheme: MantineColorScheme): Theme => (scheme === 'auto' ? 'system' : scheme);

/** Mantine's colour scheme kept in the preferences slice, and so in main's settings: the window stores nothing itself. */
export const createColorSchemeManager = (): MantineColorSchemeManager => {
  let stop: (() => void) | undefined;
  return {
    get: () => toMantine(usePreferences.getState().theme),
    set: (scheme) => usePreferences.getState().setTheme(toTheme(scheme)),
    subscribe: (onUpdate) => {
      stop = usePreferences.subscribe((now, before) => {
        if (now.theme !== before.theme) onUpdate(toMantine(now.theme));
      });
    },
    unsubscribe: () => stop?.(),
    clear: () => undefined,
  };
};
