import { Button } from '@mantine/core';
import type { ContractError } from '#contract/result';
import { type ErrorHandlers, ErrorState } from '#components/ErrorState';
import { LiveText } from '#components/LiveText';
import { visibleText } from '#oci/text';
import { CertificateChain } from './CertificateChain';
import { CheckSteps } from './CheckSteps';
import classes from './RegistryDialog.module.css';
import type { Check } from './use-check';
import type { FormControl } from './use-registry-form';

const focusField = (id: string): void => document.getElementById(id)?.focus();

const useErrorHandlers = (control: FormControl, error: ContractError): ErrorHandlers => {
  const { form, change, changeAndCheck, checkNow } = control;
  const { realmHost } = error.detail;
  return {
    retry: checkNow,
    'edit-address': () => focusField('registry-address'),
    'edit-login': () => {
      change({ login: 'password' });
      setTimeout(() => focusField('registry-username'), 0);
    },
    'trust-certificate': () => focusField('registry-trust'),
    'use-plain-http': () => changeAndCheck({ plainHttp: true }),
    ...(realmHost === undefined
      ? {}
      : {
          'approve-realm': () =>
            changeAndCheck({ approvedRealmHosts: [...form.approvedRealmHosts, realmHost] }),
        }),
  };
};

/** Only a certificate that nobody vouches for can be trusted by hand; a wrong name or date is no question of trust. */
const canBeTrusted = ({ code }: ContractError): boolean => code === 'tls-untrusted';

const Trust = ({
  control,
  error,
}: {
  readonly control: FormControl;
  readonly error: ContractError;
}) => {
  const { form, changeAndCheck } = control;
  const chain = error.detail.certificates ?? [];
  const [leaf] = chain;
  if (leaf === undefined) return null;
  return (
    <div className={classes['chainBox']}>
      <h4 className={classes['chainTitle']}>The certificate it shows</h4>
      <CertificateChain chain={chain} />
      {canBeTrusted(error) && (
        <Button
          id="registry-trust"
          fullWidth
          onClick={() =>
            changeAndCheck({
              trustedFingerprints: [...form.trustedFingerprints, leaf.fingerprintSha256],
            })
          }
        >
          Trust this certificate
        </Button>
      )}
    </div>
  );
};

const Failure = ({
  control,
  error,
}: {
  readonly control: FormControl;
  readonly error: ContractError;
}) => {
  const handlers = useErrorHandlers(control, error);
  return (
    <>
      <ErrorState variant="inline" error={error} handlers={handlers} onRetry={control.checkNow} />
      <Trust control={control} error={error} />
    </>
  );
};

const verdictOf = (check: Check): string => {
  if (check.kind === 'idle') return '';
  if (check.kind === 'running') return check.steps.at(-1)?.message ?? 'Checking';
  const { report } = check;
  if (report?.passed !== true) return '';
  const name = report.product === '' ? report.host : report.product;
  return `${name} answered everything in ${report.durationMs} ms.`;
};

/** The check as it happens, and what it found. All steps are there from the start, so that nothing moves. */
export const CheckPanel = ({ control }: { readonly control: FormControl }) => {
  const { check } = control.check;
  const verdict = visibleText(verdictOf(check));
  return (
    <section className={classes['panel']} aria-labelledby="registry-check">
      <h3 id="registry-check" className={classes['panelTitle']}>
        Connection
      </h3>
      <CheckSteps
        steps={check.kind === 'idle' ? [] : check.steps}
        failure={check.kind === 'done' ? check.error : undefined}
      />
      {check.kind === 'idle' && (
        <p className={classes['hint']}>
          The address is tried when you leave it or press Enter. Nothing is stored before you save.
        </p>
      )}
      {check.kind === 'done' && verdict !== '' && <p className={classes['verdict']}>{verdict}</p>}
      {check.kind === 'done' && check.error !== undefined && (
        <Failure control={control} error={check.error} />
      )}
      <LiveText text={verdict} />
    </section>
  );
};
