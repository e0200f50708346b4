import { TextInput } from '@mantine/core';
import type { FormControl } from './use-registry-form';

/** Where the registry is, and what it is called here. Enter in the address checks it; leaving it does too. */
export const AddressFields = ({ control }: { readonly control: FormControl }) => {
  const { form, errors, change, checkSoon, checkNow } = control;
  return (
    <>
      <TextInput
        id="registry-address"
        label="Address"
        description="Host, host:port or URL"
        placeholder="registry.example:5000"
        value={form.address}
        error={errors.address}
        data-autofocus
        spellCheck={false}
        autoComplete="off"
        autoCapitalize="off"
        onChange={(event) => change({ address: event.currentTarget.value })}
        onBlur={checkSoon}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || event.nativeEvent.isComposing) return;
          event.preventDefault();
          checkNow();
        }}
      />
      <TextInput
        label="Name"
        description="How it is called in the list; the address without one"
        value={form.name}
        error={errors.name}
        maxLength={128}
        spellCheck={false}
        onChange={(event) => change({ name: event.currentTarget.value })}
      />
    </>
  );
};
