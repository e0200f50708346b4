export { createRegistryClient } from './create-client';
export { probeCertificates } from './transport/probe';
export { proxyFromEnvironment, type ProxySettings } from './transport/proxy';
export type { TlsSettings } from './transport/tls';
export type { RequestPriority } from './transport/queue';
export {
  isRegistryError,
  RegistryError,
  type CertificateSummary,
  type RegistryErrorCode,
  type RegistryStep,
} from './errors';
export { defaultLimits, type RegistryLimits } from './limits';
export type { RegistryLog, RegistryLogEvent } from './log';
export type { ContentCache } from './content-cache';
export type {
  BlobOptions,
  BlobStat,
  ByteRange,
  CallOptions,
  CatalogPage,
  CredentialResolver,
  FetchedConfig,
  FetchedManifest,
  ListTruncation,
  OpenedBlob,
  PingReport,
  PullBudget,
  Referrer,
  ReferrersOptions,
  ReferrersReport,
  ReferrerSource,
  RegistryClient,
  RegistryClientOptions,
  RegistryCredential,
  TagsPage,
} from './registry-client';
