import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { say, SetUpError } from '../set-up/say.mjs';
import { isRoot } from '../set-up/system-packages.mjs';

const SUID_ROOT = 0o4755;

/** Chromium does not start its sandbox as root, and only then it is left off: the switches for Electron. */
export function sandboxSwitches(executable) {
  if (isRoot()) {
    say('running as root, so the Chromium sandbox is off (--no-sandbox)');
    return ['--no-sandbox'];
  }
  requireSandbox(path.join(path.dirname(executable), 'chrome-sandbox'));
  return [];
}

/** Where the kernel keeps user namespaces from ordinary programs, Chromium needs a setuid program of root's instead. */
function requireSandbox(setuidHelper) {
  if (process.platform !== 'linux' || !areNamespacesRestricted() || isSuidRoot(setuidHelper))
    return;
  throw new SetUpError(
    'This system does not let programs make user namespaces, which the Chromium sandbox needs. ' +
      `Give it its setuid program instead, once:\n\n  sudo chown root:root ${setuidHelper} && sudo chmod 4755 ${setuidHelper}\n`,
  );
}

/** Ubuntu's AppArmor has a switch for it; kernels, containers and chroots have other ways, so it is also tried. */
function areNamespacesRestricted() {
  const apparmor = '/proc/sys/kernel/apparmor_restrict_unprivileged_userns';
  if (fs.existsSync(apparmor) && fs.readFileSync(apparmor, 'utf8').trim() === '1') return true;
  const { error, status } = spawnSync('unshare', ['--user', '--map-root-user', 'true']);
  return error === undefined && status !== 0;
}

function isSuidRoot(file) {
  const { uid, mode } = fs.statSync(file);
  return uid === 0 && (mode & 0o7777) === SUID_ROOT;
}
