import { containersSource, findContainersLogins } from './containers-auth';
import type { StoredCredential } from './credential';
import { CredentialError, isCredentialError } from './credential-error';
import { dockerSource, findDockerLogin } from './docker-config';
import type { FoundLogin, FoundLogins, LoginCandidate } from './login-source';
import { parseServerAddress } from './server-address';
import type { ServerAddress } from './server-address';
import { currentToolEnvironment } from './tool-environment';
import type { ToolEnvironment } from './tool-environment';

/** Reads the logins that docker, podman and credential helpers keep. Nothing is cached and nothing is written. */
export interface LoginReader {
  /** Logins for a registry (host[:port], optionally with a path prefix), without their secrets. Never throws. */
  findLogins(registryHost: string): Promise<FoundLogins>;
  /**
   * The login of a source as it is now. Throws a `CredentialError`: `login-missing` when the tool has none any more,
   * `helper-failed` when its credential helper cannot be asked.
   */
  readLogin(source: string, registryHost: string): Promise<StoredCredential>;
}

export function createLoginReader(
  environment: ToolEnvironment = currentToolEnvironment(),
): LoginReader {
  return {
    async findLogins(registryHost) {
      const address = parseServerAddress(registryHost);
      const found = await findCandidates(address, environment);
      const described = await Promise.all(found.candidates.map(describe));
      return {
        logins: firstOfEachSource(described.map(({ login }) => login)),
        problems: [
          ...found.problems,
          ...described.map(({ problem }) => problem).filter((problem) => problem !== undefined),
        ],
      };
    },
    async readLogin(source, registryHost) {
      const address = parseServerAddress(registryHost);
      const { candidates } = await findCandidates(address, environment);
      for (const candidate of candidates.filter((one) => one.source === source)) {
        const credential = await candidate.read();
        if (credential !== undefined) return credential;
      }
      throw new CredentialError('login-missing', describeMissing(source, registryHost));
    },
  };
}

type Candidates = {
  readonly candidates: readonly LoginCandidate[];
  readonly problems: readonly string[];
};

async function findCandidates(
  address: ServerAddress,
  environment: ToolEnvironment,
): Promise<Candidates> {
  const [docker, containers] = await Promise.all([
    findDockerLogin(address, environment),
    findContainersLogins(address, environment),
  ]);
  return {
    candidates: [...docker.candidates, ...containers.candidates],
    problems: [...docker.problems, ...containers.problems],
  };
}

/** The tool would use the first one. */
function firstOfEachSource(logins: readonly (FoundLogin | undefined)[]): FoundLogin[] {
  const first = new Map<string, FoundLogin>();
  for (const login of logins) {
    if (login !== undefined && !first.has(login.source)) first.set(login.source, login);
  }
  return [...first.values()];
}

async function describe(
  candidate: LoginCandidate,
): Promise<{ login?: FoundLogin; problem?: string }> {
  try {
    const description = await candidate.describe();
    if (description === undefined) return {};
    return { login: { source: candidate.source, where: candidate.where, ...description } };
  } catch (error) {
    if (isCredentialError(error)) return { problem: error.message };
    return { problem: `${candidate.where} cannot be asked for logins.` };
  }
}

function describeMissing(source: string, registryHost: string): string {
  const kind = source.split(':', 1)[0];
  if (kind === dockerSource) {
    return `Docker has no login for ${registryHost} any more. Run "docker login ${registryHost}", or enter a user name and password.`;
  }
  if (kind === containersSource) {
    return `Podman has no login for ${registryHost} any more. Run "podman login ${registryHost}", or enter a user name and password.`;
  }
  return `The login that was chosen for ${registryHost} is not known. Choose another one.`;
}
