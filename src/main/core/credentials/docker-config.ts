import { join } from 'node:path';
import { parseAuthFile, readAuthFile } from './auth-file';
import type { AuthFile } from './auth-file';
import { createHelperCandidate } from './helper-candidate';
import { describeCredential } from './login-source';
import type { LoginCandidate, LoginCandidates } from './login-source';
import { findServerKey } from './server-address';
import type { ServerAddress } from './server-address';
import { shortenHome } from './tool-environment';
import type { ToolEnvironment } from './tool-environment';

export const dockerSource = 'docker';

/**
 * The login docker would use for a registry, in docker's order (docker/cli, cli/config/configfile): the variable
 * `DOCKER_AUTH_CONFIG`, the helper named for the host, the helper for all hosts, the file itself.
 */
export async function findDockerLogin(
  address: ServerAddress,
  environment: ToolEnvironment,
): Promise<LoginCandidates> {
  const variable = environment.env['DOCKER_AUTH_CONFIG'] ?? '';
  const fromVariable = parseAuthFile('The variable DOCKER_AUTH_CONFIG', variable);
  const fromFile = await readAuthFile(dockerConfigPath(environment));
  const candidates = [
    fileCandidate(fromVariable.file, address, 'the variable DOCKER_AUTH_CONFIG'),
    fromFile.file && configCandidate(fromFile.file, address, environment),
  ].filter((candidate) => candidate !== undefined);
  const problems = [fromVariable.problem, fromFile.problem].filter(
    (problem) => problem !== undefined,
  );
  return { candidates, problems };
}

function dockerConfigPath({ env, homeDirectory }: ToolEnvironment): string {
  return join(env['DOCKER_CONFIG'] || join(homeDirectory, '.docker'), 'config.json');
}

/** With a helper, entries of the file are only markers; docker itself does not look at them. */
function configCandidate(
  file: AuthFile,
  address: ServerAddress,
  environment: ToolEnvironment,
): LoginCandidate | undefined {
  const helperKey = findServerKey(file.credHelpers.keys(), address);
  const hostSuffix = helperKey === undefined ? undefined : file.credHelpers.get(helperKey);
  const suffix = hostSuffix || file.credsStore;
  if (suffix) {
    const isForThisHost = Boolean(hostSuffix);
    return createHelperCandidate(
      { source: dockerSource, suffix, address, isForThisHost },
      environment,
    );
  }
  return fileCandidate(file, address, `docker config (${shortenHome(file.path, environment)})`);
}

function fileCandidate(
  file: AuthFile | undefined,
  address: ServerAddress,
  where: string,
): LoginCandidate | undefined {
  const key = file && findServerKey(file.credentials.keys(), address);
  const credential = key === undefined ? undefined : file?.credentials.get(key);
  if (credential === undefined) return undefined;
  return {
    source: dockerSource,
    where,
    describe: async () => describeCredential(credential),
    read: async () => credential,
  };
}
