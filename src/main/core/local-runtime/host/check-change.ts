import net from 'node:net';
import { CertificateProblem, parseHostName } from '#core/certificates/index';
import { RuntimeProblem } from '../view';
import type { RuntimeSettings } from '../settings';
import { findPortHolder } from './port-holder';

export type ChangeContext = {
  readonly before: RuntimeSettings;
  readonly hasUsers: boolean;
  /** The port that the registry has open now. */
  readonly ownPort: number | undefined;
};

const minLimitBytes = 1024 * 1024;

/** Refuses settings that the machine could not keep, with what to do; gives them in their final form. */
export async function checkChange(
  next: RuntimeSettings,
  { before, hasUsers, ownPort }: ChangeContext,
): Promise<RuntimeSettings> {
  checkLimit(next.limitBytes);
  checkWebhook(next.webhookUrl);
  const hostNames = [...new Set(next.hostNames.map(checkHostName))];
  checkReach(next, before, hasUsers);
  if (next.port !== before.port && next.port !== ownPort) {
    await checkPort(next.port, next.reach === 'network');
  }
  return { ...next, hostNames };
}

function checkLimit(limitBytes: number | null): void {
  if (limitBytes === null) return;
  if (Number.isSafeInteger(limitBytes) && limitBytes >= minLimitBytes) return;
  throw invalid('limitBytes', 'The limit has to be at least 1 MiB, or none at all.');
}

function checkWebhook(text: string | null): void {
  if (text === null) return;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return;
  throw invalid(
    'webhookUrl',
    'The webhook has to be an address that starts with http:// or https://.',
  );
}

function checkHostName(text: string): string {
  try {
    return parseHostName(text);
  } catch (error) {
    if (error instanceof CertificateProblem) throw invalid('hostNames', error.message);
    throw error;
  }
}

/** Nothing is shared with a network without a user and TLS (trap 52), and neither goes while it is shared. */
function checkReach(next: RuntimeSettings, before: RuntimeSettings, hasUsers: boolean): void {
  if (next.reach !== 'network' || (hasUsers && next.tls)) return;
  if (before.reach === 'network' && before.tls && !next.tls) {
    throw invalid(
      'tls',
      'The registry is shared with the network, where passwords and images would be readable by others without TLS. Limit it to this computer first, then switch TLS off.',
    );
  }
  const missing = [...(hasUsers ? [] : ['a user']), ...(next.tls ? [] : ['TLS'])].join(' and ');
  throw invalid(
    'reach',
    `Everybody in the network could read, change and delete images. Sharing the registry needs ${missing} first.`,
  );
}

async function checkPort(port: number, isNetwork: boolean): Promise<void> {
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw invalid('port', 'A port is a whole number from 1 to 65535.');
  }
  const code = await tryPort(port, isNetwork);
  if (code === undefined) return;
  if (code === 'EADDRINUSE') {
    const holder = await findPortHolder(port);
    const free = await findFreePort(port, isNetwork);
    const advice = free === undefined ? '' : ` ${free} is free.`;
    throw new RuntimeProblem(
      'address-refused',
      `Port ${port} is taken by ${holder ?? 'another program'}. Choose another one.${advice}`,
      { field: 'port' },
    );
  }
  const reason =
    code === 'EACCES' || code === 'EPERM'
      ? 'The system does not let this user open it; choose one from 1024 up.'
      : `The system says ${code}.`;
  throw new RuntimeProblem('address-refused', `Port ${port} cannot be opened. ${reason}`, {
    field: 'port',
  });
}

async function findFreePort(taken: number, isNetwork: boolean): Promise<number | undefined> {
  for (let port = taken + 1; port <= Math.min(taken + 20, 65_535); port += 1) {
    if (port !== 5000 && (await tryPort(port, isNetwork)) === undefined) return port;
  }
  return undefined;
}

/** Opens a port for a moment; the system's code when that is refused. */
async function tryPort(port: number, isNetwork: boolean): Promise<string | undefined> {
  const code = await tryHost(port, isNetwork ? '::' : '127.0.0.1');
  const hasNoIpv6 = code === 'EAFNOSUPPORT' || code === 'EADDRNOTAVAIL';
  return isNetwork && hasNoIpv6 ? tryHost(port, '0.0.0.0') : code;
}

function tryHost(port: number, host: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = net.createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      resolve(error.code ?? error.message);
    });
    server.listen({ port, host, exclusive: true }, () => {
      server.close(() => {
        resolve(undefined);
      });
    });
  });
}

const invalid = (field: string, message: string): RuntimeProblem =>
  new RuntimeProblem('input-invalid', message, { field });
