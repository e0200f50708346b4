import { IconDots } from '@tabler/icons-react';
import type { KeyboardEvent } from 'react';
import type { RegistryView } from '#contract/registry';
import type { MenuAnchor } from '#components/ContextMenu';
import { IconAction } from '#components/IconAction';
import { ProductIcon } from '#components/ProductIcon';
import { ReadOnlyMark } from '#components/ReadOnlyMark';
import { StateDot } from '#components/StateDot';
import { formatCount, formatCounted } from '#lib/format';
import { useRepositoryCount } from '#lib/live';
import { dotOf, stateWords } from '#lib/registry-words';
import { visibleText } from '#oci/text';
import classes from './RegistryList.module.css';

export type RegistryRowProps = {
  readonly registry: RegistryView;
  readonly isSelected: boolean;
  readonly isTabStop: boolean;
  readonly onSelect: () => void;
  readonly onMenu: (anchor: MenuAnchor) => void;
};

export const Count = ({ registryId }: { readonly registryId: string }) => {
  const known = useRepositoryCount(registryId);
  if (known === undefined || known.count === 0) return null;
  return (
    <span className={classes['count']}>
      <span aria-hidden>{formatCount(known.count)}</span>
      <span className="tb-visually-hidden">
        {formatCounted(known.count, 'repository', 'repositories')}
      </span>
    </span>
  );
};

/** Where the menu opens for the menu key: below the row's end. */
export const below = (element: Element): MenuAnchor => {
  const { left, bottom } = element.getBoundingClientRect();
  return { x: left + 24, y: bottom };
};

/** One registry: its product, name, number of known repositories and state; ⋯, right click and the menu key open its menu. */
export const RegistryRow = ({
  registry,
  isSelected,
  isTabStop,
  onSelect,
  onMenu,
}: RegistryRowProps) => {
  const name = visibleText(registry.name);
  const onKeyDown = (event: KeyboardEvent<HTMLElement>): void => {
    if (event.key !== 'ContextMenu' && !(event.shiftKey && event.key === 'F10')) return;
    event.preventDefault();
    onMenu(below(event.currentTarget));
  };
  return (
    <li className={classes['row']} data-selected={isSelected || undefined}>
      <button
        type="button"
        data-registry={registry.id}
        className={classes['button']}
        aria-current={isSelected ? 'true' : undefined}
        tabIndex={isTabStop ? 0 : -1}
        title={name === registry.host ? name : `${name} (${registry.host})`}
        onClick={onSelect}
        onKeyDown={onKeyDown}
        onContextMenu={(event) => {
          event.preventDefault();
          onMenu({ x: event.clientX, y: event.clientY });
        }}
      >
        <span className={classes['icon']} aria-hidden>
          <ProductIcon product={registry.product} />
        </span>
        <span className={classes['name']}>{name}</span>
        {registry.readOnly && (
          <span className={classes['lock']}>
            <ReadOnlyMark place="registry" />
          </span>
        )}
        <Count registryId={registry.id} />
        <StateDot state={dotOf(registry.state)} label={stateWords(registry)} />
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
    </li>
  );
};
