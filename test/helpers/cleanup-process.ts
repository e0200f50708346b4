import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { bundleProgram } from './bundle-program';
import type { ExecutionReport } from '#core/cleanup/index';
import type { ChildOrder } from './cleanup-child';

let built: Promise<string> | undefined;

export type CleanupProcess = {
  /** Ends it at once, as a power cut would. */
  kill(): void;
  /** Its report; undefined when it was killed. */
  ended: Promise<ExecutionReport | undefined>;
};

/** Carries out an order in a process of its own. */
export async function startCleanup(order: ChildOrder): Promise<CleanupProcess> {
  built ??= bundleProgram('test/helpers/cleanup-child.ts', 'cleanup');
  const file = path.join(order.journalDir, '..', `${path.basename(order.journalDir)}.order.json`);
  await writeFile(file, JSON.stringify(order));
  const child = spawn(process.execPath, [await built, file], { stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const ended = (async () => {
    const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
    await rm(file, { force: true });
    if (signal === 'SIGKILL') return undefined;
    if (code !== 0) throw new Error(`the process ended with ${String(code)}: ${stderr}`);
    return JSON.parse(stdout) as ExecutionReport;
  })();
  return { kill: () => void child.kill('SIGKILL'), ended };
}
