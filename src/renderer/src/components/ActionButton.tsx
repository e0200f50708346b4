import { Button, type ButtonProps, Tooltip } from '@mantine/core';
import type { ComponentPropsWithRef } from 'react';

type ActionButtonProps = Omit<ButtonProps, 'disabled'> &
  Omit<ComponentPropsWithRef<'button'>, 'disabled' | 'color' | 'style'> & {
    /** Why it cannot be pressed now. The button stays reachable, so that the reason can be read. */
    readonly disabledReason?: string | undefined;
  };

/** A button that says why when it cannot be pressed. */
export const ActionButton = ({ disabledReason, onClick, ...rest }: ActionButtonProps) => {
  if (disabledReason === undefined) return <Button {...rest} onClick={onClick} />;
  return (
    <Tooltip label={disabledReason}>
      <Button
        {...rest}
        data-disabled
        aria-disabled
        onClick={(event) => {
          event.preventDefault();
        }}
      />
    </Tooltip>
  );
};
