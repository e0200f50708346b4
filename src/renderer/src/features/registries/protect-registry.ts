import type { RegistryView } from '#contract/registry';
import { api, callOrThrow } from '#lib/api';
import { sayOutcome } from '#state/status-message';

/** Marks a registry read-only or takes the mark off, and says so in the status bar. */
export const protectRegistry = ({ id, name }: RegistryView, readOnly: boolean): void =>
  void sayOutcome(
    callOrThrow(api.registry.protect({ registryId: id, readOnly })),
    readOnly ? `${name} is read-only in Tagboat` : `Changes are allowed in ${name}`,
  );
