import { RegistryError, type RegistryClient } from '../../registry/index';

/** What of a registry's client an upload needs: one request at a time, signed in, never repeated and never redirected. */
export type UploadWire = Pick<RegistryClient, 'sendUpload'>;
export type UploadRequest = Parameters<UploadWire['sendUpload']>[1];
type UploadAnswer = Awaited<ReturnType<UploadWire['sendUpload']>>;

export const headerOf = (answer: UploadAnswer, name: string): string | undefined => {
  const value = answer.headers[name];
  return (typeof value === 'string' ? value : value?.[0])?.trim();
};

/**
 * The newest Location, relative or absolute, with whatever query it carries (trap 31). A registry behind a proxy that ends
 * TLS writes http: where it is reached by https:.
 */
export function locationOf(answer: UploadAnswer): URL {
  const text = headerOf(answer, 'location');
  const { host, protocol } = answer.url;
  const target = text === undefined ? undefined : tryParseUrl(text, answer.url);
  if (target === undefined) {
    throw new RegistryError(
      'response-malformed',
      `${host} did not say where an upload goes on. Its owner must look at the registry, or at the proxy in front of it.`,
      { host, step: 'blob', status: answer.status },
    );
  }
  if (target.protocol === 'http:' && protocol === 'https:' && target.host === host) {
    target.protocol = 'https:';
  }
  if (target.origin === answer.url.origin) return target;
  throw new RegistryError(
    'redirect-refused',
    `${host} wanted the upload to go to ${target.host}, which would get the sign-in. Nothing was sent there.`,
    { host, step: 'blob', status: answer.status },
  );
}

export function tryParseUrl(text: string, base?: URL): URL | undefined {
  try {
    return new URL(text, base);
  } catch {
    return undefined;
  }
}

/** Appended as text: writing the query again could change what the registry signed. */
export function withDigest(location: URL, digest: string): URL {
  const separator = location.search === '' ? '?' : '&';
  return new URL(`${location.href.replace(/#.*$/u, '')}${separator}digest=${digest}`);
}

/** `Range: 0-<last byte>` of an upload's status. `0-0` is also what distribution says for nothing at all. */
export function receivedBytes(answer: UploadAnswer): number {
  const last = /^(?:bytes=)?0-(\d+)$/u.exec(headerOf(answer, 'range') ?? '')?.[1];
  const lastByte = last === undefined ? 0 : Number(last);
  return lastByte === 0 ? 0 : lastByte + 1;
}
