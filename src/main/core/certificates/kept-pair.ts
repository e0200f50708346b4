import { createPrivateKey, X509Certificate } from 'node:crypto';
import { chmod, open } from 'node:fs/promises';
import { errorCode, writeFileAtomically } from '#core/settings/atomic-file';
import { CertificateProblem } from './certificate-problem';
import type { KeyPairPem } from './issue';

/** Some hundred times what two certificates and a key need. */
const maxFileBytes = 256 * 1024;

/** A key pair that was read from disk, with its certificate parsed. */
export type KeptPair = KeyPairPem & { readonly certificate: X509Certificate };

/**
 * Certificate and key in one file: either both are there or neither, whatever is cut off in between. Undefined when there
 * is no file; CertificateProblem when there is one that cannot be used.
 */
export async function readKeptPair(file: string): Promise<KeptPair | undefined> {
  const text = await readBounded(file);
  if (text === undefined) return undefined;
  const certificatePem = firstBlock(text, 'CERTIFICATE');
  const keyPem = firstBlock(text, 'PRIVATE KEY');
  try {
    const certificate = new X509Certificate(certificatePem);
    if (certificate.checkPrivateKey(createPrivateKey(keyPem))) {
      return { certificatePem, keyPem, certificate };
    }
  } catch (error) {
    throw damaged(file, error);
  }
  throw damaged(file);
}

/** Only the owner may read it: whoever has the key of the authority can sign for every name. */
export const writeKeptPair = (file: string, pair: KeyPairPem): Promise<void> =>
  writeFileAtomically(file, `${pair.certificatePem}${pair.keyPem}`, { mode: 0o600 });

async function readBounded(file: string): Promise<string | undefined> {
  try {
    const handle = await open(file, 'r');
    try {
      const { size, mode } = await handle.stat();
      if (size > maxFileBytes) throw damaged(file);
      // A restored backup or a careless copy may have opened it to others.
      if (process.platform !== 'win32' && (mode & 0o077) !== 0) await chmod(file, 0o600);
      return await handle.readFile('utf8');
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    if (error instanceof CertificateProblem) throw error;
    throw new CertificateProblem(
      'unreadable',
      `The certificate in ${file} cannot be read (${errorCode(error) ?? String(error)}). Let your account read the file, or move it away to have a new one made.`,
      { cause: error, file },
    );
  }
}

function firstBlock(text: string, label: string): string {
  const begin = `-----BEGIN ${label}-----`;
  const end = `-----END ${label}-----`;
  const from = text.indexOf(begin);
  const to = text.indexOf(end, from);
  return from < 0 || to < 0 ? '' : `${text.slice(from, to + end.length)}\n`;
}

const damaged = (file: string, cause?: unknown): CertificateProblem =>
  new CertificateProblem(
    'damaged',
    `${file} does not hold a certificate with its key, so nothing can be signed with it. Put the file back from a backup, or make a new authority, which everything that trusted the old one has to be told about.`,
    { cause, file },
  );
