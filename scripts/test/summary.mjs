import fs from 'node:fs';

/** Prints what ran and what did not and why; returns the exit code. A suite without a single test is a failure. */
export function summarise(results, skipLog) {
  const missingParts = readReasons(skipLog);
  const lines = results.map(describeSuite);
  const skipped = results.flatMap((result) => result.skipped);
  if (skipped.length > 0) lines.push('', ...describeSkips(skipped, missingParts));
  const total = (key) => results.reduce((sum, result) => sum + result[key], 0);
  const failed = total('failed') + total('broken');
  const isEmpty = results.some((result) => result.passed + result.failed === 0);
  lines.push('', `${total('passed')} passed, ${failed} failed, ${skipped.length} skipped`);
  process.stdout.write(`\n${lines.join('\n')}\n`);
  return failed > 0 || isEmpty ? 1 : 0;
}

function describeSuite({ name, passed, failed, broken, skipped }) {
  const notes = [
    `${passed} passed`,
    failed > 0 && `${failed} failed`,
    skipped.length > 0 && `${skipped.length} skipped`,
  ];
  if (broken > 0) notes.push(`${broken} could not run`);
  if (passed + failed === 0) notes.push('no test ran');
  return `${name.padEnd(12)} ${notes.filter(Boolean).join(', ')}`;
}

/** Grouped by reason. `skipIf` carries none, but the parts that were asked for in vain are on record. */
function describeSkips(skipped, missingParts) {
  const fallback = missingParts.join('; ') || 'no reason given';
  return [...groupByReason(skipped, fallback)].flatMap(([reason, tests]) => [
    `${tests.length} skipped: ${reason}`,
    ...tests.map(({ name }) => `  ${name}`),
  ]);
}

function groupByReason(skipped, fallback) {
  const groups = new Map();
  for (const test of skipped) {
    const reason = test.reason || fallback;
    groups.set(reason, [...(groups.get(reason) ?? []), test]);
  }
  return groups;
}

function readReasons(skipLog) {
  if (!fs.existsSync(skipLog)) return [];
  const lines = fs.readFileSync(skipLog, 'utf8').trim().split('\n');
  return [...new Set(lines.map((line) => JSON.parse(line).reason))];
}
