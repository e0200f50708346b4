import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createLoginReader } from '#core/credentials/found-logins';
import type { LoginReader } from '#core/credentials/found-logins';
import type { ToolEnvironment } from '#core/credentials/tool-environment';

/** A home folder with the files of docker and podman in it, and credential helpers that are shell scripts. */
export type ToolHome = {
  readonly directory: string;
  readonly environment: ToolEnvironment;
  readonly reader: LoginReader;
  /** Writes a file below the home; objects as JSON. */
  write(path: string, content: unknown): Promise<string>;
  /** Installs `docker-credential-<suffix>` with this shell script into a folder of the home. */
  installHelper(suffix: string, script: string, folder?: string): Promise<string>;
  remove(): Promise<void>;
};

export async function createToolHome(
  overrides: Partial<ToolEnvironment> & { readonly env?: Record<string, string> } = {},
): Promise<ToolHome> {
  const directory = await mkdtemp(join(tmpdir(), 'tagboat-tools-'));
  const environment: ToolEnvironment = {
    homeDirectory: directory,
    platform: 'linux',
    helperTimeoutMs: 20_000,
    ...overrides,
    env: {
      PATH: join(directory, 'path'),
      XDG_RUNTIME_DIR: join(directory, 'run'),
      ...overrides.env,
    },
  };
  const write = async (path: string, content: unknown): Promise<string> => {
    const file = join(directory, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
    return file;
  };
  return {
    directory,
    environment,
    reader: createLoginReader(environment),
    write,
    async installHelper(suffix, script, folder = 'path') {
      const file = await write(
        join(folder, `docker-credential-${suffix}`),
        `#!/bin/sh\n${script}\n`,
      );
      await chmod(file, 0o755);
      return file;
    },
    remove: () => rm(directory, { recursive: true, force: true }),
  };
}

export const basic = (text: string): string => Buffer.from(text).toString('base64');
