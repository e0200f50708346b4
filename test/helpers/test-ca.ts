import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export type IssuedCertificate = {
  certPem: string;
  keyPem: string;
  /** The same as files, for programs that read their configuration from disk. */
  certFile: string;
  keyFile: string;
};

export type IssueOptions = {
  /** Ended yesterday. */
  expired?: boolean;
  /** For a client instead of a server. */
  client?: boolean;
  /** The key is written encrypted with it. */
  passphrase?: string;
};

export type TestCa = {
  certPem: string;
  certFile: string;
  /** A certificate for names and addresses, signed by this authority. */
  issue(names: readonly string[], options?: IssueOptions): Promise<IssuedCertificate>;
  /** A certificate for names and addresses that nobody but itself has signed. */
  selfSigned(names: readonly string[]): Promise<IssuedCertificate>;
  close(): Promise<void>;
};

const words = (text: string): string[] => text.split(' ');

const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1'];

const altNames = (names: readonly string[]): string =>
  names.map((name) => `${isIP(name) === 0 ? 'DNS' : 'IP'}:${name}`).join(',');

async function load(certFile: string, keyFile: string): Promise<IssuedCertificate> {
  const [certPem, keyPem] = await Promise.all([
    readFile(certFile, 'utf8'),
    readFile(keyFile, 'utf8'),
  ]);
  return { certPem, keyPem, certFile, keyFile };
}

/** A private authority in a directory of its own, made by openssl; `close` removes it. */
export async function createTestCa(name = 'Tagboat test authority'): Promise<TestCa> {
  const directory = await mkdtemp(path.join(tmpdir(), 'tagboat-ca-'));
  const file = (base: string): string => path.join(directory, base);
  const certFile = file('ca.crt');
  const keyFile = file('ca.key');
  await run('openssl', [
    ...words('req -x509 -nodes -days 30 -addext keyUsage=critical,keyCertSign,cRLSign -subj'),
    `/CN=${name}`,
    ...newKey,
    '-keyout',
    keyFile,
    '-out',
    certFile,
  ]);

  const request = async (base: string, names: readonly string[], passphrase?: string) => {
    const secrecy = passphrase === undefined ? ['-nodes'] : ['-passout', `pass:${passphrase}`];
    const outputs = ['-keyout', file(`${base}.key`), '-out', file(`${base}.csr`)];
    const subject = ['-subj', `/CN=${names[0] ?? 'test'}`];
    await run('openssl', ['req', '-new', ...newKey, ...secrecy, ...subject, ...outputs]);
  };

  return {
    certPem: await readFile(certFile, 'utf8'),
    certFile,
    async issue(names, options = {}) {
      const base = randomUUID();
      await request(base, names, options.passphrase);
      const usage = options.client ? 'clientAuth' : 'serverAuth';
      const extensions = `subjectAltName=${altNames(names)}\nextendedKeyUsage=${usage}\n`;
      await writeFile(file(`${base}.ext`), extensions);
      const authority = ['-CA', certFile, '-CAkey', keyFile];
      const serial = ['-set_serial', `0x${base.replaceAll('-', '')}`];
      const life = ['-days', options.expired ? '-1' : '30'];
      const inputs = ['-in', file(`${base}.csr`), '-extfile', file(`${base}.ext`)];
      const output = ['-out', file(`${base}.crt`)];
      await run('openssl', [
        'x509',
        '-req',
        ...inputs,
        ...authority,
        ...serial,
        ...life,
        ...output,
      ]);
      return load(file(`${base}.crt`), file(`${base}.key`));
    },
    async selfSigned(names) {
      const base = randomUUID();
      const outputs = ['-keyout', file(`${base}.key`), '-out', file(`${base}.crt`)];
      const subject = ['-subj', `/CN=${names[0] ?? ''}`];
      const extension = ['-addext', `subjectAltName=${altNames(names)}`];
      await run('openssl', [
        ...words('req -x509 -nodes -days 30'),
        ...newKey,
        ...subject,
        ...extension,
        ...outputs,
      ]);
      return load(file(`${base}.crt`), file(`${base}.key`));
    },
    close: () => rm(directory, { recursive: true, force: true }),
  };
}
