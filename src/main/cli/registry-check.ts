import { resolve } from 'node:path';
import { askOwner, createLocalRegistry, type CheckReport } from '#core/local-registry/index';
import { exitCodes } from './exit';
import { readOptions, required } from './options';
import { assertStorage, formatBytes } from './storage-folder';

const options = {
  storage: 'text',
  deep: 'flag',
  json: 'flag',
} as const;

/** `tagboat registry check`: exit code 1 when something in the folder cannot be served. */
export async function checkStorage(args: readonly string[]): Promise<void> {
  const values = readOptions(args, options);
  const storageDir = resolve(required(values.storage, '--storage'));
  assertStorage(storageDir);
  const answer = await askOwner(storageDir, 'check', { isDeep: values.deep });
  const report =
    answer === undefined ? await checkHere(storageDir, values.deep) : (answer as CheckReport);
  process.stdout.write(values.json ? `${JSON.stringify(report)}\n` : describe(report));
  const hasProblem = report.problems.some((problem) => problem.severity === 'problem');
  process.exitCode = hasProblem ? exitCodes.failed : exitCodes.ok;
}

async function checkHere(storageDir: string, isDeep: boolean): Promise<CheckReport> {
  const registry = await createLocalRegistry({ storageDir, isReadOnly: true });
  try {
    return await registry.check({ isDeep });
  } finally {
    await registry.close();
  }
}

function describe({ counts, problems }: CheckReport): string {
  const lines = problems.map(
    ({ severity, path, message }) =>
      `${severity === 'note' ? 'note' : 'problem'}: ${path}: ${message}`,
  );
  const summary = `${counts.repositories} repositories, ${counts.tags} tags, ${counts.manifests} manifests, ${counts.blobs} blobs, ${formatBytes(counts.bytes)}`;
  return `${[...lines, summary].join('\n')}\n`;
}
