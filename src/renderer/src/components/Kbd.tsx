import { shortcutKeys } from '#lib/shortcuts';
import classes from './Kbd.module.css';

/** A keyboard shortcut as keys: `Mod+K`. */
export const Kbd = ({ shortcut }: { readonly shortcut: string }) => (
  <span className={classes['keys']}>
    {shortcutKeys(shortcut).map((key) => (
      <kbd key={key} className={classes['key']}>
        {key}
      </kbd>
    ))}
  </span>
);
