import type { RegistryCredential } from '../registry-client';

/** User name that docker and its credential helpers use where the secret is a token. */
const TOKEN_USER = '<token>';

/** An Authorization value for RFC 7617, in UTF-8. */
export function basicAuthorization(credential: RegistryCredential): string {
  const username = credential.kind === 'password' ? credential.username : TOKEN_USER;
  return `Basic ${Buffer.from(`${username}:${credential.secret}`, 'utf8').toString('base64')}`;
}
