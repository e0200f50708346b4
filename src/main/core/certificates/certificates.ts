import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { hostname } from 'node:os';
import path from 'node:path';
import { errorCode, keepFileAside, writeFileAtomically } from '#core/settings/atomic-file';
import { CertificateProblem } from './certificate-problem';
import { parseHostNames, shortIpv6 } from './host-names';
import { makeAuthority, makeHostCertificate, type KeyPairPem } from './issue';
import { readKeptPair, writeKeptPair, type KeptPair } from './kept-pair';

export type Authority = {
  readonly certificatePem: string;
  /** SHA-256 as `openssl x509 -fingerprint -sha256` writes it: `AB:CD:…` */
  readonly fingerprint: string;
  /** ISO 8601. */
  readonly expiresAt: string;
  /** The certificate alone, for the commands that make others trust it. */
  readonly file: string;
};

export type HostCertificate = {
  /** The server's certificate and then the authority's: what a TLS server sends. */
  readonly certificatePem: string;
  readonly keyPem: string;
  readonly hostNames: readonly string[];
  /** ISO 8601. */
  readonly expiresAt: string;
  /** ISO 8601: from then on `certificateFor` makes a new one. */
  readonly renewAt: string;
  readonly authority: Authority;
};

export type CertificatesOptions = {
  /** Holds the authority and the certificate; made when it is missing. */
  readonly directory: string;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  /** Stands in the authority's name, so that lists of trusted authorities tell two machines apart. */
  readonly machineName?: string;
};

export type Certificates = {
  /** The authority if there is one. */
  readonly existingAuthority: () => Promise<Authority | undefined>;
  /** The authority of this machine; made on the first call, and again when it has expired. */
  readonly authority: () => Promise<Authority>;
  /** A certificate for exactly these host names and addresses: the kept one while it fits, otherwise a new one. */
  readonly certificateFor: (hostNames: readonly string[]) => Promise<HostCertificate>;
  /** A certificate that is given away and not kept: for a registry elsewhere. Nobody renews it. */
  readonly issue: (hostNames: readonly string[]) => Promise<HostCertificate>;
  /** Makes a new authority; the old file is kept beside it. Everything that trusted the old one has to be told. */
  readonly replaceAuthority: () => Promise<Authority>;
};

const renewBeforeMs = 30 * 24 * 60 * 60 * 1000;

/**
 * The private authority of this machine and the certificate it signs, kept in a folder. All throw CertificateProblem, or
 * the system's error when the folder cannot be written.
 */
export function openCertificates(options: CertificatesOptions): Certificates {
  const folder = new CertificateFolder(options);
  let last: Promise<unknown> = Promise.resolve();
  /** One after the other: two at once would each make an authority. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = last.then(work);
    last = turn.catch(() => undefined);
    return turn;
  };
  return {
    existingAuthority: () => inTurn(() => folder.existingAuthority()),
    authority: () => inTurn(async () => folder.publish(await folder.authority())),
    certificateFor: (names) => inTurn(() => folder.certificateFor(names)),
    issue: (names) => inTurn(() => folder.issue(names)),
    replaceAuthority: () => inTurn(async () => folder.publish(await folder.makeAuthority())),
  };
}

class CertificateFolder {
  readonly #authorityFile: string;
  readonly #publicFile: string;
  readonly #hostFile: string;
  readonly #now: () => number;
  readonly #authorityName: string;

  constructor({ directory, now = Date.now, machineName = hostname() }: CertificatesOptions) {
    this.#authorityFile = path.join(directory, 'authority.pem');
    this.#publicFile = path.join(directory, 'tagboat-ca.crt');
    this.#hostFile = path.join(directory, 'registry.pem');
    this.#now = now;
    this.#authorityName = authorityName(machineName);
  }

  async existingAuthority(): Promise<Authority | undefined> {
    const kept = await readKeptPair(this.#authorityFile);
    return kept && this.publish(kept);
  }

  async authority(): Promise<KeptPair> {
    const kept = await readKeptPair(this.#authorityFile);
    const isUsable = kept !== undefined && Date.parse(kept.certificate.validTo) > this.#now();
    return isUsable ? kept : this.makeAuthority();
  }

  async makeAuthority(): Promise<KeptPair> {
    await keepFileAside(this.#authorityFile, 'replaced').catch((error: unknown) => {
      if (errorCode(error) !== 'ENOENT') throw error;
    });
    return keep(this.#authorityFile, await makeAuthority(this.#authorityName, this.#now()));
  }

  async certificateFor(names: readonly string[]): Promise<HostCertificate> {
    const hostNames = parseHostNames(names);
    const authority = await this.authority();
    // What was signed can be signed again: damage here costs nothing.
    const kept = await readKeptPair(this.#hostFile).catch(skipDamaged);
    const nowMs = this.#now();
    const isFit = kept && fits(kept.certificate, authority.certificate, hostNames, nowMs);
    const pair = isFit
      ? kept
      : await keep(this.#hostFile, await makeHostCertificate(authority, hostNames, nowMs));
    return this.#toHostCertificate(pair, hostNames, authority);
  }

  async issue(names: readonly string[]): Promise<HostCertificate> {
    const hostNames = parseHostNames(names);
    const authority = await this.authority();
    const pair = parsePair(await makeHostCertificate(authority, hostNames, this.#now()));
    return this.#toHostCertificate(pair, hostNames, authority);
  }

  async #toHostCertificate(
    pair: KeptPair,
    hostNames: readonly string[],
    authority: KeptPair,
  ): Promise<HostCertificate> {
    return {
      certificatePem: `${pair.certificatePem}${authority.certificatePem}`,
      keyPem: pair.keyPem,
      hostNames,
      expiresAt: toIso(pair.certificate.validTo),
      renewAt: new Date(renewalTime(pair.certificate, authority.certificate)).toISOString(),
      authority: await this.publish(authority),
    };
  }

  /** Sees to it that the authority's certificate alone lies beside it, for everybody to read. */
  async publish({ certificatePem, certificate }: KeptPair): Promise<Authority> {
    const file = this.#publicFile;
    const published = await readFile(file, 'utf8').catch(() => undefined);
    if (published !== certificatePem) {
      await writeFileAtomically(file, certificatePem, { mode: 0o644 });
    }
    const { fingerprint256: fingerprint, validTo } = certificate;
    return { certificatePem, fingerprint, expiresAt: toIso(validTo), file };
  }
}

async function keep(file: string, pair: KeyPairPem): Promise<KeptPair> {
  await writeKeptPair(file, pair);
  return parsePair(pair);
}

const parsePair = (pair: KeyPairPem): KeptPair => ({
  ...pair,
  certificate: new X509Certificate(pair.certificatePem),
});

/** A common name holds 64 characters (RFC 5280, appendix A.1). */
const authorityName = (machineName: string): string =>
  `Tagboat CA on ${machineName.replace(/[^0-9A-Za-z._-]/gu, '-')}`.slice(0, 64);

const toIso = (date: string): string => new Date(date).toISOString();

function skipDamaged(error: unknown): undefined {
  if (!(error instanceof CertificateProblem) || error.code !== 'damaged') throw error;
  return undefined;
}

/** A certificate that ends with its authority gains nothing by a renewal before that. */
function renewalTime(certificate: X509Certificate, authority: X509Certificate): number {
  const endMs = Date.parse(certificate.validTo);
  return endMs >= Date.parse(authority.validTo) ? endMs : endMs - renewBeforeMs;
}

function fits(
  certificate: X509Certificate,
  authority: X509Certificate,
  hostNames: readonly string[],
  nowMs: number,
): boolean {
  const names = alternativeNames(certificate);
  return (
    names.size === hostNames.length &&
    hostNames.every((name) => names.has(name)) &&
    Date.parse(certificate.validFrom) <= nowMs &&
    nowMs < renewalTime(certificate, authority) &&
    certificate.checkIssued(authority) &&
    certificate.verify(authority.publicKey)
  );
}

/** Node writes `DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1`. */
function alternativeNames(certificate: X509Certificate): ReadonlySet<string> {
  const names = (certificate.subjectAltName ?? '').split(', ').map((entry) => {
    const name = entry.slice(entry.indexOf(':') + 1).toLowerCase();
    return isIP(name) === 6 ? shortIpv6(name) : name;
  });
  return new Set(names);
}
