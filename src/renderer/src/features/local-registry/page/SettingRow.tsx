import { Switch } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './SettingRow.module.css';

/** A name, what it is set to, and what changes it. */
export const SettingRow = ({
  name,
  value,
  children,
}: {
  readonly name: string;
  readonly value?: ReactNode;
  readonly children?: ReactNode;
}) => (
  <div className={classes['row']}>
    <span className={classes['name']}>{name}</span>
    <span className={classes['value']}>{value}</span>
    {children}
  </div>
);

/** A setting that is on or off. */
export const SwitchRow = ({
  name,
  value,
  isOn,
  hint,
  onChange,
}: {
  readonly name: string;
  readonly value?: ReactNode;
  readonly isOn: boolean;
  readonly hint: string;
  readonly onChange: (isOn: boolean) => void;
}) => (
  <SettingRow name={name} value={value}>
    <span className={classes['switch']} data-hint={hint}>
      <Switch
        size="sm"
        aria-label={name}
        aria-description={hint}
        checked={isOn}
        withThumbIndicator={false}
        onChange={({ currentTarget }) => onChange(currentTarget.checked)}
      />
    </span>
  </SettingRow>
);
