import type * as dns from 'node:dns';
import { describe, expect, it, vi } from 'vitest';
import { openClient, openScript, rejection, repo, tag } from '#test/registry-calls';

// The one thing that cannot be had for real: a DNS that gives a public name an internal address.
vi.mock('node:dns', async (importOriginal) => {
  const original = await importOriginal<typeof dns>();
  const lookup = (
    _hostname: string,
    _options: unknown,
    callback: (error: null, addresses: { address: string; family: number }[]) => void,
  ) => callback(null, [{ address: '169.254.169.254', family: 4 }]);
  return { ...original, lookup };
});

describe('a foreign name that resolves to a metadata address (trap 25)', () => {
  it('is refused at the connection, for a redirect and for a realm', async () => {
    const redirecting = await openScript({
      '*': { status: 307, headers: { location: 'https://cdn.example/blob' } },
    });
    const challenge = 'Bearer realm="https://auth.example/token"';
    const challenging = await openScript({
      '*': { status: 401, headers: { 'www-authenticate': challenge } },
    });
    const read = (origin: string) => {
      const client = openClient(origin, { extraRealmHosts: ['auth.example'] });
      return rejection(client.getManifest(repo('app'), tag('x')));
    };
    expect(await read(redirecting.origin)).toMatchObject({
      code: 'address-refused',
      host: 'cdn.example',
    });
    expect(await read(challenging.origin)).toMatchObject({
      code: 'address-refused',
      host: 'auth.example',
      step: 'token',
    });
  });
});
