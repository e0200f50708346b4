import { resolve } from 'node:path';
import { askOwner, createLocalRegistry, type CollectionReport } from '#core/local-registry/index';
import { readDuration, readOptions, required } from './options';
import { assertStorage, formatBytes } from './storage-folder';

const options = {
  storage: 'text',
  'dry-run': 'flag',
  'keep-untagged': 'flag',
  grace: 'text',
  json: 'flag',
} as const;

/** `tagboat registry gc`: asks the process that serves the folder, or does it here when none does. */
export async function collectStorageGarbage(args: readonly string[]): Promise<void> {
  const values = readOptions(args, options);
  const storageDir = resolve(required(values.storage, '--storage'));
  const request = {
    isDryRun: values['dry-run'],
    keepUntagged: values['keep-untagged'],
    ...(values.grace === undefined ? {} : { graceMs: readDuration(values.grace, '--grace') }),
  };
  assertStorage(storageDir);
  const answer = await askOwner(storageDir, 'gc', request);
  const report =
    answer === undefined ? await collectHere(storageDir, request) : (answer as CollectionReport);
  process.stdout.write(values.json ? `${JSON.stringify(report)}\n` : describe(report));
}

async function collectHere(
  storageDir: string,
  request: { isDryRun: boolean; keepUntagged: boolean; graceMs?: number },
): Promise<CollectionReport> {
  const registry = await createLocalRegistry({ storageDir });
  try {
    return await registry.collectGarbage(request);
  } finally {
    await registry.close();
  }
}

function describe(report: CollectionReport): string {
  const { manifests, layers, blobs, uploads, repositories, kept } = report;
  return [
    `${report.isDryRun ? 'would free' : 'freed'} ${formatBytes(report.freedBytes)}`,
    `manifests: ${manifests.length}`,
    `blob links: ${layers.length}`,
    `blobs: ${blobs.length}`,
    `uploads: ${uploads.length}`,
    `repositories: ${repositories.length}`,
    `kept: ${kept.manifestCount} manifests, ${kept.blobCount} blobs, ${formatBytes(kept.blobBytes)}`,
    '',
  ].join('\n');
}
