import fs from 'node:fs';
import { inProject } from './paths.mjs';
import { SetUpError } from './say.mjs';

/** Stops with a plain sentence on a Node older than package.json's `engines` asks for (`>=20.19`). */
export function requireNodeVersion() {
  const { engines } = JSON.parse(fs.readFileSync(inProject('package.json'), 'utf8'));
  const [major, minor] = engines.node.replace('>=', '').split('.').map(Number);
  const [ownMajor, ownMinor] = process.versions.node.split('.').map(Number);
  if (ownMajor > major || (ownMajor === major && ownMinor >= minor)) return;
  throw new SetUpError(
    `Node ${process.versions.node} is too old: Tagboat needs ${engines.node}. Install a newer Node and run the command again.`,
  );
}
