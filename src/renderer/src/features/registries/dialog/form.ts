import type { PickedFile } from '#contract/app';
import type { RegistryInput, RegistryView } from '#contract/registry';

/** PEM text: pasted, or a file that main holds. */
export type Pem =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'file'; readonly picked: PickedFile };

/** Something stored that can be left, replaced or taken away. */
export type Kept<T> =
  | { readonly kind: 'none' }
  | { readonly kind: 'keep' }
  | { readonly kind: 'set'; readonly value: T };

export type ClientCertificate = {
  readonly certificate: Pem | null;
  readonly key: Pem | null;
  readonly passphrase: string;
};

export type LoginChoice = 'none' | 'keep' | 'password' | `found:${string}`;

export type RegistryForm = {
  readonly address: string;
  readonly name: string;
  readonly login: LoginChoice;
  readonly username: string;
  readonly secret: string;
  readonly plainHttp: boolean;
  readonly ca: Kept<Pem>;
  readonly clientCertificate: Kept<ClientCertificate>;
  readonly trustedFingerprints: readonly string[];
  readonly approvedRealmHosts: readonly string[];
};

export type FieldErrors = Readonly<
  Partial<Record<'address' | 'name' | 'username' | 'secret' | 'ca' | 'clientCertificate', string>>
>;

const emptyForm = (address: string): RegistryForm => ({
  address,
  name: '',
  login: 'none',
  username: '',
  secret: '',
  plainHttp: false,
  ca: { kind: 'none' },
  clientCertificate: { kind: 'none' },
  trustedFingerprints: [],
  approvedRealmHosts: [],
});

/** What a saved login is called in the form: a found one by its source, so that it is looked up again. */
const loginOf = ({ credential }: RegistryView): LoginChoice => {
  if (credential.foundSource !== undefined) return `found:${credential.foundSource}`;
  return credential.kind === 'none' ? 'none' : 'keep';
};

/** The form for a new registry, or for one that is there. Stored secrets are never in it. */
export const initialForm = (registry: RegistryView | undefined, address: string): RegistryForm => {
  if (registry === undefined) return emptyForm(address);
  return {
    ...emptyForm(registry.host),
    name: registry.name === registry.host ? '' : registry.name,
    login: loginOf(registry),
    username: registry.credential.username ?? '',
    plainHttp: registry.plainHttp,
    ca: { kind: registry.hasCa ? 'keep' : 'none' },
    clientCertificate: { kind: registry.clientCertificateSubject === undefined ? 'none' : 'keep' },
    trustedFingerprints: registry.trustedFingerprints,
    approvedRealmHosts: registry.approvedRealmHosts,
  };
};

const loginInput = (form: RegistryForm): RegistryInput['login'] => {
  const { login, username, secret } = form;
  if (login.startsWith('found:')) return { kind: 'found', source: login.slice('found:'.length) };
  if (login === 'keep') return { kind: 'keep' };
  const isComplete = username.trim() !== '' && secret !== '';
  // Half a login is no login yet: the check then says whether one is needed at all.
  if (login !== 'password' || !isComplete) return { kind: 'none' };
  return { kind: 'password', username: username.trim(), secret };
};

const pemInput = (pem: Pem) =>
  pem.kind === 'text' ? { text: pem.text } : { file: pem.picked.file };

const caInput = ({ ca }: RegistryForm): Pick<RegistryInput, 'ca'> => {
  if (ca.kind === 'keep') return {};
  return { ca: ca.kind === 'set' ? pemInput(ca.value) : null };
};

const clientInput = ({
  clientCertificate,
}: RegistryForm): Pick<RegistryInput, 'clientCertificate'> => {
  if (clientCertificate.kind === 'keep') return {};
  if (clientCertificate.kind === 'none') return { clientCertificate: null };
  const { certificate, key, passphrase } = clientCertificate.value;
  if (certificate === null || key === null) return { clientCertificate: null };
  return {
    clientCertificate: {
      certificate: pemInput(certificate),
      key: pemInput(key),
      ...(passphrase === '' ? {} : { passphrase }),
    },
  };
};

/** The form as the contract wants it. */
export const toInput = (form: RegistryForm): RegistryInput => ({
  address: form.address.trim(),
  ...(form.name.trim() === '' ? {} : { name: form.name.trim() }),
  plainHttp: form.plainHttp,
  login: loginInput(form),
  ...caInput(form),
  ...clientInput(form),
  trustedFingerprints: [...form.trustedFingerprints],
  approvedRealmHosts: [...form.approvedRealmHosts],
});

const clientError = ({ clientCertificate }: RegistryForm): string | undefined => {
  if (clientCertificate.kind !== 'set') return undefined;
  const { certificate, key } = clientCertificate.value;
  if (certificate !== null && key !== null) return undefined;
  return certificate === null ? 'Choose the certificate too.' : 'Choose the key too.';
};

/** What must be filled in before saving. Whether it is right is for main to say. */
export const missingFields = (form: RegistryForm): FieldErrors => {
  const isPassword = form.login === 'password';
  const client = clientError(form);
  return {
    ...(form.address.trim() === '' ? { address: 'Write the host of the registry.' } : {}),
    ...(isPassword && form.username.trim() === '' ? { username: 'Write the user name.' } : {}),
    ...(isPassword && form.secret === '' ? { secret: 'Write the password or token.' } : {}),
    ...(client === undefined ? {} : { clientCertificate: client }),
  };
};
