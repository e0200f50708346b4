import { reportFailure, UsageError } from './exit';
import { passwordThreadArgument } from '#core/local-runtime/process/thread-argument';

const help = `Usage: tagboat <command> [options]

Commands:
  registry --storage DIR        serve a folder as an OCI registry
  registry gc --storage DIR     free what nothing uses any more
  registry check --storage DIR  say what in a folder cannot be served

"tagboat registry --help" lists the options.
`;

/** Each command is loaded when it is used, so that none pays for the others. */
async function run(args: readonly string[]): Promise<void> {
  const [command, ...rest] = args;
  switch (command) {
    case 'registry': {
      const { runRegistryCommand } = await import('./registry');
      await runRegistryCommand(rest, new URL(import.meta.url));
      return;
    }
    case passwordThreadArgument: {
      const { servePasswordChecks } = await import('#core/local-runtime/process/password-checker');
      servePasswordChecks();
      return;
    }
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

run(process.argv.slice(2)).catch(reportFailure);
