import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { createLocalRegistry, type LocalRegistry, type LogEntry } from '#core/local-registry/index';
import { UsageError } from './exit';
import { readDuration, readOptions, readWholeNumber, required } from './options';

/** Not 5000: macOS has AirPlay there (trap 47). */
const defaultPort = '5055';
const drainMs = 10_000;

const options = {
  storage: 'text',
  port: 'text',
  host: 'text',
  htpasswd: 'text',
  'tls-cert': 'text',
  'tls-key': 'text',
  'read-only': 'flag',
  'no-delete': 'flag',
  webhook: 'texts',
  'host-name': 'texts',
  'upload-max-age': 'text',
  'force-open-network': 'flag',
} as const;

/** `tagboat registry --storage DIR`: one JSON line on stdout when it is ready, log lines in JSON on stderr. */
export async function serveRegistry(args: readonly string[], commandFile: URL): Promise<void> {
  const values = readOptions(args, options);
  const storageDir = resolve(required(values.storage, '--storage'));
  const port = readWholeNumber(values.port ?? defaultPort, '--port', { min: 0, max: 65_535 });
  const tls = readTls(values['tls-cert'], values['tls-key']);
  const webhooks = values.webhook.map(readWebhook);
  const host = values.host ?? '127.0.0.1';
  const maxAge = values['upload-max-age'];
  const auth =
    values.htpasswd === undefined ? {} : await preparePasswords(values.htpasswd, commandFile);
  const registry = await createLocalRegistry({
    storageDir,
    isReadOnly: values['read-only'],
    canDelete: !values['no-delete'],
    hostNames: values['host-name'],
    webhooks,
    log: writeLog,
    ...(maxAge === undefined ? {} : { uploadMaxAgeMs: readDuration(maxAge, '--upload-max-age') }),
    ...auth,
  });
  try {
    const listening = await registry.listen({
      port,
      host,
      isOpenNetworkForced: values['force-open-network'],
      ...(tls === undefined ? {} : { tls }),
    });
    closeOnSignal(registry);
    const ready = { url: listening.url, storage: storageDir, pid: process.pid };
    process.stdout.write(`${JSON.stringify(ready)}\n`);
  } catch (error) {
    await registry.close(0);
    throw explainListenFailure(error, host, port);
  }
}

/** bcrypt and threads are loaded only where there are passwords. */
async function preparePasswords(
  file: string,
  commandFile: URL,
): Promise<{
  htpasswdFile: string;
  checkPassword: (hash: string, password: string) => Promise<boolean>;
}> {
  const { createPasswordChecker } = await import('#core/local-runtime/process/password-checker');
  return { htpasswdFile: resolve(file), ...createPasswordChecker(commandFile) };
}

function readTls(
  cert: string | undefined,
  key: string | undefined,
): { cert: Buffer; key: Buffer } | undefined {
  if (cert === undefined && key === undefined) return undefined;
  if (cert === undefined || key === undefined) {
    throw new UsageError('--tls-cert and --tls-key go together.');
  }
  return { cert: readFileSync(cert), key: readFileSync(key) };
}

function readWebhook(text: string): { url: string } {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') {
    throw new UsageError('--webhook has to be a URL that starts with http:// or https://.');
  }
  return { url: text };
}

function writeLog({ level, event, message, fields }: LogEntry): void {
  const line = { time: new Date().toISOString(), level, event, message, ...fields };
  process.stderr.write(`${JSON.stringify(line)}\n`);
}

/** The first signal lets requests end; the second does not wait. */
function closeOnSignal(registry: LocalRegistry): void {
  let isClosing = false;
  const onSignal = (): void => {
    if (isClosing) process.exit(1);
    isClosing = true;
    registry.close(drainMs).then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
}

function explainListenFailure(error: unknown, host: string, port: number): unknown {
  if (!(error instanceof Error) || !('code' in error)) return error;
  if (error.code === 'EADDRINUSE') {
    return new Error(`port ${port} on ${host} is taken; choose another with --port, or 0 for any`);
  }
  if (error.code === 'EACCES') {
    return new Error(`this user may not open port ${port}; choose one from 1024 up with --port`);
  }
  if (error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND') {
    return new Error(`${host} is no address of this machine; see --host`);
  }
  return error;
}
