import { X509Certificate } from 'node:crypto';
import type { DetailedPeerCertificate, TLSSocket } from 'node:tls';
import type { CertificateSummary } from '../errors';

/** A real chain has three or four links; a hostile one must not make a long list. */
const MAX_CHAIN = 10;
const MAX_ALT_NAMES = 200;

/** Upper-case hex without colons, so that fingerprints compare however they were written. */
export function normalizeFingerprint(fingerprint: string): string {
  return fingerprint.replace(/[^0-9a-fA-F]/g, '').toUpperCase();
}

/** Splits a subjectAltName text at its commas, but not inside the quotes Node puts around odd names. */
function splitAltNames(text: string | undefined): string[] {
  if (text === undefined) return [];
  const names = text.match(/(?:[^,"]|"(?:[^"\\]|\\.)*")+/g) ?? [];
  return names.slice(0, MAX_ALT_NAMES).map((name) => name.trim());
}

function toIsoDate(text: string): string {
  const time = Date.parse(text);
  return Number.isNaN(time) ? text : new Date(time).toISOString();
}

/** X509Certificate prints a distinguished name one attribute a line. */
const oneLine = (name: string | undefined): string => (name ?? '').split('\n').join(', ');

function summarizeCertificate(certificate: X509Certificate): CertificateSummary {
  return {
    subject: oneLine(certificate.subject),
    issuer: oneLine(certificate.issuer),
    validFrom: toIsoDate(certificate.validFrom),
    validTo: toIsoDate(certificate.validTo),
    fingerprintSha256: certificate.fingerprint256,
    subjectAltNames: splitAltNames(certificate.subjectAltName),
    isCa: certificate.ca,
    isSelfSigned: certificate.checkIssued(certificate),
  };
}

/** The chain a TLS socket was shown, leaf first. Empty when the handshake gave none. */
export function chainOf(socket: TLSSocket): CertificateSummary[] {
  const chain: CertificateSummary[] = [];
  let current: DetailedPeerCertificate | undefined = socket.getPeerCertificate(true);
  const seen = new Set<string>();
  while (current?.raw && chain.length < MAX_CHAIN && !seen.has(current.fingerprint256)) {
    seen.add(current.fingerprint256);
    chain.push(summarizeCertificate(new X509Certificate(current.raw)));
    current = current.issuerCertificate;
  }
  return chain;
}
