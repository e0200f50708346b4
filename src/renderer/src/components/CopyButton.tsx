import { IconCheck, IconCopy, IconX } from '@tabler/icons-react';
import { useCopy } from '#lib/use-copy';
import { IconAction } from './IconAction';
import { LiveText } from './LiveText';

const icons = {
  idle: <IconCopy size={15} stroke={1.7} />,
  copied: <IconCheck size={15} stroke={2} color="var(--tb-accent)" />,
  failed: <IconX size={15} stroke={2} color="var(--tb-danger)" />,
};

/** Copies a text exactly as it is. `label` says what: "Copy digest". */
export const CopyButton = ({
  text,
  label,
  size = 'small',
  className,
}: {
  readonly text: string;
  readonly label: string;
  readonly size?: 'small' | 'normal';
  readonly className?: string | undefined;
}) => {
  const { state, copy } = useCopy();
  const words = { idle: '', copied: 'Copied', failed: 'Could not be copied' }[state];
  return (
    <>
      <IconAction
        size={size}
        label={state === 'idle' ? label : words}
        icon={icons[state]}
        className={className}
        onClick={(event) => {
          event.stopPropagation();
          copy(text);
        }}
      />
      {state !== 'idle' && <LiveText text={words} />}
    </>
  );
};
