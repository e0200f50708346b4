import { join } from 'node:path';
import { readAuthFile } from './auth-file';
import type { AuthFile } from './auth-file';
import { createHelperCandidate } from './helper-candidate';
import { describeCredential } from './login-source';
import type { LoginCandidate, LoginCandidates } from './login-source';
import { findServerKey, parseServerAddress } from './server-address';
import type { ServerAddress } from './server-address';
import { shortenHome } from './tool-environment';
import type { ToolEnvironment } from './tool-environment';

export const containersSource = 'containers';

/**
 * The logins podman, skopeo and buildah would use for a registry (containers-auth.json(5)): in the order in which they
 * look for them. docker's own file is asked by docker-config.ts.
 */
export async function findContainersLogins(
  address: ServerAddress,
  environment: ToolEnvironment,
): Promise<LoginCandidates> {
  const outcomes = await Promise.all(authFilePaths(environment).map((path) => readAuthFile(path)));
  const candidates = outcomes.flatMap(({ file }) =>
    file === undefined ? [] : candidatesOf(file, address, environment),
  );
  const problems = outcomes
    .map(({ problem }) => problem)
    .filter((problem) => problem !== undefined);
  return { candidates, problems };
}

function authFilePaths({ env, homeDirectory, platform }: ToolEnvironment): string[] {
  if (env['REGISTRY_AUTH_FILE']) return [env['REGISTRY_AUTH_FILE']];
  const primary =
    platform === 'linux' && env['XDG_RUNTIME_DIR']
      ? join(env['XDG_RUNTIME_DIR'], 'containers', 'auth.json')
      : undefined;
  const config = env['XDG_CONFIG_HOME'] || join(homeDirectory, '.config');
  const paths = [
    primary,
    join(config, 'containers', 'auth.json'),
    join(homeDirectory, '.config', 'containers', 'auth.json'),
  ];
  return [...new Set(paths.filter((path) => path !== undefined))];
}

/** A helper named for the host stands in for all of a file's entries (containers/image, pkg/docker/config). */
function candidatesOf(
  file: AuthFile,
  address: ServerAddress,
  environment: ToolEnvironment,
): LoginCandidate[] {
  const source = containersSource;
  const helperKey = findServerKey(file.credHelpers.keys(), address);
  const suffix = helperKey === undefined ? undefined : file.credHelpers.get(helperKey);
  if (suffix) {
    return [createHelperCandidate({ source, suffix, address, isForThisHost: true }, environment)];
  }
  const where = `podman login (${shortenHome(file.path, environment)})`;
  return [...file.credentials].flatMap(([key, credential]): LoginCandidate[] => {
    const parsed = parseServerAddress(key);
    if (parsed.host !== address.host || !covers(parsed.path, address.path)) return [];
    const isWhole = parsed.path === '';
    return [
      {
        source: isWhole ? source : `${source}:${parsed.host}/${parsed.path}`,
        where: isWhole ? where : `${where}, for ${parsed.path}`,
        describe: async () => describeCredential(credential),
        read: async () => credential,
      },
    ];
  });
}

/** A key `h/team` is for `h/team` and below. Asked for a whole registry, logins for its parts are offered as well. */
function covers(keyPath: string, path: string): boolean {
  return keyPath === '' || path === '' || path === keyPath || path.startsWith(`${keyPath}/`);
}
