/**
 * The Debian packages that Tagboat needs. `a|b` is one need under two names: packages whose ABI changed with
 * the 64-bit time_t transition have a new name in Debian 13 and Ubuntu 24.04. The name that most releases know is
 * last.
 */

/** What Electron links against or loads when it opens a window. */
export const electronLibraries = [
  'ca-certificates',
  'libasound2t64|libasound2',
  'libatk-bridge2.0-0t64|libatk-bridge2.0-0',
  'libatk1.0-0t64|libatk1.0-0',
  'libatspi2.0-0t64|libatspi2.0-0',
  'libcups2t64|libcups2',
  'libdrm2',
  'libgbm1',
  'libglib2.0-0t64|libglib2.0-0',
  'libgtk-3-0t64|libgtk-3-0',
  'libnotify4',
  'libnspr4',
  'libnss3',
  'libsecret-1-0',
  'libxcomposite1',
  'libxdamage1',
  'libxfixes3',
  'libxkbcommon0',
  'libxrandr2',
  'libxss1',
  'libxtst6',
  'xdg-utils',
];

/** A display for machines that have none. */
export const virtualDisplay = ['xvfb', 'xauth'];

/** To build keytar, the door to the OS keychain, where no prebuilt one can be downloaded. */
export const keychainBuild = ['g++', 'libsecret-1-dev', 'make', 'pkgconf|pkg-config', 'python3'];

/** The real parts of the tests, which ask for them by command: test/helpers/real-parts.ts. */
export const testParts = [
  'apache2-utils',
  'buildah',
  'ca-certificates',
  'crun',
  'dbus',
  'debian-archive-keyring',
  'debootstrap',
  'docker-registry',
  'fuse-overlayfs',
  'gnome-keyring',
  'containers-common|golang-github-containers-common',
  'libsecret-tools',
  'netavark',
  'nginx-light|nginx',
  'openssl',
  'podman',
  'skopeo',
  'uidmap',
  'umoci',
];
