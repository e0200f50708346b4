import type { RegistryStep } from '../errors';
import { failure } from '../words';
import { isLoopbackHost } from './addresses';

/** Where a registry lives. `base` ends with a slash; the API is at `<base>v2/`. */
export type RegistryOrigin = { base: URL; host: string; isLoopback: boolean };

/** Accepts `http(s)://host[:port][/prefix]`. Throws RegistryError `address-invalid`. */
export function parseOrigin(origin: string): RegistryOrigin {
  const invalid = (cause?: unknown): never => {
    throw failure('address-invalid', { host: origin.slice(0, 255), step: 'ping', cause });
  };
  let url: URL;
  try {
    url = new URL(origin);
  } catch (error) {
    return invalid(error);
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return invalid();
  if (url.username !== '' || url.password !== '') return invalid();
  if (url.search !== '' || url.hash !== '' || url.hostname === '') return invalid();
  const base = new URL(url);
  if (!base.pathname.endsWith('/')) base.pathname += '/';
  return { base, host: base.host, isLoopback: isLoopbackHost(base.hostname) };
}

/** Plain HTTP leaves this computer only where the user said so. Throws `plain-http-refused`. */
export function checkPlainHttp(url: URL, allowPlainHttp: boolean, step: RegistryStep): void {
  if (url.protocol !== 'http:' || allowPlainHttp || isLoopbackHost(url.hostname)) return;
  throw failure('plain-http-refused', { host: url.host, step });
}
