/**
 * Which files changed since a check last passed, by their content: of the working tree as it is, committed or not. Kept in
 * .cache, so a fresh clone has never passed.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { inProject, projectRoot } from './set-up/paths.mjs';

const listFiles = () =>
  execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: projectRoot,
    encoding: 'utf8',
  })
    .split('\0')
    .filter((file) => file !== '' && fs.existsSync(inProject(file)));

const hashOf = (file) =>
  createHash('sha1')
    .update(fs.readFileSync(inProject(file)))
    .digest('hex');

/** Content of every file that `isWatched`, as `{ file: hash }`. Undefined outside a git checkout. */
export function snapshot(isWatched) {
  try {
    return Object.fromEntries(
      listFiles()
        .filter(isWatched)
        .map((file) => [file, hashOf(file)]),
    );
  } catch {
    return undefined;
  }
}

const stateFile = (name) => inProject('.cache', `passed-${name}.json`);

/** The snapshot with which `name` last passed; undefined when it never has. */
export function lastPassed(name) {
  try {
    return JSON.parse(fs.readFileSync(stateFile(name), 'utf8'));
  } catch {
    return undefined;
  }
}

export function rememberPassed(name, files) {
  fs.mkdirSync(path.dirname(stateFile(name)), { recursive: true });
  fs.writeFileSync(stateFile(name), JSON.stringify(files));
}

/** Files that are new, gone, or other than before. */
export function difference(before, now) {
  const names = new Set([...Object.keys(before), ...Object.keys(now)]);
  return [...names].filter((file) => before[file] !== now[file]).sort();
}
