import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { format, resolveConfig } from 'prettier';

type Row = {
  work: string;
  ours: string;
  other: string;
  ratio: string;
  bar: string;
  isMet: boolean;
};

const page = 'docs/benchmarks/local-registry.md';
const rows: Row[] = [];
const floors: string[] = [];

export const say = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

export const mib = (bytes: number): string => `${(bytes / 1024 / 1024).toFixed(0)} MiB`;

/** A line of the table. */
export function addRow(
  work: string,
  values: { ours: string; other: string; ratio: number },
  bar: { text: string; isMet: boolean },
): void {
  const row = { work, ...values, ratio: values.ratio.toFixed(2), bar: bar.text, isMet: bar.isMet };
  rows.push(row);
  say(
    `${row.isMet ? 'meets ' : 'misses'}  ${work}: ${row.ours} / ${row.other} = ${row.ratio} (${row.bar})`,
  );
}

/** A sentence below the table: what the least is that a line of it can come to. */
export function addFloor(text: string): void {
  floors.push(`- ${text}`);
  say(`floor   ${text}`);
}

/** Writes the page, unless only some rows were measured. */
export async function report(turns: number, isWhole: boolean): Promise<void> {
  const model = cpus()[0]?.model ?? 'unknown processor';
  const lines = [
    '# Local registry',
    '',
    '`npm run bench -- local-registry` writes this page. Each number is the middle of ' +
      `${turns} turns, taken alternately with docker-registry (Debian's build of CNCF distribution 2.8) and a bare ` +
      'node:http server on the same machine, in the same run, with the load generator beside them.',
    '',
    `Last run: ${new Date().toISOString().slice(0, 10)}, Node ${process.versions.node}, ${cpus().length} × ${model}.`,
    '',
    '| work | local registry | other | ratio | bar | met |',
    '| --- | ---: | ---: | ---: | --- | --- |',
    ...rows.map(
      (row) =>
        `| ${row.work} | ${row.ours} | ${row.other} | ${row.ratio} | ${row.bar} | ${row.isMet ? 'yes' : '**no**'} |`,
    ),
    '',
    '## Floors',
    '',
    'Measured in the same turns: what is left when everything that a registry does is taken away.',
    '',
    ...floors,
    '- Everything is started without `NODE_EXTRA_CA_CERTS`: where it is set, Node 20 reads all those certificates before ' +
      "it runs a program's first line.",
    '',
  ];
  say(lines.join('\n'));
  if (!isWhole) return;
  mkdirSync('docs/benchmarks', { recursive: true });
  const style = await resolveConfig(page);
  writeFileSync(page, await format(lines.join('\n'), { ...style, parser: 'markdown' }));
}
