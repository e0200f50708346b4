import { readdir } from 'node:fs/promises';
import path from 'node:path';
import type { EngineEndpoint } from './endpoint';
import type { EngineEnvironment } from './engine-environment';

const socket = (file: string): EngineEndpoint => ({ kind: 'socket', path: file });
const pipe = (name: string): EngineEndpoint => socket(`//./pipe/${name}`);

/** Where engines put their sockets when nobody says otherwise, in the order in which they are tried. */
export async function defaultEndpoints(
  environment: EngineEnvironment,
): Promise<readonly EngineEndpoint[]> {
  if (environment.platform === 'win32') {
    return ['docker_engine', 'dockerDesktopLinuxEngine', 'podman-machine-default'].map(pipe);
  }
  const home = (...names: string[]): EngineEndpoint =>
    socket(path.join(environment.homeDirectory, ...names));
  if (environment.platform === 'darwin') {
    return [
      socket('/var/run/docker.sock'),
      home('.docker', 'run', 'docker.sock'),
      home('.orbstack', 'run', 'docker.sock'),
      home('.colima', 'default', 'docker.sock'),
      home('.rd', 'docker.sock'),
      ...(await podmanMachines(environment)),
    ];
  }
  const runtime = environment.env['XDG_RUNTIME_DIR'];
  const inRuntime = (...names: string[]): EngineEndpoint[] =>
    runtime === undefined ? [] : [socket(path.join(runtime, ...names))];
  return [
    socket('/var/run/docker.sock'),
    ...inRuntime('docker.sock'),
    home('.docker', 'desktop', 'docker.sock'),
    home('.rd', 'docker.sock'),
    ...inRuntime('podman', 'podman.sock'),
    socket('/run/podman/podman.sock'),
  ];
}

/** podman, pkg/machine: `<machine>-api.sock` in a folder `podman` of the temporary one. */
async function podmanMachines(environment: EngineEnvironment): Promise<EngineEndpoint[]> {
  const folder = path.join(environment.temporaryDirectory, 'podman');
  const names = await readdir(folder).catch(() => []);
  return names
    .filter((name) => name.endsWith('-api.sock'))
    .toSorted()
    .slice(0, 8)
    .map((name) => socket(path.join(folder, name)));
}
