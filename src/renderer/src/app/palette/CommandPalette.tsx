import { Modal } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import {
  type ComponentProps,
  type KeyboardEvent,
  useDeferredValue,
  useEffect,
  useId,
  useMemo,
  useState,
} from 'react';
import { LiveText } from '#components/LiveText';
import { formatCounted } from '#lib/format';
import { usePalette } from '#state/palette';
import { focusRegion } from '../regions';
import classes from './CommandPalette.module.css';
import { type PaletteItem, type PaletteSection, findItems } from './palette-items';
import { PaletteRow } from './PaletteRow';
import { paletteFieldId } from './use-early-keys';
import { usePaletteSource } from './use-palette-source';

const isEnabled = ({ disabledReason }: PaletteItem): boolean => disabledReason === undefined;

/** Going somewhere goes there with the keyboard too. */
const isPlace = ({ key, kind }: PaletteItem): boolean =>
  kind === 'repository' || kind === 'tag' || (kind === 'jump' && !key.startsWith('jump-add'));

const steps: Readonly<Record<string, (at: number, count: number) => number>> = {
  ArrowDown: (at, count) => (at + 1) % count,
  ArrowUp: (at, count) => (at - 1 + count) % count,
  PageDown: (at, count) => Math.min(at + 8, count - 1),
  PageUp: (at) => Math.max(at - 8, 0),
};

const useActiveItem = (items: readonly PaletteItem[], query: string) => {
  const [active, setActive] = useState({ query, at: 0 });
  // Typing starts again at the top.
  const at = active.query === query ? Math.min(active.at, Math.max(0, items.length - 1)) : 0;
  return { at, setAt: (next: number) => setActive({ query, at: next }) };
};

type ListProps = {
  readonly id: string;
  readonly sections: readonly PaletteSection[];
  readonly activeKey: string | undefined;
  readonly idOf: (item: PaletteItem) => string;
  readonly onPress: (item: PaletteItem) => void;
  readonly onPoint: (item: PaletteItem) => void;
};

// A list steered from a combobox has no element of its own in HTML (WAI-ARIA, Combobox with listbox popup).
const listbox = (id: string): ComponentProps<'div'> => ({
  id,
  role: 'listbox',
  'aria-label': 'Places and actions',
});
const group = (title: string): ComponentProps<'div'> => ({ role: 'group', 'aria-label': title });

const PaletteList = ({ id, sections, activeKey, idOf, onPress, onPoint }: ListProps) => (
  <div className={classes['list']} {...listbox(id)}>
    {sections.map(({ title, items }) => (
      <div key={title} {...group(title)}>
        <div className={classes['section']} aria-hidden>
          {title}
        </div>
        {items.map((item) => (
          <PaletteRow
            key={item.key}
            id={idOf(item)}
            item={item}
            isActive={item.key === activeKey}
            onPress={() => onPress(item)}
            onPoint={() => onPoint(item)}
          />
        ))}
      </div>
    ))}
  </div>
);

/** Presses the first entry once it is there, where Enter came before the list. */
const useEnteredEarly = (isUpToDate: boolean, pressActive: () => void): void => {
  const isEnterWanted = usePalette((state) => state.isEnterWanted);
  useEffect(() => {
    if (!isEnterWanted || !isUpToDate) return;
    usePalette.getState().setEnterWanted(false);
    pressActive();
  });
};

const Palette = () => {
  const closePalette = usePalette((state) => state.closePalette);
  const query = usePalette((state) => state.query);
  const setQuery = usePalette((state) => state.setQuery);
  const shownQuery = useDeferredValue(query);
  const source = usePaletteSource();
  const sections = useMemo(() => findItems(shownQuery, source), [shownQuery, source]);
  const items = useMemo(() => sections.flatMap((section) => section.items), [sections]);
  const { at, setAt } = useActiveItem(items, shownQuery);
  const listId = useId();
  const idOf = (item: PaletteItem): string => `${listId}-${item.key}`;
  const active = items[at];
  const activeId = active === undefined ? undefined : idOf(active);
  useEffect(() => {
    if (activeId !== undefined) {
      document.getElementById(activeId)?.scrollIntoView({ block: 'nearest' });
    }
  }, [activeId]);

  const press = (item: PaletteItem): void => {
    if (!isEnabled(item)) return;
    closePalette();
    // After the palette has given the focus back, so that what opens now takes it from there.
    setTimeout(() => {
      item.run();
      const main = document.getElementById('region-main');
      if (isPlace(item) && main !== null) focusRegion(main);
    }, 0);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = steps[event.key];
    if (step !== undefined && items.length > 0) {
      event.preventDefault();
      setAt(step(at, items.length));
    } else if (event.key === 'Enter' && active !== undefined) {
      event.preventDefault();
      press(active);
    }
  };

  useEnteredEarly(query === shownQuery, () => {
    if (active !== undefined) press(active);
  });

  return (
    <>
      <div className={classes['field']}>
        <IconSearch size={17} stroke={1.7} aria-hidden />
        <input
          id={paletteFieldId}
          className={classes['input']}
          role="combobox"
          aria-expanded
          aria-autocomplete="list"
          aria-controls={listId}
          aria-activedescendant={activeId}
          aria-label="Go to registry, repository, tag, action"
          placeholder="Registry, repository, tag or action; host/repository:tag opens it"
          spellCheck={false}
          autoComplete="off"
          data-autofocus
          value={query}
          onChange={(event) => setQuery(event.currentTarget.value)}
          onKeyDown={onKeyDown}
        />
      </div>
      {items.length === 0 && (
        <p className={classes['empty']}>
          Nothing known matches. A whole reference such as docker.io/library/debian:12 works too.
        </p>
      )}
      <PaletteList
        id={listId}
        sections={sections}
        activeKey={active?.key}
        idOf={idOf}
        onPress={press}
        onPoint={(item) => setAt(items.indexOf(item))}
      />
      <LiveText text={formatCounted(items.length, 'match', 'matches')} />
    </>
  );
};

/** Finds every registry, repository, tag and action by a few letters; by keyboard alone. */
export const CommandPalette = () => {
  const closePalette = usePalette((state) => state.closePalette);
  return (
    <Modal.Root opened onClose={closePalette} size={640} yOffset="10vh" padding={0}>
      <Modal.Overlay />
      <Modal.Content aria-label="Go to" className={classes['content'] ?? ''}>
        <Modal.Body p={0}>
          <Palette />
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
};
