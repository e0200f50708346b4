import type { CertificateSummary } from '../errors';
import type { ProxySettings } from './proxy';

/** Shows the chain a registry presents, leaf first, without trusting it and without sending a request. */
export declare function probeCertificates(
  origin: string,
  options: { timeoutMs: number; proxy?: ProxySettings; signal?: AbortSignal },
): Promise<CertificateSummary[]>;
