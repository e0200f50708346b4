import { isIP } from 'node:net';

/** True for addresses that only this machine can reach. */
export function isLoopback(host: string): boolean {
  if (host === 'localhost') return true;
  if (isIP(host) === 4) return host.startsWith('127.');
  return host === '::1' || host === '0:0:0:0:0:0:0:1';
}

/**
 * Refuses to open a registry to the network without a password and without encryption (trap 52). `isForced` is the
 * user's own decision.
 */
export function checkBinding(options: {
  host: string;
  hasPassword: boolean;
  hasTls: boolean;
  isForced: boolean;
}): void {
  const { host, hasPassword, hasTls, isForced } = options;
  if (isLoopback(host) || isForced || (hasPassword && hasTls)) return;
  const missing = [
    ...(hasPassword ? [] : ['a password file (--htpasswd)']),
    ...(hasTls ? [] : ['a certificate (--tls-cert, --tls-key)']),
  ].join(' and ');
  throw new Error(
    `${host} can be reached from the network, and anyone there could read, change and delete images; it needs ${missing}, or --force-open-network to allow it all the same`,
  );
}
