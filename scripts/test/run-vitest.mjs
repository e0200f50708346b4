/**
 * Runs one vitest project and writes its tally as JSON: `run-vitest.mjs <project> <tally file> [filters]`.
 * Vitest's own JSON report leaves out why a test was skipped.
 */
import fs from 'node:fs';
import path from 'node:path';
import { startVitest } from 'vitest/node';

const [project, tallyFile, ...filters] = process.argv.slice(2);

const tally = {
  onTestRunEnd(modules, errors) {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const inState = (state) => tests.filter((test) => test.result().state === state);
    const result = {
      passed: inState('passed').length,
      failed: inState('failed').length,
      // A file that does not load, and an error outside of any test, have no test to fail.
      broken:
        errors.length +
        modules.filter((module) => module.state() === 'failed' && module.errors().length > 0)
          .length,
      skipped: inState('skipped').map((test) => ({
        name: test.fullName,
        reason: test.result().note,
      })),
    };
    fs.mkdirSync(path.dirname(tallyFile), { recursive: true });
    fs.writeFileSync(tallyFile, JSON.stringify(result));
  },
};

const vitest = await startVitest('test', filters, {
  project: [project],
  run: true,
  watch: false,
  reporters: ['default', tally],
});
await vitest.close();
