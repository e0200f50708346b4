import { Tooltip } from '@mantine/core';
import type { ComponentPropsWithRef, ReactNode } from 'react';
import classes from './IconAction.module.css';

type IconActionProps = Omit<ComponentPropsWithRef<'button'>, 'aria-label' | 'disabled'> & {
  /** The name: said by screen readers, shown as a hint. */
  readonly label: string;
  readonly icon: ReactNode;
  /** Why it cannot be used now. The button stays reachable, so that the reason can be read. */
  readonly disabledReason?: string | undefined;
  readonly size?: 'small' | 'normal';
};

/** A square button with an icon, a name and a hint. */
export const IconAction = ({
  label,
  icon,
  disabledReason,
  size = 'normal',
  onClick,
  className,
  ...rest
}: IconActionProps) => (
  <Tooltip label={disabledReason === undefined ? label : `${label}: ${disabledReason}`}>
    <button
      type="button"
      {...rest}
      className={[classes['root'], className].filter(Boolean).join(' ')}
      data-size={size}
      aria-label={label}
      aria-disabled={disabledReason === undefined ? undefined : true}
      onClick={disabledReason === undefined ? onClick : undefined}
    >
      {icon}
    </button>
  </Tooltip>
);
