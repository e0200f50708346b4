import { isMainThread } from 'node:worker_threads';
import { reportFailure, UsageError } from './exit';
import { servePasswordChecks } from './password-worker';
import { runRegistryCommand } from './registry';

const help = `Usage: tagboat <command> [options]

Commands:
  registry --storage DIR        serve a folder as an OCI registry
  registry gc --storage DIR     free what nothing uses any more
  registry check --storage DIR  say what in a folder cannot be served

"tagboat registry --help" lists the options.
`;

async function run(args: readonly string[]): Promise<void> {
  const [command, ...rest] = args;
  switch (command) {
    case 'registry':
      await runRegistryCommand(rest);
      return;
    case undefined:
    case '--help':
    case '-h':
    case 'help':
      process.stdout.write(help);
      return;
    default:
      throw new UsageError(`There is no command "${command}"; "tagboat --help" lists them.`);
  }
}

// Password checks run in a thread of this same file, because the command is a single file.
if (isMainThread) run(process.argv.slice(2)).catch(reportFailure);
else servePasswordChecks();
