import type { RegistryClient, RegistryClientOptions } from './registry-client';

/** Opens no connection until the first call. Throws RegistryError for an origin or TLS setting that cannot work. */
export declare function createRegistryClient(options: RegistryClientOptions): RegistryClient;
