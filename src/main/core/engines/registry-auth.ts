/**
 * The X-Registry-Auth header: base64url of JSON; `{}` for nobody, because a push has to have the header (moby,
 * api/swagger.yaml, Authentication). Both engines refuse it without its padding, which Node leaves out of base64url.
 */
export function registryAuthHeader(
  address: string,
  login?: { readonly username: string; readonly password: string },
): string {
  const content = JSON.stringify(login ? { ...login, serveraddress: address } : {});
  return Buffer.from(content).toString('base64').replaceAll('+', '-').replaceAll('/', '_');
}
