/** TLS choices of one registry. All PEM text. */
export type TlsSettings = {
  /** Added to the well-known roots, never instead of them. */
  ca?: readonly string[] | undefined;
  clientCertificate?:
    { certPem: string; keyPem: string; passphrase?: string | undefined } | undefined;
  /** SHA-256 fingerprints of leaf certificates the user accepted after seeing the chain; colons and case do not matter. */
  trustedFingerprints?: readonly string[] | undefined;
};
