import { Tabs } from '@mantine/core';
import { type FocusEvent, type ReactNode, useLayoutEffect, useRef } from 'react';
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

/** Where what had the focus goes away with what was shown, its tab takes the focus: the keyboard starts from there. */
const useFocusKept = () => {
  const root = useRef<HTMLDivElement>(null);
  const focused = useRef<Element | null>(null);
  useLayoutEffect(() => {
    const isLost = focused.current?.isConnected === false;
    if (!isLost || document.activeElement !== document.body) return;
    focused.current = null;
    root.current?.querySelector<HTMLElement>('[role="tab"][aria-selected="true"]')?.focus();
  });
  return {
    ref: root,
    onFocus: ({ target }: FocusEvent): void => {
      focused.current = target;
    },
    // Without a new place the focus has not gone elsewhere: its element may be what goes.
    onBlur: ({ relatedTarget }: FocusEvent): void => {
      if (relatedTarget !== null) focused.current = null;
    },
  };
};

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
  const focusKept = useFocusKept();
  const shown = panes.find(({ id }) => id === value) ?? panes[0];
  if (shown === undefined) return null;
  return (
    <Tabs
      {...focusKept}
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
