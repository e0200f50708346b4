import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { type KeyboardEvent, useState } from 'react';
import type { RegistryView } from '#contract/registry';
import { ContextMenu, type MenuAnchor } from '#components/ContextMenu';
import { IconAction } from '#components/IconAction';
import { PaneHeader } from '#components/PaneHeader';
import { SkeletonRows } from '#components/SkeletonRows';
import { useRegistries } from '#lib/live';
import { useDialogs } from '#state/dialogs';
import { openLocalPage } from '#state/local';
import { useSelection } from '#state/selection';
import { LocalRow } from './LocalRow';
import classes from './RegistryList.module.css';
import { RegistryRow } from './RegistryRow';
import { useRegistryMenu } from './use-registry-menu';

type OpenMenu = { readonly registry: RegistryView; readonly anchor: MenuAnchor };

const steps: Readonly<Record<string, (at: number, count: number) => number>> = {
  ArrowDown: (at, count) => Math.min(at + 1, count - 1),
  ArrowUp: (at) => Math.max(at - 1, 0),
  Home: () => 0,
  End: (_at, count) => count - 1,
};

/** Up and down move the focus along the registries; they are one tab stop. */
const moveFocus = (event: KeyboardEvent<HTMLElement>): void => {
  const step = steps[event.key];
  const buttons = [...event.currentTarget.querySelectorAll<HTMLElement>('[data-registry]')];
  const at = buttons.findIndex((button) => button === document.activeElement);
  if (step === undefined || at < 0) return;
  event.preventDefault();
  buttons[step(at, buttons.length)]?.focus();
};

/** The local registry's own page is what its row stands for, also while one of its repositories is open. */
const select = ({ id, isLocal }: RegistryView): void => {
  if (isLocal) openLocalPage();
  else useSelection.getState().selectRegistry(id);
};

/** The local registry is pinned on top. */
const pinned = (registries: readonly RegistryView[]): readonly RegistryView[] => [
  ...registries.filter(({ isLocal }) => isLocal),
  ...registries.filter(({ isLocal }) => !isLocal),
];

const Rows = ({
  registries,
  onMenu,
}: {
  readonly registries: readonly RegistryView[];
  readonly onMenu: (menu: OpenMenu) => void;
}) => {
  const selected = useSelection((state) => state.registryId);
  const hasSelected = registries.some(({ id }) => id === selected);
  return (
    <div className={classes['list']} role="presentation" onKeyDown={moveFocus}>
      <ul className={classes['rows']} aria-labelledby="registries-title">
        {registries.map((registry, at) => {
          const Row = registry.isLocal ? LocalRow : RegistryRow;
          return (
            <Row
              key={registry.id}
              registry={registry}
              isSelected={registry.id === selected}
              isTabStop={hasSelected ? registry.id === selected : at === 0}
              onSelect={() => select(registry)}
              onMenu={(anchor) => onMenu({ registry, anchor })}
            />
          );
        })}
      </ul>
    </div>
  );
};

/** The registries of this Tagboat: state, number of repositories, and a menu each. */
export const RegistryList = () => {
  const { value: registries, isPending } = useRegistries();
  const openDialog = useDialogs((state) => state.openDialog);
  const [menu, setMenu] = useState<OpenMenu | null>(null);
  const entries = useRegistryMenu();
  const add = (): void => openDialog({ kind: 'add-registry' });
  return (
    <section className={classes['root']} aria-labelledby="registries-title">
      <PaneHeader id="registries-title" title="Registries">
        <IconAction
          size="small"
          label="Add registry"
          icon={<IconPlus size={15} stroke={1.7} />}
          onClick={add}
        />
      </PaneHeader>
      {isPending && <SkeletonRows count={3} label="Reading the registries" />}
      {!isPending && registries.length === 0 && (
        <div className={classes['empty']}>
          <p>No registry yet.</p>
          <Button fullWidth variant="filled" onClick={add}>
            Add registry…
          </Button>
        </div>
      )}
      {registries.length > 0 && <Rows registries={pinned(registries)} onMenu={setMenu} />}
      {registries.length > 0 && registries.every(({ isLocal }) => isLocal) && (
        <div className={classes['addOthers']}>
          <Button fullWidth onClick={add}>
            Add registry…
          </Button>
        </div>
      )}
      <ContextMenu
        label={`Actions for ${menu?.registry.name ?? 'the registry'}`}
        anchor={menu?.anchor ?? null}
        entries={menu === null ? [] : entries(menu.registry)}
        onClose={() => setMenu(null)}
      />
    </section>
  );
};
