import { IconArrowRight, IconBolt, IconBox, IconTag } from '@tabler/icons-react';
import type { ComponentProps } from 'react';
import { Kbd } from '#components/Kbd';
import { ProductIcon } from '#components/ProductIcon';
import classes from './CommandPalette.module.css';
import type { PaletteItem } from './palette-items';

const icon = { size: 15, stroke: 1.7 };

const ItemIcon = ({ item }: { readonly item: PaletteItem }) => {
  if (item.kind === 'registry') return <ProductIcon product={item.product ?? ''} size={15} />;
  if (item.kind === 'repository') return <IconBox {...icon} />;
  if (item.kind === 'tag') return <IconTag {...icon} />;
  return item.kind === 'jump' ? <IconArrowRight {...icon} /> : <IconBolt {...icon} />;
};

/** One line of the palette. The keys are the field's, which keeps the focus. */
export const PaletteRow = ({
  id,
  item,
  isActive,
  onPress,
  onPoint,
}: {
  readonly id: string;
  readonly item: PaletteItem;
  readonly isActive: boolean;
  readonly onPress: () => void;
  readonly onPoint: () => void;
}) => {
  const option: ComponentProps<'div'> = {
    role: 'option',
    tabIndex: -1,
    'aria-selected': isActive,
    'aria-disabled': item.disabledReason === undefined ? undefined : true,
    onClick: onPress,
    onMouseMove: isActive ? undefined : onPoint,
    // The field keeps the focus.
    onMouseDown: (event) => event.preventDefault(),
  };
  return (
    <div id={id} className={classes['row']} {...option}>
      <span className={classes['icon']} aria-hidden>
        <ItemIcon item={item} />
      </span>
      <span className={classes['title']}>{item.title}</span>
      <span className={classes['hint']}>{item.disabledReason ?? item.hint}</span>
      {item.shortcut !== undefined && <Kbd shortcut={item.shortcut} />}
    </div>
  );
};
