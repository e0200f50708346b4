import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import path from 'node:path';

/** One line of a table: what was measured, ours, what it is held against, and the bar. */
export type Line = {
  work: string;
  ours: string;
  floor: string;
  result: string;
  bar: string;
  isMet: boolean;
};

export const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

export const percentile = (values: readonly number[], share: number): number => {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
};

export const ms = (value: number): string => `${value.toFixed(value < 10 ? 1 : 0)} ms`;

/** Prints the lines and writes docs/benchmarks/<name>.md. Both sides of a line come from one run. */
export function report(name: string, title: string, notes: string, lines: readonly Line[]): void {
  for (const line of lines) {
    const verdict = line.isMet ? 'meets ' : 'misses';
    process.stdout.write(
      `${verdict}  ${line.work}: ${line.ours} / ${line.floor}, ${line.result} (${line.bar})\n`,
    );
  }
  const table = lines.map(
    ({ work, ours, floor, result, bar, isMet }) =>
      `| ${work} | ${ours} | ${floor} | ${result} | ${bar} | ${isMet ? 'yes' : 'no'} |`,
  );
  const text = [
    `# ${title}`,
    '',
    notes,
    '',
    `Measured on ${cpus().length} cores with \`npm run bench -- ${name}\`.`,
    '',
    '| work | Tagboat | against | result | bar | met |',
    '| --- | --- | --- | --- | --- | --- |',
    ...table,
    '',
  ].join('\n');
  const folder = path.join(process.cwd(), 'docs', 'benchmarks');
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, `${name}.md`), text);
}
