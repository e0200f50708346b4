import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { bundleProgram } from './bundle-program';

let built: Promise<string> | undefined;

/** Bundles the `tagboat` command as the real build does, once a test process, and returns its path. */
export function buildCommand(): Promise<string> {
  built ??= bundleProgram('src/main/cli/index.ts', 'command');
  return built;
}

export type CommandResult = { code: number | null; stdout: string; stderr: string };

/** Runs a program to its end. */
export function run(
  program: string,
  args: readonly string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    const output = { stdout: '', stderr: '' };
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output.stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      output.stderr += text;
    });
    child.once('error', reject);
    child.once('close', (code) => {
      resolve({ code, ...output });
    });
  });
}

/** Runs a program that has to succeed and returns its stdout. */
export async function runOrThrow(program: string, args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await run(program, args);
  if (code !== 0) throw new Error(`${program} ${args.join(' ')}: exit ${String(code)}\n${stderr}`);
  return stdout;
}

/** `tagboat …` */
export async function tagboat(...args: string[]): Promise<CommandResult> {
  return run(process.execPath, [await buildCommand(), ...args]);
}

export type RegistryProcess = {
  child: ChildProcess;
  origin: string;
  host: string;
  port: number;
  pid: number;
  storageDir: string;
  /** Everything it wrote to stdout after the ready line, and to stderr. */
  output: { stdout: string[]; stderr: string[] };
  /** Sends a signal and waits for the end; returns the exit code, null when a signal ended it. */
  end: (signal?: NodeJS.Signals) => Promise<number | null>;
};

/** `tagboat registry` as a process of its own, on a free port. */
export async function startRegistryProcess(
  storageDir: string,
  args: readonly string[] = [],
): Promise<RegistryProcess> {
  const child = spawn(
    process.execPath,
    [await buildCommand(), 'registry', '--storage', storageDir, '--port', '0', ...args],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const output = { stdout: [] as string[], stderr: [] as string[] };
  createInterface({ input: child.stderr }).on('line', (line) => output.stderr.push(line));
  const exited = new Promise<number | null>((resolve) => {
    child.once('exit', resolve);
  });
  const ready = await new Promise<{ url: string; storage: string; pid: number }>(
    (resolve, reject) => {
      createInterface({ input: child.stdout }).on('line', (line) => {
        if (output.stdout.push(line) === 1) resolve(JSON.parse(line) as never);
      });
      void exited.then((code) => {
        reject(new Error(`the registry ended with ${String(code)}: ${output.stderr.join('\n')}`));
      });
    },
  );
  const url = new URL(ready.url);
  return {
    child,
    origin: ready.url,
    host: url.host,
    port: Number(url.port),
    pid: ready.pid,
    storageDir: ready.storage,
    output,
    async end(signal = 'SIGTERM') {
      child.kill(signal);
      return exited;
    },
  };
}

/** A fresh folder below the system's temporary one. */
export const makeTemporaryDir = (name: string): Promise<string> =>
  mkdtemp(path.join(tmpdir(), `tagboat-${name}-`));
