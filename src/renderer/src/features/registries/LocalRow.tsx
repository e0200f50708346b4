import { Switch } from '@mantine/core';
import { IconDots, IconServer2 } from '@tabler/icons-react';
import type { KeyboardEvent } from 'react';
import { IconAction } from '#components/IconAction';
import { StateDot } from '#components/StateDot';
import { useLocal } from '#lib/local';
import { isLocalOn, localDotOf, localStateWords } from '#lib/local-words';
import { useNow } from '#lib/now';
import { visibleText } from '#oci/text';
import { startLocal, stopLocal } from '#state/local-control';
import classes from './RegistryList.module.css';
import { Count, type RegistryRowProps, below } from './RegistryRow';

const toggle = (isOn: boolean): void => (isOn ? startLocal() : stopLocal());

/** The registry that Tagboat runs, on top of the others: its switch and its state stand in its row. */
export const LocalRow = ({
  registry,
  isSelected,
  isTabStop,
  onSelect,
  onMenu,
}: RegistryRowProps) => {
  const state = useLocal()?.state;
  const now = useNow();
  const words = localStateWords(state, now);
  const name = visibleText(registry.name);
  const onKeyDown = (event: KeyboardEvent<HTMLElement>): void => {
    if (event.key !== 'ContextMenu' && !(event.shiftKey && event.key === 'F10')) return;
    event.preventDefault();
    onMenu(below(event.currentTarget));
  };
  return (
    <li className={classes['row']} data-local data-selected={isSelected || undefined}>
      <button
        type="button"
        data-registry={registry.id}
        className={classes['button']}
        aria-current={isSelected ? 'true' : undefined}
        tabIndex={isTabStop ? 0 : -1}
        title={`${visibleText(registry.host)}: ${words}`}
        onClick={onSelect}
        onKeyDown={onKeyDown}
        onContextMenu={(event) => {
          event.preventDefault();
          onMenu({ x: event.clientX, y: event.clientY });
        }}
      >
        <span className={classes['icon']} aria-hidden>
          <IconServer2 size={16} stroke={1.6} />
        </span>
        <span className={classes['name']}>{name}</span>
        <Count registryId={registry.id} />
        <StateDot state={localDotOf(state)} label={words} />
      </button>
      <span className={classes['more']}>
        <IconAction
          size="small"
          label={`Actions for ${name}`}
          aria-haspopup="menu"
          tabIndex={isTabStop ? 0 : -1}
          icon={<IconDots size={15} />}
          onClick={(event) => onMenu(below(event.currentTarget))}
        />
      </span>
      <span className={classes['localSwitch']}>
        <Switch
          size="sm"
          aria-label="Local registry"
          tabIndex={isTabStop ? 0 : -1}
          checked={isLocalOn(state)}
          withThumbIndicator={false}
          onChange={({ currentTarget }) => toggle(currentTarget.checked)}
        />
      </span>
    </li>
  );
};
