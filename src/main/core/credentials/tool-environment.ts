import { homedir } from 'node:os';

/** Everything that decides where docker and podman keep their logins; given in so that tests need no real home. */
export type ToolEnvironment = {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly homeDirectory: string;
  readonly platform: NodeJS.Platform;
  /** How long a credential helper may take; some ask the user for a passphrase. */
  readonly helperTimeoutMs: number;
};

export function currentToolEnvironment(): ToolEnvironment {
  return {
    env: process.env,
    homeDirectory: homedir(),
    platform: process.platform,
    helperTimeoutMs: 15_000,
  };
}

/** `~/…` for a path below the home folder, as people write it. */
export function shortenHome(path: string, { homeDirectory }: ToolEnvironment): string {
  return path.startsWith(`${homeDirectory}/`) || path.startsWith(`${homeDirectory}\\`)
    ? `~${path.slice(homeDirectory.length)}`
    : path;
}
