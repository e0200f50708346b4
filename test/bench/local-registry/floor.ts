import { createHash } from 'node:crypto';
import { closeSync, fdatasyncSync, openSync, rmSync, writeSync } from 'node:fs';

/** Seconds to hash, write and flush `chunks`, one after another: what storing them costs without any overlap. */
export function timeWrite(file: string, chunks: readonly Buffer[]): number {
  const started = process.hrtime.bigint();
  const hash = createHash('sha256');
  const fd = openSync(file, 'w');
  for (const chunk of chunks) {
    hash.update(chunk);
    writeSync(fd, chunk);
  }
  hash.digest();
  fdatasyncSync(fd);
  closeSync(fd);
  const seconds = Number(process.hrtime.bigint() - started) / 1e9;
  rmSync(file);
  return seconds;
}
