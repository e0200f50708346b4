import { statSync } from 'node:fs';

/** A command that works on what is there must not make an empty folder and report that all is well. */
export function assertStorage(storageDir: string): void {
  if (statSync(storageDir, { throwIfNoEntry: false })?.isDirectory() === true) return;
  throw new Error(`there is no folder ${storageDir}; see --storage`);
}

const units = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'];

export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit] ?? ''}`;
}
