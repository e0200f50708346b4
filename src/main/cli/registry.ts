import { UsageError } from './exit';

const registryHelp = `Usage:
  tagboat registry --storage DIR [options]
  tagboat registry gc --storage DIR [--dry-run] [--grace TIME] [--keep-untagged] [--json]
  tagboat registry check --storage DIR [--deep] [--json]

Serve:
  --storage DIR          the folder, in the layout of CNCF distribution
  --port N               default 5055; 0 takes a free one
  --host ADDRESS         default 127.0.0.1
  --htpasswd FILE        users with bcrypt hashes (htpasswd -B); read again when it changes
  --tls-cert FILE        certificate chain in PEM
  --tls-key FILE         its private key in PEM
  --read-only            refuse every change
  --no-delete            refuse DELETE
  --webhook URL          send distribution's notifications; may be given again
  --host-name NAME       a further name for an open registry; may be given again
  --upload-max-age TIME  remove uploads idle for this long (default 24h)
  --force-open-network   open a port to the network without password or certificate

gc and check work on a folder that is being served as well.
`;

/** `tagboat registry …`; `commandFile` is the file a thread of the command is started from. */
export async function runRegistryCommand(args: readonly string[], commandFile: URL): Promise<void> {
  const [first, ...rest] = args;
  if (args.includes('--help') || args.includes('-h')) {
    process.stdout.write(registryHelp);
    return;
  }
  if (first === 'gc') await (await import('./registry-gc')).collectStorageGarbage(rest);
  else if (first === 'check') await (await import('./registry-check')).checkStorage(rest);
  else if (first === undefined || first.startsWith('-')) {
    await (await import('./registry-serve')).serveRegistry(args, commandFile);
  } else throw new UsageError(`There is no command "registry ${first}"; there are gc and check.`);
}
