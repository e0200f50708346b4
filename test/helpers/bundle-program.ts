import { rm } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const projectRoot = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Bundles a program of the project for plain Node, as the real build does, and gives the file's path. It goes when this
 * test process ends.
 * @param entry from the project's root
 * @param name of the folder and the file
 */
export async function bundleProgram(entry: string, name: string): Promise<string> {
  const outDir = path.join(projectRoot, '.cache', `test-${name}`, String(process.pid));
  const fileName = `${name}.mjs`;
  await build({
    configFile: false,
    root: projectRoot,
    logLevel: 'error',
    ssr: { noExternal: true },
    build: {
      ssr: path.join(projectRoot, entry),
      outDir,
      target: 'node20',
      minify: false,
      rollupOptions: { output: { entryFileNames: fileName, codeSplitting: false } },
    },
  });
  process.once('exit', () => void rm(outDir, { recursive: true, force: true }));
  return path.join(outDir, fileName);
}
