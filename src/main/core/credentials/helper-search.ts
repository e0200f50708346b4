import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { posix, win32 } from 'node:path';
import type { ToolEnvironment } from './tool-environment';

/**
 * Where credential helpers are installed besides the PATH. Programs that are started from a desktop do not get the PATH
 * that the user's shell has (rancher-desktop#9516).
 */
function usualDirectories({ env, homeDirectory, platform }: ToolEnvironment): string[] {
  if (platform === 'win32') {
    const local = env['LOCALAPPDATA'] ?? win32.join(homeDirectory, 'AppData', 'Local');
    return [
      win32.join(
        env['ProgramFiles'] ?? 'C:\\Program Files',
        'Docker',
        'Docker',
        'resources',
        'bin',
      ),
      win32.join(local, 'Programs', 'Rancher Desktop', 'resources', 'resources', 'win32', 'bin'),
      win32.join(local, 'Programs', 'DockerDesktop', 'resources', 'bin'),
    ];
  }
  const below = (...parts: string[]): string => posix.join(homeDirectory, ...parts);
  const everywhere = [
    '/usr/local/bin',
    '/usr/bin',
    '/bin',
    below('.docker', 'bin'),
    below('.rd', 'bin'),
    below('.local', 'bin'),
    below('bin'),
    below('go', 'bin'),
    below('google-cloud-sdk', 'bin'),
  ];
  const mac = [
    '/opt/homebrew/bin',
    '/opt/local/bin',
    '/Applications/Docker.app/Contents/Resources/bin',
    '/opt/podman/bin',
    '/usr/local/google-cloud-sdk/bin',
  ];
  const linux = [
    '/opt/docker-desktop/bin',
    '/home/linuxbrew/.linuxbrew/bin',
    '/usr/lib/google-cloud-sdk/bin',
    '/snap/bin',
  ];
  return [...everywhere, ...(platform === 'darwin' ? mac : linux)];
}

/** The PATH first, then the usual places. Relative entries of the PATH are left out: they depend on the folder we run in. */
export function helperDirectories(environment: ToolEnvironment): string[] {
  const { env, platform } = environment;
  const paths = platform === 'win32' ? win32 : posix;
  const path = env['PATH'] ?? env['Path'] ?? '';
  const fromPath = path.split(paths.delimiter).filter((directory) => paths.isAbsolute(directory));
  return [...new Set([...fromPath, ...usualDirectories(environment)])];
}

/** The absolute path of a program, or undefined. On Windows only an .exe can be run without a shell. */
export async function findProgram(
  name: string,
  environment: ToolEnvironment,
): Promise<string | undefined> {
  const isWindows = environment.platform === 'win32';
  const paths = isWindows ? win32 : posix;
  for (const directory of helperDirectories(environment)) {
    const path = paths.join(directory, isWindows ? `${name}.exe` : name);
    if (await isExecutableFile(path)) return path;
  }
  return undefined;
}

async function isExecutableFile(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}
