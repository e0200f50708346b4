import { homedir, tmpdir } from 'node:os';

/** Everything that decides where engines are looked for; given in so that tests need no real home. */
export type EngineEnvironment = {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly homeDirectory: string;
  readonly temporaryDirectory: string;
  readonly platform: NodeJS.Platform;
};

export const currentEngineEnvironment = (): EngineEnvironment => ({
  env: process.env,
  homeDirectory: homedir(),
  temporaryDirectory: tmpdir(),
  platform: process.platform,
});
