import type { ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { _electron, type ElectronApplication, type Page } from '@playwright/test';
import { electronPath } from '../../scripts/runtime.mjs';

/** The checkout: its package.json names the built main entry. */
const projectRoot = path.resolve(import.meta.dirname, '../..');

/** How long the app may take to quit by itself before it is killed. */
const QUIT_TIMEOUT_MS = 10_000;

export type LaunchOptions = {
  /** The profile. Without it a fresh one is made, and removed by `close`. */
  userDataDir?: string;
  /** Further command line arguments, after the app's path. */
  args?: readonly string[];
  /** Added to this process' environment; undefined takes a variable away. */
  env?: Readonly<Record<string, string | undefined>>;
};

export type Tagboat = {
  app: ElectronApplication;
  /** The first window's page, loaded. */
  page: Page;
  userDataDir: string;
  /** What the app has written to stdout and stderr since it could be driven. */
  output(): string;
  /** Quits the app as a user would, kills it if it does not, and removes a profile made here. Safe to call again. */
  close(): Promise<void>;
};

/** Starts the built app (`npm run build`) in a real window; the caller must `close` it. */
export async function launchTagboat(options: LaunchOptions = {}): Promise<Tagboat> {
  const userDataDir =
    options.userDataDir ?? (await mkdtemp(path.join(tmpdir(), 'tagboat-profile-')));
  const removeProfile = async () => {
    if (options.userDataDir === undefined)
      await rm(userDataDir, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    const app = await _electron.launch({
      executablePath: electronPath(),
      args: [projectRoot, `--user-data-dir=${userDataDir}`, ...(options.args ?? [])],
      env: environment(options.env ?? {}),
      chromiumSandbox: !isRoot(),
    });
    const output = collectOutput(app);
    const running = app.process();
    let closing: Promise<void> | undefined;
    const close = () => (closing ??= quit(app, running).then(removeProfile));
    try {
      const page = await app.firstWindow();
      await page.waitForLoadState('domcontentloaded');
      return { app, page, userDataDir, output, close };
    } catch (error) {
      await close();
      throw new Error(`Tagboat opened no window. Its output:\n${output()}`, { cause: error });
    }
  } catch (error) {
    await removeProfile();
    throw error;
  }
}

/** Chromium refuses to start its sandbox as root. */
const isRoot = () => process.getuid?.() === 0;

function environment(
  changes: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const result: Record<string, string> = {};
  for (const [name, value] of Object.entries({ ...process.env, ...changes })) {
    if (value !== undefined && name !== 'ELECTRON_RUN_AS_NODE') result[name] = value;
  }
  return result;
}

function collectOutput(app: ElectronApplication): () => string {
  let text = '';
  const collect = (chunk: Buffer) => (text += chunk.toString());
  app.process().stdout?.on('data', collect);
  app.process().stderr?.on('data', collect);
  return () => text;
}

async function quit(app: ElectronApplication, running: ChildProcess): Promise<void> {
  const killer = setTimeout(() => running.kill('SIGKILL'), QUIT_TIMEOUT_MS);
  try {
    await app.close();
  } catch {
    running.kill('SIGKILL'); // it had crashed, or was killed by the test
  } finally {
    clearTimeout(killer);
  }
}
