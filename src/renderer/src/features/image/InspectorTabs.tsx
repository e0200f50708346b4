import { Tabs } from '@mantine/core';
import type { ReactNode } from 'react';
import type { InspectorTab } from '#contract/settings';
import classes from './InspectorTabs.module.css';

export type TabPane = {
  readonly id: InspectorTab;
  readonly title: string;
  readonly render: () => ReactNode;
  /** The pane scrolls by itself (a virtual list). */
  readonly isFilling?: boolean;
};

const isTab = (panes: readonly TabPane[], value: string | null): value is InspectorTab =>
  panes.some(({ id }) => id === value);

/** Tabs in one line. Where they do not fit the line scrolls, and its edge fades to say so; the chosen tab is always in view. */
export const InspectorTabs = ({
  panes,
  value,
  onChange,
}: {
  readonly panes: readonly TabPane[];
  readonly value: InspectorTab;
  readonly onChange: (tab: InspectorTab) => void;
}) => {
  const shown = panes.find(({ id }) => id === value) ?? panes[0];
  if (shown === undefined) return null;
  return (
    <Tabs
      value={shown.id}
      onChange={(next) => {
        if (isTab(panes, next)) onChange(next);
      }}
      keepMounted={false}
      className={classes['root'] ?? ''}
    >
      <Tabs.List className={classes['list'] ?? ''} aria-label="Parts of the image">
        {panes.map(({ id, title }) => (
          <Tabs.Tab
            key={id}
            value={id}
            className={classes['tab'] ?? ''}
            onFocus={(event) =>
              event.currentTarget.scrollIntoView?.({ block: 'nearest', inline: 'nearest' })
            }
          >
            {title}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      <Tabs.Panel
        value={shown.id}
        className={classes['panel'] ?? ''}
        data-filling={shown.isFilling || undefined}
        tabIndex={shown.isFilling === true ? -1 : 0}
      >
        {shown.render()}
      </Tabs.Panel>
    </Tabs>
  );
};
