import { useEffect, useRef } from 'react';
import type { RegistryView } from '#contract/registry';
import { useRegistries } from '#lib/live';
import { useSelection } from '#state/selection';

const has = (registries: readonly RegistryView[], registryId: string | null): boolean =>
  registries.some(({ id }) => id === registryId);

/**
 * Selects the first registry when none is, and leaves one that was removed. One that was just added is selected a
 * moment before the list with it arrives: that is waited for, not corrected.
 */
export const useValidSelection = (): void => {
  const { value: registries, isPending } = useRegistries();
  const registryId = useSelection((state) => state.registryId);
  const before = useRef<readonly RegistryView[]>(undefined);
  useEffect(() => {
    if (isPending) return;
    const isNew = before.current !== undefined && !has(before.current, registryId);
    before.current = registries;
    if (has(registries, registryId) || (isNew && registryId !== null)) return;
    useSelection.getState().selectRegistry(registries[0]?.id ?? null);
  }, [registries, isPending, registryId]);
};
