import { Button } from '@mantine/core';
import { IconFolder } from '@tabler/icons-react';
import { useState } from 'react';
import type { PickedPlace, PlacePurpose } from '#contract/local';
import type { ContractError } from '#contract/result';
import { ErrorState } from '#components/ErrorState';
import { api, callOrThrow, toContractError } from '#lib/api';
import { formatBytes } from '#lib/format';
import { visibleText } from '#oci/text';
import classes from './PlaceField.module.css';

export type Picking = {
  readonly place: PickedPlace | null;
  readonly error: ContractError | null;
  readonly pick: (purpose: PlacePurpose) => void;
  readonly clear: () => void;
};

/** Asks for a folder or file in main's dialog; the window only gets a handle and what is to be known about it. */
export const usePlace = (): Picking => {
  const [place, setPlace] = useState<PickedPlace | null>(null);
  const [error, setError] = useState<ContractError | null>(null);
  const pick = (purpose: PlacePurpose): void => {
    setError(null);
    callOrThrow(api.local.pickPlace({ purpose })).then(
      (picked) => {
        if (picked !== null) setPlace(picked);
      },
      (thrown: unknown) => setError(toContractError(thrown)),
    );
  };
  return { place, error, pick, clear: () => setPlace(null) };
};

const noteOf = ({ isEmpty, freeBytes, holdsRegistry }: PickedPlace): string =>
  [
    holdsRegistry ? 'holds a registry' : isEmpty ? 'empty' : 'holds files',
    freeBytes === undefined ? '' : `${formatBytes(freeBytes)} free`,
  ]
    .filter((words) => words !== '')
    .join(', ');

/** The chosen folder or file, or the button that asks for one. */
export const PlaceField = ({
  picking,
  purpose,
  label,
  isFile = false,
}: {
  readonly picking: Picking;
  readonly purpose: PlacePurpose;
  readonly label: string;
  readonly isFile?: boolean;
}) => {
  const { place, error, pick } = picking;
  return (
    <div className={classes['root']}>
      <div className={classes['field']}>
        <IconFolder size={16} stroke={1.6} className={classes['icon']} aria-hidden />
        <span className={classes['text']}>
          {place === null ? (
            <span className={classes['none']}>
              {isFile ? 'No file chosen' : 'No folder chosen'}
            </span>
          ) : (
            <>
              <span className={classes['path']} data-hint={visibleText(place.path)}>
                {visibleText(place.path)}
              </span>
              <span className={classes['note']}>{noteOf(place)}</span>
            </>
          )}
        </span>
        <Button aria-label={label} onClick={() => pick(purpose)}>
          {place === null ? 'Choose…' : 'Change…'}
        </Button>
      </div>
      {error !== null && <ErrorState variant="inline" error={error} />}
    </div>
  );
};
