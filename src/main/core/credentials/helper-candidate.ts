import { identityTokenUsername } from './auth-file';
import { getFromHelper, helperName, listFromHelper } from './credential-helper';
import { isCredentialError } from './credential-error';
import type { LoginCandidate, LoginDescription } from './login-source';
import { describeCredential } from './login-source';
import { findServerKey, formatServerKey } from './server-address';
import type { ServerAddress } from './server-address';
import type { ToolEnvironment } from './tool-environment';

export type HelperCandidateOptions = {
  readonly source: string;
  readonly suffix: string;
  readonly address: ServerAddress;
  /**
   * Named for this host (`credHelpers`): it may make up the login when asked, as cloud helpers do, and list nothing.
   * A helper for all hosts (`credsStore`) is believed when its list has no such login.
   */
  readonly isForThisHost: boolean;
};

type List = ReadonlyMap<string, string>;

/** A login kept by a credential helper. Listing comes first: it reads no secret. */
export function createHelperCandidate(
  options: HelperCandidateOptions,
  environment: ToolEnvironment,
): LoginCandidate {
  const { source, suffix, address } = options;

  const get = (key: string): ReturnType<LoginCandidate['read']> =>
    getFromHelper(suffix, key, environment);

  return {
    source,
    where: helperName(suffix),
    async describe() {
      const list = await tryList(suffix, environment);
      const listed = describeListed(list, address);
      if (listed !== undefined) return listed;
      if (list !== undefined && !options.isForThisHost) return undefined;
      const credential = await get(formatServerKey(address));
      return credential === undefined ? undefined : describeCredential(credential);
    },
    async read() {
      const usualKey = formatServerKey(address);
      const credential = await get(usualKey);
      if (credential !== undefined) return credential;
      // The login may stand under an old spelling of the key, such as https://host/v1/.
      const oldKey = findListedKey(await tryList(suffix, environment), address);
      return oldKey === undefined || oldKey === usualKey ? undefined : get(oldKey);
    },
  };
}

function findListedKey(list: List | undefined, address: ServerAddress): string | undefined {
  return list === undefined ? undefined : findServerKey(list.keys(), address);
}

function describeListed(
  list: List | undefined,
  address: ServerAddress,
): LoginDescription | undefined {
  const key = findListedKey(list, address);
  const username = key === undefined ? undefined : list?.get(key);
  if (username === undefined) return undefined;
  if (username === identityTokenUsername) return { kind: 'token' };
  return username === '' ? { kind: 'password' } : { kind: 'password', username };
}

/** Not every helper can list; one that is missing says so when it is asked to get. */
async function tryList(suffix: string, environment: ToolEnvironment): Promise<List | undefined> {
  try {
    return await listFromHelper(suffix, environment);
  } catch (error) {
    if (isCredentialError(error)) return undefined;
    throw error;
  }
}
