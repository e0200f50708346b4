import { PasswordInput, Switch } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { IconAction } from '#components/IconAction';
import { visibleText } from '#oci/text';
import type { ClientCertificate, Pem, RegistryForm } from './form';
import { PemField } from './PemField';
import classes from './RegistryDialog.module.css';
import type { FormControl } from './use-registry-form';

const emptyClient: ClientCertificate = { certificate: null, key: null, passphrase: '' };

const clientOf = ({ clientCertificate }: RegistryForm): ClientCertificate =>
  clientCertificate.kind === 'set' ? clientCertificate.value : emptyClient;

const ClientFields = ({ control }: { readonly control: FormControl }) => {
  const { form, errors, registry, change, checkSoon } = control;
  const client = clientOf(form);
  const stored =
    form.clientCertificate.kind === 'keep'
      ? `Stored: ${registry?.clientCertificateSubject ?? ''}`
      : null;
  const set = (patch: Partial<ClientCertificate>): void => {
    const value = { ...client, ...patch };
    const isEmpty = value.certificate === null && value.key === null;
    change({ clientCertificate: isEmpty ? { kind: 'none' } : { kind: 'set', value } });
  };
  return (
    <>
      <PemField
        label="Client certificate"
        hint="For registries that know their users by a certificate."
        purpose="client-certificate"
        value={client.certificate}
        stored={stored === null ? null : visibleText(stored)}
        error={errors.clientCertificate}
        onChange={(certificate) => set({ certificate })}
      />
      {client.certificate !== null && (
        <>
          <PemField
            label="Key of the client certificate"
            purpose="client-key"
            value={client.key}
            onChange={(key) => set({ key })}
          />
          <PasswordInput
            label="Passphrase of the key"
            description="Leave it empty for a key that has none."
            value={client.passphrase}
            autoComplete="new-password"
            visibilityToggleButtonProps={{ 'aria-label': 'Show the passphrase', tabIndex: 0 }}
            onChange={(event) => set({ passphrase: event.currentTarget.value })}
            onBlur={checkSoon}
          />
        </>
      )}
    </>
  );
};

const TrustList = ({
  title,
  entries,
  onRemove,
}: {
  readonly title: string;
  readonly entries: readonly string[];
  readonly onRemove: (entry: string) => void;
}) => {
  if (entries.length === 0) return null;
  return (
    <div className={classes['trust']}>
      <span className={classes['trustTitle']}>{title}</span>
      <ul>
        {entries.map((entry) => (
          <li key={entry} className={classes['chosen']}>
            <span className={`${classes['chosenText'] ?? ''} tb-mono`}>{visibleText(entry)}</span>
            <IconAction
              size="small"
              label={`No longer: ${visibleText(entry)}`}
              icon={<IconX size={14} />}
              onClick={() => onRemove(entry)}
            />
          </li>
        ))}
      </ul>
    </div>
  );
};

const without = (entries: readonly string[], entry: string): readonly string[] =>
  entries.filter((one) => one !== entry);

const isInUse = (form: RegistryForm): boolean =>
  form.plainHttp ||
  form.ca.kind !== 'none' ||
  form.clientCertificate.kind !== 'none' ||
  form.trustedFingerprints.length > 0 ||
  form.approvedRealmHosts.length > 0;

/** CA, client certificate, plain HTTP, and what was trusted by hand. Open when one of them is in use. */
export const AdvancedFields = ({ control }: { readonly control: FormControl }) => {
  const { form, errors, change, changeAndCheck } = control;
  const setCa = (value: Pem | null): void =>
    change({ ca: value === null ? { kind: 'none' } : { kind: 'set', value } });
  return (
    <details className={classes['advanced']} open={isInUse(form) || undefined}>
      <summary>Certificates and plain HTTP</summary>
      <div className={classes['advancedBody']}>
        <PemField
          label="Certificate authority (CA)"
          hint="Needed when a private CA signed the registry’s certificate and this computer does not know it."
          purpose="ca"
          value={form.ca.kind === 'set' ? form.ca.value : null}
          stored={form.ca.kind === 'keep' ? 'A CA is stored for this registry' : null}
          error={errors.ca}
          onChange={setCa}
        />
        <ClientFields control={control} />
        <Switch
          label="Plain HTTP, without encryption"
          description="Passwords and images can be read and changed on the way. Only for a network that is yours; loopback addresses need no switch."
          checked={form.plainHttp}
          onChange={(event) => changeAndCheck({ plainHttp: event.currentTarget.checked })}
        />
        <TrustList
          title="Certificates trusted by fingerprint"
          entries={form.trustedFingerprints}
          onRemove={(entry) =>
            change({ trustedFingerprints: without(form.trustedFingerprints, entry) })
          }
        />
        <TrustList
          title="Approved login hosts"
          entries={form.approvedRealmHosts}
          onRemove={(entry) =>
            change({ approvedRealmHosts: without(form.approvedRealmHosts, entry) })
          }
        />
      </div>
    </details>
  );
};
