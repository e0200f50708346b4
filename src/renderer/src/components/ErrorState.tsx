import { Button } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import type { ContractError } from '#contract/result';
import { type ErrorAction, adviceFor, errorActionLabels, errorWords } from '#lib/errors';
import { visibleText } from '#oci/text';
import { useDialogs } from '#state/dialogs';
import { ErrorDetails } from './ErrorDetails';
import classes from './ErrorState.module.css';

export type ErrorHandlers = Partial<Readonly<Record<ErrorAction, () => void>>>;

type ErrorStateProps = {
  readonly error: ContractError;
  readonly onRetry?: (() => void) | undefined;
  /** The registry the error is about: its dialog is where addresses, logins and trust are changed. */
  readonly registryId?: string | undefined;
  /** What to do instead of opening the registry's dialog (inside that dialog itself). */
  readonly handlers?: ErrorHandlers | undefined;
  /** 'inline': a block in a form or a list; 'page': fills an empty pane. */
  readonly variant?: 'page' | 'inline';
};

const inRegistryDialog: ReadonlySet<ErrorAction> = new Set([
  'edit-address',
  'edit-login',
  'trust-certificate',
  'use-plain-http',
  'approve-realm',
]);

const useHandlers = ({ onRetry, registryId, handlers }: ErrorStateProps) => {
  const openDialog = useDialogs((state) => state.openDialog);
  return (action: ErrorAction): (() => void) | undefined => {
    const own = handlers?.[action];
    if (own !== undefined) return own;
    if (action === 'retry') return onRetry;
    if (action === 'open-settings') return () => openDialog({ kind: 'settings' });
    if (registryId === undefined || !inRegistryDialog.has(action)) return undefined;
    return () => openDialog({ kind: 'edit-registry', registryId });
  };
};

/** What happened, why, what to do, and the button that does it; details for the curious. */
export const ErrorState = (props: ErrorStateProps) => {
  const { error, variant = 'page' } = props;
  const words = errorWords[error.code];
  const advice = adviceFor(error);
  const handlerOf = useHandlers(props);
  const wanted: readonly ErrorAction[] =
    words.action === 'retry' ? ['retry'] : [words.action, 'retry'];
  return (
    <div className={classes['root']} data-variant={variant} role="alert">
      <span className={classes['icon']} aria-hidden>
        <IconAlertTriangle size={variant === 'page' ? 28 : 16} stroke={1.6} />
      </span>
      <div className={classes['body']}>
        <h2 className={classes['title']}>{words.title}</h2>
        <p className={classes['message']}>{visibleText(error.message)}</p>
        {advice !== undefined && <p className={classes['advice']}>{advice}</p>}
        <div className={classes['actions']}>
          {wanted.map((action, at) => {
            const onClick = handlerOf(action);
            if (onClick === undefined || action === 'none') return null;
            return (
              <Button key={action} variant={at === 0 ? 'filled' : 'default'} onClick={onClick}>
                {errorActionLabels[action]}
              </Button>
            );
          })}
        </div>
        <ErrorDetails error={error} />
      </div>
    </div>
  );
};
