type Shortcut = { readonly id: string; readonly title: string; readonly shortcut: string };

/** Keys that belong to a part of the window and not to an action of the palette. */
export const fixedShortcuts: readonly Shortcut[] = [
  { id: 'regions', title: 'Next pane', shortcut: 'F6' },
  { id: 'regions-back', title: 'Previous pane', shortcut: 'Shift+F6' },
  { id: 'menu', title: 'Menu of a row', shortcut: 'Shift+F10' },
  { id: 'tick', title: 'Tick a tag', shortcut: 'Space' },
  { id: 'add-tag', title: 'Add a tag to the image of a row', shortcut: 'T' },
  { id: 'rename', title: 'Rename the tag of a row', shortcut: 'F2' },
  { id: 'delete', title: 'Delete the ticked tags, or the row', shortcut: 'Delete' },
  { id: 'open', title: 'Open a row', shortcut: 'Enter' },
  { id: 'escape', title: 'Clear the filter, close a dialog', shortcut: 'Escape' },
];
