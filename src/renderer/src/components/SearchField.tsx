import { IconSearch, IconX } from '@tabler/icons-react';
import type { ComponentPropsWithRef } from 'react';
import { IconAction } from './IconAction';
import classes from './SearchField.module.css';

type SearchFieldProps = Omit<
  ComponentPropsWithRef<'input'>,
  'value' | 'onChange' | 'aria-label'
> & {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
};

/** A filter field. Escape empties it before it does anything else. */
export const SearchField = ({ label, value, onChange, onKeyDown, ...rest }: SearchFieldProps) => (
  <div className={classes['root']}>
    <IconSearch size={15} stroke={1.7} className={classes['icon']} aria-hidden />
    <input
      {...rest}
      type="text"
      spellCheck={false}
      autoComplete="off"
      aria-label={label}
      className={classes['input']}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key === 'Escape' && value !== '') {
          event.stopPropagation();
          onChange('');
        }
        onKeyDown?.(event);
      }}
    />
    {value !== '' && (
      <IconAction
        size="small"
        label="Clear the filter"
        icon={<IconX size={14} />}
        onClick={() => onChange('')}
      />
    )}
  </div>
);
