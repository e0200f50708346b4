import { X509Certificate } from 'node:crypto';
import * as tls from 'node:tls';
import { failure } from '../words';
import { normalizeFingerprint } from './certificates';

/** TLS choices of one registry. All PEM text. */
export type TlsSettings = {
  /** Added to the well-known roots, never instead of them. */
  ca?: readonly string[] | undefined;
  clientCertificate?:
    { certPem: string; keyPem: string; passphrase?: string | undefined } | undefined;
  /** SHA-256 fingerprints of leaf certificates the user accepted after seeing the chain; colons and case do not matter. */
  trustedFingerprints?: readonly string[] | undefined;
};

/** What a connector needs: parsed once, because reading 150 roots for every connection costs milliseconds. */
export type TlsMaterial = {
  secureContext: tls.SecureContext;
  trustedFingerprints: ReadonlySet<string>;
};

/** Node 22.15 and later can read the operating system's trust store; older runtimes lack the function. */
type RootReader = { getCACertificates?: (source: 'default' | 'system') => string[] };

let systemRoots: string[] | undefined;

/** The operating system's store, as far as this runtime reads it: a corporate CA is usually there and only there. */
function readSystemRoots(): string[] {
  systemRoots ??= (tls as RootReader).getCACertificates?.('system') ?? [];
  return systemRoots;
}

/** The bundled roots and NODE_EXTRA_CA_CERTS, as this runtime trusts them by default. */
function readDefaultRoots(): readonly string[] {
  return (tls as RootReader).getCACertificates?.('default') ?? tls.rootCertificates;
}

const pemBlock = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** Node ignores a CA it cannot parse, which would look like an untrusted registry; so each one is parsed here. */
function parseAuthorities(pems: readonly string[]): string[] {
  return pems.flatMap((pem) => {
    const blocks = pem.match(pemBlock);
    if (!blocks) throw new Error('A CA certificate is not PEM text.');
    return blocks.map((block) => new X509Certificate(block).toString());
  });
}

/** Undefined keeps the built-in store, which is parsed once a process instead of once a registry. */
function authorities(settings: TlsSettings): string[] | undefined {
  const extra = [...readSystemRoots(), ...parseAuthorities(settings.ca ?? [])];
  return extra.length === 0 ? undefined : [...new Set([...readDefaultRoots(), ...extra])];
}

/**
 * `isOwn` is false for token servers and redirect targets: they never see the client certificate.
 * Throws RegistryError `tls-settings-invalid`.
 */
export function createTlsMaterial(
  settings: TlsSettings,
  host: string,
  isOwn: boolean,
): TlsMaterial {
  const client = isOwn ? settings.clientCertificate : undefined;
  try {
    const ca = authorities(settings);
    return {
      secureContext: tls.createSecureContext({
        ...(ca && { ca }),
        ...(client && { cert: client.certPem, key: client.keyPem }),
        ...(client?.passphrase !== undefined && { passphrase: client.passphrase }),
      }),
      trustedFingerprints: new Set(settings.trustedFingerprints?.map(normalizeFingerprint)),
    };
  } catch (error) {
    throw failure('tls-settings-invalid', { host, step: 'ping', cause: error });
  }
}
