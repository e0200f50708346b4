import fs from 'node:fs';
import path from 'node:path';

/** Debian keeps servers where an ordinary user's PATH does not look. */
const SYSTEM_FOLDERS =
  process.platform === 'win32' ? [] : ['/usr/local/sbin', '/usr/sbin', '/sbin'];

/** The full path of a command, or undefined when this machine does not have it. */
export function findCommand(name) {
  const folders = (process.env['PATH'] ?? '')
    .split(path.delimiter)
    .concat(SYSTEM_FOLDERS)
    .filter(Boolean);
  return folders.map((folder) => path.join(folder, name)).find(isExecutable);
}

function isExecutable(file) {
  try {
    fs.accessSync(file, fs.constants.X_OK);
    return fs.statSync(file).isFile();
  } catch {
    return false;
  }
}
