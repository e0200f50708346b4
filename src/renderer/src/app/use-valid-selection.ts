import { useEffect } from 'react';
import { useRegistries } from '#lib/live';
import { useSelection } from '#state/selection';

/** Selects the first registry when none is, and leaves one that was removed. */
export const useValidSelection = (): void => {
  const { value: registries, isPending } = useRegistries();
  const registryId = useSelection((state) => state.registryId);
  useEffect(() => {
    if (isPending || registries.some(({ id }) => id === registryId)) return;
    useSelection.getState().selectRegistry(registries[0]?.id ?? null);
  }, [registries, isPending, registryId]);
};
