import type { ErrorCode } from '#contract/result';

/** The one thing that most likely helps, as a button. */
export type ErrorAction =
  | 'retry'
  | 'edit-address'
  | 'edit-login'
  | 'trust-certificate'
  | 'use-plain-http'
  | 'approve-realm'
  | 'open-settings'
  | 'none';

export type ErrorWords = {
  /** What happened, in a few words. */
  readonly title: string;
  /** Why it happens. */
  readonly explanation: string;
  /** What to do about it. */
  readonly whatToDo: string;
  readonly action: ErrorAction;
};

export type Words = Partial<Readonly<Record<ErrorCode, ErrorWords>>>;

export const networkWords = {
  cancelled: {
    title: 'Cancelled',
    explanation: 'The work was stopped before its end.',
    whatToDo: 'Start it again when it is wanted.',
    action: 'retry',
  },
  'timed-out': {
    title: 'No answer in time',
    explanation:
      'The registry took the connection and then stayed silent, or a firewall drops the packets.',
    whatToDo:
      'Check that the address and port are right and that a VPN is on where one is needed, then try again.',
    action: 'retry',
  },
  'dns-failed': {
    title: 'Host name not found',
    explanation: 'No name server knows this host name.',
    whatToDo: 'Check the spelling, and whether the name is only known inside a VPN.',
    action: 'edit-address',
  },
  'connection-refused': {
    title: 'Connection refused',
    explanation: 'The host is there, but nothing listens on this port.',
    whatToDo: 'Check the port, and that the registry is running.',
    action: 'retry',
  },
  'connection-lost': {
    title: 'Connection lost',
    explanation: 'The connection broke before the answer was complete.',
    whatToDo:
      'Try again. If it breaks each time, something between here and the registry cuts long answers.',
    action: 'retry',
  },
  'network-unreachable': {
    title: 'Network unreachable',
    explanation: 'There is no route from this computer to the registry.',
    whatToDo: 'Check that this computer is online, and that a VPN is on where one is needed.',
    action: 'retry',
  },
  'proxy-failed': {
    title: 'The proxy did not connect',
    explanation:
      'A proxy is set in the environment, and it refused or failed to reach the registry.',
    whatToDo:
      'Check HTTPS_PROXY and NO_PROXY; a registry in the local network often belongs into NO_PROXY.',
    action: 'retry',
  },
} as const satisfies Words;

export const tlsWords = {
  'tls-untrusted': {
    title: 'Certificate not trusted',
    explanation:
      'No authority that this computer or this registry entry trusts has signed the certificate.',
    whatToDo:
      'Compare the fingerprint with the one its owner gives, then trust it; or choose the CA that signed it.',
    action: 'trust-certificate',
  },
  'tls-expired': {
    title: 'Certificate expired',
    explanation: 'The certificate is outside its dates, or the clock of this computer is wrong.',
    whatToDo:
      'Check the date of this computer, else ask the owner of the registry to renew the certificate.',
    action: 'retry',
  },
  'tls-host-mismatch': {
    title: 'Certificate is for another host',
    explanation: 'The certificate does not name the host that was asked for.',
    whatToDo:
      'Use one of the names in the certificate as the address, or have the certificate issued for this one.',
    action: 'edit-address',
  },
  'tls-client-certificate': {
    title: 'Client certificate needed',
    explanation:
      'The registry asks for a client certificate and got none, or one that it does not accept.',
    whatToDo: 'Choose a certificate and its key for this registry.',
    action: 'edit-login',
  },
  'tls-settings-invalid': {
    title: 'TLS settings cannot be used',
    explanation:
      'The CA, the client certificate or its key is not PEM text, or they do not belong together.',
    whatToDo: 'Choose the files again, and check the passphrase of the key.',
    action: 'edit-login',
  },
  'tls-not-offered': {
    title: 'No encryption on this port',
    explanation: 'The port answers, but without TLS: it most likely serves plain HTTP.',
    whatToDo:
      'Check the port, or allow plain HTTP for this registry if the network between is yours.',
    action: 'use-plain-http',
  },
  'tls-handshake-failed': {
    title: 'No secure connection',
    explanation:
      'The two sides found no common version or cipher of TLS, or this port does not speak TLS.',
    whatToDo: 'Check the port. A registry without TLS needs plain HTTP to be allowed for it.',
    action: 'use-plain-http',
  },
  'https-required': {
    title: 'This port wants HTTPS',
    explanation: 'The registry was asked over plain HTTP and answers only with encryption.',
    whatToDo: 'Switch plain HTTP off for this registry.',
    action: 'edit-address',
  },
  'plain-http-refused': {
    title: 'Plain HTTP is not allowed',
    explanation:
      'This registry answers without encryption, so passwords and images can be read on the way.',
    whatToDo: 'Allow plain HTTP for this registry only if the network between is yours.',
    action: 'use-plain-http',
  },
} as const satisfies Words;

export const trustWords = {
  'address-invalid': {
    title: 'Not an address',
    explanation: 'A registry is named by its host, and a port where it has one.',
    whatToDo: 'Write it like registry.example:5000, without a repository or a tag.',
    action: 'edit-address',
  },
  'address-refused': {
    title: 'Address refused',
    explanation:
      'The registry pointed to an address that only services inside a machine or a cloud use.',
    whatToDo: 'Nothing was sent there. Ask the owner of the registry why it does that.',
    action: 'none',
  },
  'redirect-refused': {
    title: 'Redirect refused',
    explanation: 'The registry sent the request on to a place where it must not go.',
    whatToDo: 'Ask the owner of the registry whether its address has changed.',
    action: 'edit-address',
  },
  'redirect-loop': {
    title: 'Redirects without an end',
    explanation: 'The registry sent the request on too often.',
    whatToDo:
      'Check the address: a missing port or path often leads to a login page that redirects.',
    action: 'edit-address',
  },
  'realm-refused': {
    title: 'Login host not approved',
    explanation:
      'The registry wants the password sent to another host, and nobody has said that this is right.',
    whatToDo: 'Approve that host only if the owner of the registry confirms that logins go there.',
    action: 'approve-realm',
  },
  'credentials-rejected': {
    title: 'Login not accepted',
    explanation: 'The user name or the password is wrong, has expired, or was withdrawn.',
    whatToDo:
      'Enter the login again. Many registries want an access token here, not the account password.',
    action: 'edit-login',
  },
  'credentials-unavailable': {
    title: 'Stored login not readable',
    explanation: 'The keychain or the credential helper did not give the login out.',
    whatToDo: 'Unlock the keychain and try again, or enter the login again.',
    action: 'edit-login',
  },
  unauthorized: {
    title: 'Login needed',
    explanation: 'The registry does not show this to someone who is not logged in.',
    whatToDo: 'Add a login to this registry.',
    action: 'edit-login',
  },
  denied: {
    title: 'Not allowed',
    explanation: 'The login is fine, but it has no right to do this.',
    whatToDo: 'Ask the owner of the registry for the right, or use another login.',
    action: 'edit-login',
  },
} as const satisfies Words;

export const answerWords = {
  'not-found': {
    title: 'Not found',
    explanation: 'It was removed in the meantime, never existed, or this login may not see it.',
    whatToDo: 'Read the list again.',
    action: 'retry',
  },
  unsupported: {
    title: 'Not supported by this registry',
    explanation: 'The registry has this part of the API switched off, or does not have it.',
    whatToDo:
      'Nothing is wrong with the login; the owner of the registry may be able to switch it on.',
    action: 'none',
  },
  'range-invalid': {
    title: 'Nothing at that position',
    explanation: 'The registry has no bytes at the place that was asked for.',
    whatToDo: 'Open the image again.',
    action: 'retry',
  },
  'request-refused': {
    title: 'Request refused',
    explanation: 'The registry understood the request and does not want to answer it.',
    whatToDo: 'Its own words are in the details.',
    action: 'retry',
  },
  'rate-limited': {
    title: 'Too many requests',
    explanation: 'The registry allows only so many requests in a time.',
    whatToDo: 'Wait a little and try again; a login often has a larger allowance.',
    action: 'retry',
  },
  'registry-failed': {
    title: 'The registry failed',
    explanation: 'The registry had an error of its own.',
    whatToDo: 'Try again in a while; if it stays, its owner finds the reason in its log.',
    action: 'retry',
  },
  'not-a-registry': {
    title: 'No registry here',
    explanation: 'Something answers at this address, but it does not speak the registry API.',
    whatToDo: 'Check the address and port; some registries live under their own host name or path.',
    action: 'edit-address',
  },
  'response-too-large': {
    title: 'Answer too large',
    explanation: 'The registry sent more than any honest answer needs, so reading stopped.',
    whatToDo: 'Open something else; this one cannot be shown safely.',
    action: 'none',
  },
  'response-malformed': {
    title: 'Answer not understood',
    explanation: 'The registry sent something that is not what the API says.',
    whatToDo: 'Try again; if it stays, a proxy in between may change the answers.',
    action: 'retry',
  },
  'digest-mismatch': {
    title: 'Content does not match its digest',
    explanation:
      'The bytes that arrived are not the ones that were asked for, so they were thrown away.',
    whatToDo: 'Try again; if it stays, the registry or its storage is damaged.',
    action: 'retry',
  },
  'paging-refused': {
    title: 'List stopped',
    explanation: 'The registry pointed to a next page that leads elsewhere or round in circles.',
    whatToDo:
      'What was read so far is shown; the owner of the registry should look at its proxy settings.',
    action: 'retry',
  },
  'content-invalid': {
    title: 'Content not valid',
    explanation: 'The manifest or config does not follow the image specification.',
    whatToDo: 'Push the image again with a current tool.',
    action: 'none',
  },
} as const satisfies Words;
