import { appendFileSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { findCommand } from '../../scripts/set-up/find-command.mjs';

/** The commands that tests drive, each with the Debian package that `npm test` installs it from. */
const packages = {
  buildah: 'buildah',
  debootstrap: 'debootstrap',
  'dbus-daemon': 'dbus',
  'docker-registry': 'docker-registry',
  'gnome-keyring-daemon': 'gnome-keyring',
  htpasswd: 'apache2-utils',
  nginx: 'nginx-light',
  openssl: 'openssl',
  podman: 'podman',
  'secret-tool': 'libsecret-tools',
  skopeo: 'skopeo',
  umoci: 'umoci',
} as const;

export type RealPart = keyof typeof packages;

/**
 * The path of a real part, or undefined when this machine does not have it:
 * `describe.skipIf(realPart('skopeo') === undefined)`. Each absence is recorded with its reason, which the
 * summary of `npm test` prints. With TAGBOAT_REQUIRE_PARTS=1 (set where set-up installs them) it is an error.
 */
export function realPart(name: RealPart): string | undefined {
  const found = findCommand(name);
  if (found !== undefined) return found;
  const reason = `${name} is not installed (Debian package ${packages[name]})`;
  if (process.env['TAGBOAT_REQUIRE_PARTS'] === '1') throw new Error(reason);
  recordSkip(reason);
  return undefined;
}

/** One JSON line a reason; test files run in processes of their own. */
function recordSkip(reason: string): void {
  const file = process.env['TAGBOAT_SKIP_LOG'];
  if (!file) return;
  mkdirSync(path.dirname(file), { recursive: true });
  appendFileSync(file, `${JSON.stringify({ reason })}\n`);
}
