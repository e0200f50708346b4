import { describe, expect, it } from 'vitest';
import { makeTrustGuides, type LocalPlace, type TrustTarget } from '#core/local-guides/index';
import { shared } from './place';

const fingerprint = 'AB:CD:EF';
const guidesFor = (changes: Partial<LocalPlace> = {}) =>
  makeTrustGuides(
    { ...shared(changes), caFile: changes.caFile ?? '/home/ada/my files/ca.crt' },
    fingerprint,
  );
const textOf = (target: TrustTarget, changes: Partial<LocalPlace> = {}) =>
  guidesFor(changes)
    .find((guide) => guide.target === target)
    ?.steps.map(({ text }) => text)
    .join('\n') ?? '';

describe('makeTrustGuides', () => {
  it('puts engines and this system first; each begins with the fingerprint and can be undone', () => {
    expect(guidesFor({ platform: 'darwin' }).map(({ target }) => target)).toEqual([
      'docker',
      'podman',
      'macos',
      'linux',
      'windows',
    ]);
    for (const platform of ['linux', 'darwin', 'win32'] as const) {
      for (const { target, steps } of guidesFor({ platform })) {
        expect(`${steps[0]?.text} ${steps[0]?.note}`).toContain(fingerprint);
        const isUndone = steps.some(({ title }) => title.startsWith('Undo'));
        // Docker Desktop on Windows takes over what Windows trusts; it is undone there.
        expect(isUndone || (target === 'docker' && platform === 'win32')).toBe(true);
      }
    }
  });

  it('quotes the path of this machine, and names the saved file for other systems', () => {
    expect(textOf('linux')).toContain(`sudo cp '/home/ada/my files/ca.crt' /usr/local/share`);
    expect(textOf('macos')).toContain('login.keychain-db tagboat-ca.crt');
    expect(textOf('macos')).not.toContain('/home/ada');
    const windows = { platform: 'win32', caFile: "C:\\Users\\O'Brien\\ca.crt" } as const;
    expect(textOf('windows', windows)).toContain(`-FilePath 'C:\\Users\\O''Brien\\ca.crt'`);
    expect(textOf('linux', windows)).toContain('sudo cp tagboat-ca.crt');
  });

  it('gives Docker and Podman a folder for each address that a reference may have', () => {
    for (const host of ['127.0.0.1', 'localhost', 'desk', '192.168.1.20']) {
      expect(textOf('docker')).toContain(`/etc/docker/certs.d/${host}:5055/ca.crt`);
      expect(textOf('podman')).toContain(`~/.config/containers/certs.d/${host}:5055/ca.crt`);
    }
    expect(textOf('docker', { reach: 'this-computer' })).not.toContain('192.168.1.20');
  });

  it('reaches into the virtual machine where the engine runs in one (trap 48)', () => {
    const mac = { platform: 'darwin' } as const;
    expect(textOf('docker', mac)).toContain('~/.docker/certs.d/host.docker.internal:5055/ca.crt');
    expect(textOf('podman', mac)).toContain(
      `podman machine ssh "sudo mkdir -p /etc/containers/certs.d/host.containers.internal:5055`,
    );
    expect(textOf('docker', { platform: 'win32' })).toContain('steps for Windows');
    expect(textOf('podman', { platform: 'win32' })).toMatch(
      /^Get-Content .* \| podman machine ssh/mu,
    );
  });
});
