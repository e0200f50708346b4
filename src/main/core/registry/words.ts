import { RegistryError, type RegistryErrorCode, type RegistryErrorDetail } from './errors';

/** What happened, why, and what to do: one plain text for each code. `host` is where it happened. */
const words: Record<RegistryErrorCode, (host: string) => string> = {
  cancelled: () => 'The request was cancelled.',
  'timed-out': (host) =>
    `${host} did not answer in time. It may be overloaded, or a firewall drops the connection. Try again, or check the address and the network.`,
  'dns-failed': (host) =>
    `The name ${host} could not be found. Check the spelling of the address, and that this network's DNS knows it.`,
  'connection-refused': (host) =>
    `${host} refused the connection. Nothing listens on that port, or a firewall is in the way. Check the address and the port.`,
  'connection-lost': (host) =>
    `The connection to ${host} broke before the answer was complete. Try again; if it keeps happening, look for a proxy or firewall in between.`,
  'network-unreachable': (host) =>
    `There is no route to ${host}. Check that this computer is online and that a VPN, where needed, is connected.`,
  'tls-untrusted': (host) =>
    `The certificate of ${host} is not signed by an authority this computer trusts. Add the authority's certificate to the registry, or compare the fingerprint and trust this certificate.`,
  'tls-expired': (host) =>
    `The certificate of ${host} has expired or is not valid yet. Its owner must renew it; check this computer's clock too.`,
  'tls-host-mismatch': (host) =>
    `The certificate of ${host} was issued for other names. Use the name in the certificate, or have it reissued.`,
  'tls-client-certificate': (host) =>
    `${host} did not accept the client certificate, or needs one. Set the client certificate and its key for this registry.`,
  'tls-settings-invalid': (host) =>
    `The TLS settings for ${host} cannot be used. Check that the certificates and the key are PEM text, belong together, and that the passphrase is right.`,
  'tls-not-offered': (host) =>
    `${host} answered, but not with TLS. It probably serves plain HTTP on that port: use http:// if that is intended.`,
  'tls-handshake-failed': (host) =>
    `No secure connection to ${host} could be agreed. The registry may need a client certificate or offer only outdated TLS.`,
  'https-required': (host) =>
    `${host} expects HTTPS on that port. Use https:// in the registry's address.`,
  'plain-http-refused': (host) =>
    `${host} would be reached over plain HTTP, which anyone on the way can read. Use https://, or allow plain HTTP for this registry.`,
  'address-invalid': (host) =>
    `${host} is not a registry address. Write it as a host name with an optional port, for example registry.example:5000.`,
  'address-refused': (host) =>
    `The registry pointed to ${host}, an address reserved for machine-internal services. The request was not sent.`,
  'redirect-refused': (host) =>
    `${host} redirected the request to a place it must not go to. The request was not sent on.`,
  'redirect-loop': (host) =>
    `${host} redirected the request again and again. The registry or a proxy in front of it is set up wrongly.`,
  'realm-refused': (host) =>
    `${host} asks to sign in at a token server that does not belong to it. Approve that host if it is expected.`,
  'credentials-rejected': (host) =>
    `${host} did not accept the user name and password. Check them, or sign in again with a new token.`,
  'credentials-unavailable': (host) =>
    `The stored credential for ${host} could not be read. Unlock the keychain, or enter the credential again.`,
  unauthorized: (host) =>
    `${host} needs a sign-in for this, or the signed-in account has no right to it.`,
  denied: (host) =>
    `${host} does not allow this for the account in use. Ask the registry's owner for the right, or sign in with another account.`,
  'not-found': (host) =>
    `${host} has nothing under that name. It may have been deleted or renamed.`,
  unsupported: (host) => `${host} does not offer this function.`,
  'range-invalid': (host) => `${host} has no bytes at the requested position.`,
  'request-refused': (host) => `${host} refused the request.`,
  'rate-limited': (host) =>
    `${host} limits how often it may be asked, and that limit is reached. Wait, or sign in for a higher limit.`,
  'registry-failed': (host) =>
    `${host} had an internal error. Try again later; its owner can find the cause in its log.`,
  'not-a-registry': (host) =>
    `${host} answered, but not as a container registry. Check the address, the port and any path in front of /v2/.`,
  'response-too-large': (host) =>
    `${host} sent more than this kind of answer may hold. The rest was not read.`,
  'response-malformed': (host) => `${host} sent an answer that cannot be understood.`,
  'digest-mismatch': (host) =>
    `The bytes from ${host} do not match their digest. They are damaged or were replaced, and were not used.`,
  'paging-refused': (host) =>
    `${host} continued a list at another address. The rest of the list was not read.`,
  'proxy-failed': (host) =>
    `The proxy did not connect to ${host}. Check the proxy settings (HTTPS_PROXY, HTTP_PROXY, NO_PROXY).`,
};

/** A RegistryError in its standard words, with a sentence of its own after them where the place knows more. */
export function failure(
  code: RegistryErrorCode,
  detail: RegistryErrorDetail,
  note?: string,
): RegistryError {
  const text = words[code](detail.host);
  return new RegistryError(code, note === undefined ? text : `${text} ${note}`, detail);
}
