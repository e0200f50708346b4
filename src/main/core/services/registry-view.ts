import { X509Certificate } from 'node:crypto';
import { localRegistryId } from '#contract/local';
import type { CredentialView, RegistryState, RegistryView } from '#contract/registry';
import type { SavedRegistry } from '#core/settings/schema';

/** What is known of a registry in this run, beside what is saved. */
export type RegistryFacts = {
  readonly state: RegistryState;
  readonly product?: string;
  /** Where it is not what is saved: the local registry makes a login of its own. */
  readonly credential?: CredentialView;
  readonly pullBudget?: RegistryView['pullBudget'];
};

/** What the window may know of a registry. Built field by field, so that nothing private can slip in. */
export const viewOfRegistry = (
  saved: SavedRegistry,
  facts: RegistryFacts,
  keptIn: string,
): RegistryView => ({
  id: saved.id,
  isLocal: saved.id === localRegistryId,
  name: saved.name,
  host: saved.host,
  origin: saved.origin,
  plainHttp: saved.plainHttp,
  product: facts.product ?? saved.vendorHint ?? '',
  credential: facts.credential ?? viewOfCredential(saved, keptIn),
  hasCa: saved.caPem !== undefined,
  ...subjectOf(saved),
  trustedFingerprints: saved.trustedFingerprints,
  approvedRealmHosts: saved.approvedRealmHosts,
  state: facts.state,
  catalog: saved.catalogHint ?? 'unknown',
  readOnly: saved.readOnly,
  readOnlyRepositories: saved.readOnlyRepositories ?? [],
  ...(facts.pullBudget ? { pullBudget: facts.pullBudget } : {}),
});

const viewOfCredential = ({ credential }: SavedRegistry, keptIn: string): CredentialView => {
  switch (credential.kind) {
    case 'none':
      return { kind: 'none', keptIn: '' };
    case 'stored':
      return {
        kind: 'password',
        keptIn,
        ...(credential.username === undefined ? {} : { username: credential.username }),
      };
    case 'found':
      return {
        kind: 'password',
        keptIn: 'where another tool keeps it',
        foundSource: credential.source,
        ...(credential.username === undefined ? {} : { username: credential.username }),
      };
  }
};

const subjectOf = ({
  clientCertificate,
}: SavedRegistry): Pick<RegistryView, 'clientCertificateSubject'> => {
  if (!clientCertificate) return {};
  try {
    const { subject } = new X509Certificate(clientCertificate.certificatePem);
    return { clientCertificateSubject: subject.replaceAll('\n', ', ') };
  } catch {
    return { clientCertificateSubject: 'a certificate that cannot be read' };
  }
};
