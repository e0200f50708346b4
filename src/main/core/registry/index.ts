export { createRegistryClient } from './create-client';
export { probeCertificates } from './transport/probe';
export { proxyFromEnvironment } from './transport/proxy';
export type { SeenTags } from './seen-tags';
export { isRegistryError, RegistryError } from './errors';
export type { RegistryLogEvent } from './log';
export type {
  CallOptions,
  CredentialResolver,
  FetchedManifest,
  ListTruncation,
  PingReport,
  ReferrersReport,
  RegistryClient,
  RegistryClientOptions,
  RegistryCredential,
} from './registry-client';
