import {
  isRegistryError,
  type CertificateSummary,
  type RegistryError,
  type RegistryStep,
} from '../errors';
import { failure } from '../words';
import { BodyTooLarge } from './body';
import { chainFrom, classifyFailure, noteOn } from './error-map';
import { probeCertificates } from './probe';
import type { TransportSettings } from './shapes';

export type MapFailure = (error: unknown, url: URL, step: RegistryStep) => Promise<RegistryError>;

const withChain = new Set(['tls-untrusted', 'tls-expired', 'tls-host-mismatch']);

/** Turns what the network layers throw into a RegistryError; a RegistryError stays as it is. */
export function createFailureMapper(settings: TransportSettings): MapFailure {
  /** Node hides the chain of a refused certificate, so a second handshake fetches it for the user to judge. */
  const readChain = async (url: URL): Promise<CertificateSummary[] | undefined> => {
    try {
      const options = { timeoutMs: settings.limits.connectMs, proxy: settings.proxy };
      return await probeCertificates(url.origin, options);
    } catch {
      return undefined;
    }
  };

  return async (error, url, step) => {
    if (isRegistryError(error)) return error;
    const detail = { host: url.host, step, cause: error };
    if (error instanceof BodyTooLarge) {
      return failure('response-too-large', detail, `The limit is ${error.capBytes} bytes.`);
    }
    const code = classifyFailure(error);
    if (code === 'not-a-registry' && url.protocol === 'http:') {
      return failure(code, detail, 'The port may expect https://.');
    }
    const chain = withChain.has(code) ? (chainFrom(error) ?? (await readChain(url))) : undefined;
    return failure(code, { ...detail, tls: chain && { chain } }, noteOn(error));
  };
}
