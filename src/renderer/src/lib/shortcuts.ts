/** True on macOS, where Mod is Cmd. */
const isMac = (): boolean => navigator.userAgent.includes('Mac');

const macNames: Readonly<Record<string, string>> = { Mod: '⌘', Shift: '⇧', Alt: '⌥' };

/** The keys of a shortcut as they are printed on this platform: `Mod+K` → ["Ctrl", "K"] or ["⌘", "K"]. */
export const shortcutKeys = (shortcut: string): readonly string[] =>
  shortcut.split('+').map((key) => {
    if (isMac()) return macNames[key] ?? key;
    return key === 'Mod' ? 'Ctrl' : key;
  });

/** Whether a key press is the shortcut. Letters by what they type, so it works on every keyboard layout. */
export const matchesShortcut = (event: KeyboardEvent, shortcut: string): boolean => {
  const keys = shortcut.split('+');
  const key = keys.at(-1) ?? '';
  const mod = isMac() ? event.metaKey : event.ctrlKey;
  const otherMod = isMac() ? event.ctrlKey : event.metaKey;
  return (
    event.key.toLowerCase() === key.toLowerCase() &&
    mod === keys.includes('Mod') &&
    !otherMod &&
    event.shiftKey === keys.includes('Shift') &&
    event.altKey === keys.includes('Alt')
  );
};
