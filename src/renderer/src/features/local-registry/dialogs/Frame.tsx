import { Modal } from '@mantine/core';
import type { ReactNode } from 'react';
import { HintArea } from '#components/HintArea';
import classes from './Frame.module.css';

/** A dialog with a head and a foot that stay, and a middle that scrolls. */
export const Frame = ({
  title,
  subtitle,
  size = 560,
  isBusy = false,
  footer,
  onClose,
  children,
}: {
  readonly title: string;
  readonly subtitle?: ReactNode;
  readonly size?: number;
  /** Something is under way that a stray click must not break off. */
  readonly isBusy?: boolean;
  readonly footer?: ReactNode;
  readonly onClose: () => void;
  readonly children: ReactNode;
}) => (
  <Modal
    opened
    onClose={() => {
      if (!isBusy) onClose();
    }}
    title={title}
    size={size}
    yOffset="clamp(16px, 7vh, 72px)"
    xOffset={16}
    closeOnClickOutside={!isBusy}
    closeButtonProps={{ 'aria-label': 'Close', disabled: isBusy }}
    // Faded and not scaled: a bubble in what is transformed would be placed by the dialog's corner.
    transitionProps={{ transition: 'fade', duration: 120 }}
    classNames={{ content: classes['content'] ?? '', body: classes['frame'] ?? '' }}
  >
    <HintArea>
      {subtitle !== undefined && <p className={classes['subtitle']}>{subtitle}</p>}
      <div className={classes['body']}>{children}</div>
      {footer !== undefined && <div className={classes['footer']}>{footer}</div>}
    </HintArea>
  </Modal>
);
