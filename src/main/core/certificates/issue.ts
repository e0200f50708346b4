import { createPrivateKey, KeyObject, webcrypto } from 'node:crypto';
import { isIP } from 'node:net';
import type * as X509 from '@peculiar/x509';

/** A certificate (PEM) with the private key (PKCS #8 PEM) that belongs to it. */
export type KeyPairPem = { readonly certificatePem: string; readonly keyPem: string };

/** Elliptic curve keys are made at once and read by everything that speaks TLS 1.2 (RFC 8446, section 9.1). */
const keyAlgorithm = { name: 'ECDSA', namedCurve: 'P-256' } as const;
const signingAlgorithm = { name: 'ECDSA', hash: 'SHA-256' } as const;
const dayMs = 24 * 60 * 60 * 1000;
/** Clocks of virtual machines run a little behind the host's. */
const clockSkewMs = 60 * 60 * 1000;
const authorityDays = 3650;
/** Apple's systems refuse server certificates of more than 825 days, browsers those of more than 398. */
const hostCertificateDays = 397;

let library: Promise<typeof X509> | undefined;

/** Loaded when a certificate is made, which is rare: it would take a part of every start. */
function loadLibrary(): Promise<typeof X509> {
  library ??= import('reflect-metadata').then(() => import('@peculiar/x509'));
  return library;
}

const makeKeys = (): Promise<webcrypto.CryptoKeyPair> =>
  webcrypto.subtle.generateKey(keyAlgorithm, true, ['sign', 'verify']);

const keyToPem = (key: webcrypto.CryptoKey): string =>
  KeyObject.from(key).export({ type: 'pkcs8', format: 'pem' }).toString();

const importKey = (pem: string): Promise<webcrypto.CryptoKey> =>
  webcrypto.subtle.importKey(
    'pkcs8',
    createPrivateKey(pem).export({ type: 'pkcs8', format: 'der' }),
    keyAlgorithm,
    false,
    ['sign'],
  );

/**
 * A private authority. It can sign server certificates and nothing else (RFC 5280, 4.2.1.9 and 4.2.1.12): no further
 * authority, no code, no mail.
 */
export async function makeAuthority(name: string, nowMs: number): Promise<KeyPairPem> {
  const x509 = await loadLibrary();
  const keys = await makeKeys();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned(
    {
      name: [{ CN: [name] }, { O: ['Tagboat'] }],
      notBefore: new Date(nowMs - clockSkewMs),
      notAfter: new Date(nowMs + authorityDays * dayMs),
      signingAlgorithm,
      keys,
      extensions: [
        new x509.BasicConstraintsExtension(true, 0, true),
        new x509.KeyUsagesExtension(
          x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign,
          true,
        ),
        new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
        await x509.SubjectKeyIdentifierExtension.create(keys.publicKey, false, webcrypto),
      ],
    },
    webcrypto,
  );
  return { certificatePem: `${certificate.toString('pem')}\n`, keyPem: keyToPem(keys.privateKey) };
}

/** A server certificate with a new key for these names and addresses; it never outlives the authority. */
export async function makeHostCertificate(
  authority: KeyPairPem,
  hostNames: readonly string[],
  nowMs: number,
): Promise<KeyPairPem> {
  const x509 = await loadLibrary();
  const keys = await makeKeys();
  const issuer = new x509.X509Certificate(authority.certificatePem);
  const lastMs = Math.min(nowMs + hostCertificateDays * dayMs, issuer.notAfter.getTime());
  const certificate = await x509.X509CertificateGenerator.create(
    {
      // The names are in the extension; a common name holds 64 characters, and nobody reads it (RFC 9525).
      subject: [{ CN: ['Tagboat local registry'] }],
      issuer: issuer.subjectName,
      notBefore: new Date(Math.max(nowMs - clockSkewMs, issuer.notBefore.getTime())),
      notAfter: new Date(lastMs),
      signingAlgorithm,
      publicKey: keys.publicKey,
      signingKey: await importKey(authority.keyPem),
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
        new x509.SubjectAlternativeNameExtension(
          hostNames.map((value) => ({
            type: isIP(value) === 0 ? ('dns' as const) : ('ip' as const),
            value,
          })),
        ),
        await x509.AuthorityKeyIdentifierExtension.create(issuer.publicKey, false, webcrypto),
        await x509.SubjectKeyIdentifierExtension.create(keys.publicKey, false, webcrypto),
      ],
    },
    webcrypto,
  );
  return { certificatePem: `${certificate.toString('pem')}\n`, keyPem: keyToPem(keys.privateKey) };
}
