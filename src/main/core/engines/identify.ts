import type { EngineClient } from './engine-client';
import { cleanText, EngineProblem } from './engine-problem';

export type EngineIdentity = {
  readonly kind: 'docker' | 'podman';
  /** "Docker Desktop 27.1.1" */
  readonly name: string;
  readonly version: string;
  /** What every request has before its path: `/v1.41`. */
  readonly apiPrefix: string;
  /** The same for Podman's own API: `/v4.3.1/libpod`. */
  readonly libpodPrefix?: string;
  /** Runs in a virtual machine by its own account. */
  readonly isDesktop: boolean;
};

/** The newest version of the API whose requests are written down here; an older engine's own counts. */
const newestApi = [1, 47] as const;
/** Asleep in a virtual machine or on a busy computer, an engine takes seconds to its first answer. */
const probeTimeoutMs = 10_000;

/** Asks an engine who it is. Throws EngineProblem when nothing answers, or not like an engine. */
export async function identifyEngine(
  client: EngineClient,
  options: { readonly signal?: AbortSignal; readonly timeoutMs?: number } = {},
): Promise<EngineIdentity> {
  const { signal, timeoutMs = probeTimeoutMs } = options;
  const ask = { idleTimeoutMs: timeoutMs, ...(signal && { signal }) };
  const { headers, body } = await client.open({ ...ask, path: '/_ping' });
  body.resume();
  const apiPrefix = `/v${usableApi(headers['api-version'])}`;
  const answer = await client.getJson({ ...ask, path: `${apiPrefix}/version` });
  const version = textOf(answer, 'Version');
  if (version === undefined) {
    throw new EngineProblem('bad-answer', 'It did not answer like a container engine.');
  }
  const libpod = headers['libpod-api-version'];
  if (typeof libpod === 'string' && /^\d+\.\d+\.\d+$/u.test(libpod)) {
    const libpodPrefix = `/v${libpod}/libpod`;
    const name = `Podman ${version}`;
    return { kind: 'podman', name, version, apiPrefix, libpodPrefix, isDesktop: false };
  }
  const info = await client.getJson({ ...ask, path: `${apiPrefix}/info` }).catch(() => undefined);
  const product = productOf(textOf(info, 'OperatingSystem'), textOf(info, 'Name'));
  return {
    kind: 'docker',
    name: `${product ?? 'Docker Engine'} ${version}`,
    version,
    apiPrefix,
    isDesktop: product !== undefined,
  };
}

/** The lower of the engine's version and the newest known one; a very old engine sends none and takes 1.24. */
export function usableApi(header: string | readonly string[] | undefined): string {
  const match = typeof header === 'string' ? /^(\d+)\.(\d+)$/u.exec(header) : null;
  if (match === null) return '1.24';
  const [major, minor] = [Number(match[1]), Number(match[2])];
  const isNewer = major > newestApi[0] || (major === newestApi[0] && minor > newestApi[1]);
  return isNewer ? newestApi.join('.') : `${major}.${minor}`;
}

/** `/info` of the engines that bring a virtual machine of their own. */
function productOf(system = '', name = ''): string | undefined {
  if (system.startsWith('Docker Desktop')) return 'Docker Desktop';
  if (/orbstack/iu.test(`${system} ${name}`)) return 'OrbStack';
  if (/^colima/iu.test(name)) return 'Colima';
  if (/rancher.desktop/iu.test(`${system} ${name}`)) return 'Rancher Desktop';
  return undefined;
}

function textOf(value: unknown, name: string): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const found: unknown = Object.entries(value).find(([key]) => key === name)?.[1];
  return typeof found === 'string' ? cleanText(found).slice(0, 64) : undefined;
}
