import { SegmentedControl, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import type { GraduateField, GraduateForm } from './graduate-form';
import classes from './GraduateDialog.module.css';

type FieldsProps = {
  readonly form: GraduateForm;
  readonly problems: Readonly<Partial<Record<GraduateField, string>>>;
  readonly change: (patch: Partial<GraduateForm>) => void;
};

const Choice = ({ label, children }: { readonly label: string; readonly children: ReactNode }) => (
  <div className={classes['choice']}>
    <span className={classes['choiceLabel']}>{label}</span>
    {children}
  </div>
);

const Text = ({
  name,
  label,
  placeholder,
  form,
  problems,
  change,
}: FieldsProps & {
  readonly name: GraduateField;
  readonly label: string;
  readonly placeholder?: string;
}) => (
  <TextInput
    label={label}
    value={form[name]}
    error={problems[name]}
    spellCheck={false}
    autoComplete="off"
    {...(placeholder === undefined ? {} : { placeholder })}
    onChange={(event) => change({ [name]: event.currentTarget.value })}
  />
);

/** What the ready folder is for: which release, over which storage, under which name. */
export const GraduateFields = (props: FieldsProps) => {
  const { form, change } = props;
  return (
    <div className={classes['fields']}>
      <Choice label="Release">
        <SegmentedControl
          aria-label="Release"
          data={['registry:3', 'registry:2']}
          value={form.release}
          onChange={(value) => change({ release: value === 'registry:2' ? value : 'registry:3' })}
        />
      </Choice>
      <Choice label="Storage">
        <SegmentedControl
          aria-label="Storage"
          data={[
            { value: 'folder', label: 'This folder' },
            { value: 's3', label: 'S3' },
          ]}
          value={form.storage}
          onChange={(value) => change({ storage: value === 's3' ? value : 'folder' })}
        />
      </Choice>
      {form.storage === 's3' && (
        <>
          <Text {...props} name="bucket" label="Bucket" placeholder="acme-registry" />
          <Text {...props} name="region" label="Region" />
          <Text
            {...props}
            name="endpoint"
            label="Endpoint, for MinIO and others"
            placeholder="AWS"
          />
        </>
      )}
      <div className={classes['pair']}>
        <Text {...props} name="hostName" label="Host name" />
        <Text {...props} name="port" label="Port" />
      </div>
    </div>
  );
};
