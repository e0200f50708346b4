import { Menu } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './ContextMenu.module.css';
import { Kbd } from './Kbd';

export type MenuEntry =
  | 'divider'
  | {
      readonly label: string;
      readonly icon?: ReactNode;
      readonly shortcut?: string;
      readonly isDangerous?: boolean;
      /** Why it cannot be chosen now; shown below the label. */
      readonly disabledReason?: string | undefined;
      readonly run: () => void;
    };

/** Where a menu opens, in window coordinates. */
export type MenuAnchor = { readonly x: number; readonly y: number };

const Entry = ({ entry }: { readonly entry: Exclude<MenuEntry, 'divider'> }) => (
  <Menu.Item
    leftSection={entry.icon}
    rightSection={entry.shortcut === undefined ? undefined : <Kbd shortcut={entry.shortcut} />}
    data-dangerous={entry.isDangerous === true || undefined}
    aria-disabled={entry.disabledReason === undefined ? undefined : true}
    className={classes['item'] ?? ''}
    closeMenuOnClick={entry.disabledReason === undefined}
    onClick={() => {
      if (entry.disabledReason === undefined) entry.run();
    }}
  >
    {entry.label}
    {entry.disabledReason !== undefined && (
      <span className={classes['reason']}>{entry.disabledReason}</span>
    )}
  </Menu.Item>
);

/** A menu at a point: for a right click, the menu key and a row's ⋯ button alike. Null closes it. */
export const ContextMenu = ({
  label,
  anchor,
  entries,
  onClose,
}: {
  readonly label: string;
  readonly anchor: MenuAnchor | null;
  readonly entries: readonly MenuEntry[];
  readonly onClose: () => void;
}) => (
  <Menu
    opened={anchor !== null}
    onChange={(isOpen) => {
      if (!isOpen) onClose();
    }}
    position="bottom-start"
    offset={2}
    returnFocus
  >
    <Menu.Target>
      <span
        className={classes['anchor']}
        style={{ left: anchor?.x ?? 0, top: anchor?.y ?? 0 }}
        aria-hidden
      />
    </Menu.Target>
    <Menu.Dropdown aria-label={label} aria-labelledby={undefined}>
      {entries.map((entry, at) =>
        entry === 'divider' ? (
          <Menu.Divider key={`divider-${at}`} />
        ) : (
          <Entry key={entry.label} entry={entry} />
        ),
      )}
    </Menu.Dropdown>
  </Menu>
);
