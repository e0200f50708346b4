import fs from 'node:fs';
import { runInForeground } from '../session/foreground.mjs';
import { inProject, projectRoot } from '../set-up/paths.mjs';

/**
 * The three suites, in the order in which they run: quick ones first. A suite's tally is
 * `{ passed, failed, broken, skipped: [{ name, reason }] }`; a run that left none counts as broken.
 */
export const suites = {
  unit: (run) => runVitest('unit', run),
  integration: (run) => runVitest('integration', run),
  e2e: (run) => runPlaywright('e2e', run),
};

/** `run` is `{ args, env }`: what follows the suite's name on the command line, and the session's environment. */
export async function runSuite(name, run) {
  const { code, tally } = await suites[name](run);
  const isSilentFailure = code !== 0 && tally.failed + tally.broken === 0;
  return { name, ...tally, broken: tally.broken + (isSilentFailure ? 1 : 0) };
}

const noTally = { passed: 0, failed: 0, broken: 1, skipped: [] };

async function runVitest(project, { args, env }) {
  const file = inProject('test-results', `${project}.json`);
  fs.rmSync(file, { force: true });
  const runner = inProject('scripts', 'test', 'run-vitest.mjs');
  const code = await runInForeground(process.execPath, [runner, project, file, ...args], {
    env,
    cwd: projectRoot,
  });
  return { code, tally: readJson(file) ?? noTally };
}

/** Runs a Playwright project; its JSON report (playwright.config.ts) is read back. */
export async function runPlaywright(project, { args, env }) {
  const file = inProject('test-results', 'e2e.json');
  fs.rmSync(file, { force: true });
  const cli = inProject('node_modules', '@playwright', 'test', 'cli.js');
  const code = await runInForeground(
    process.execPath,
    [cli, 'test', ...args, '--project', project],
    { env, cwd: projectRoot },
  );
  const report = readJson(file);
  return { code, tally: report === undefined ? noTally : countSpecs(report) };
}

function countSpecs(report) {
  const tests = report.suites.flatMap(testsOf);
  const withStatus = (...statuses) => tests.filter(({ status }) => statuses.includes(status));
  return {
    passed: withStatus('expected', 'flaky').length,
    failed: withStatus('unexpected').length,
    broken: report.errors.length,
    skipped: withStatus('skipped').map(({ name, annotations }) => ({
      name,
      reason: annotations.find(({ type }) => type === 'skip')?.description,
    })),
  };
}

function testsOf(suite) {
  const own = (suite.specs ?? []).flatMap((spec) =>
    spec.tests.map((test) => ({ ...test, name: spec.title })),
  );
  return [...own, ...(suite.suites ?? []).flatMap(testsOf)];
}

function readJson(file) {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}
