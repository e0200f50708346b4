import { describe, expect, it } from 'vitest';
import { makeGuides, type GuideTarget, type LocalPlace } from '#core/local-guides/index';
import { engineOf, placeOf, shared } from './place';

const guideOf = (target: GuideTarget, place: LocalPlace) => {
  const guide = makeGuides(place).find((one) => one.target === target);
  if (guide === undefined) throw new Error(`no guide for ${target}`);
  return { ...guide, all: guide.steps.map(({ text }) => text).join('\n') };
};

describe('the address in a guide (trap 48)', () => {
  it.each<[GuideTarget, Partial<LocalPlace>, string]>([
    ['docker', {}, '127.0.0.1:5055'],
    ['docker', { platform: 'darwin' }, 'host.docker.internal:5055'],
    ['docker', { platform: 'win32' }, 'host.docker.internal:5055'],
    ['podman', {}, '127.0.0.1:5055'],
    ['podman', { platform: 'darwin' }, 'host.containers.internal:5055'],
    ['nerdctl', {}, '127.0.0.1:5055'],
    ['nerdctl', { platform: 'darwin' }, 'host.lima.internal:5055'],
    ['nerdctl', { platform: 'win32' }, 'host.rancher-desktop.internal:5055'],
    ['compose', { platform: 'darwin', port: 5060 }, 'host.docker.internal:5060'],
    ['kind', {}, '127.0.0.1:5055'],
    ['kind', { platform: 'darwin' }, 'host.docker.internal:5055'],
    ['minikube', {}, '127.0.0.1:5055'],
  ])('%s with %j is %s', (target, changes, address) => {
    const guide = guideOf(target, placeOf(changes));
    expect(guide.address).toBe(address);
    expect(guide.all).toContain(`${address}/app:dev`);
  });

  it('comes with the reason where it is not the address of the page', () => {
    for (const platform of ['linux', 'darwin', 'win32'] as const) {
      const others = makeGuides(placeOf({ platform })).filter(
        ({ address }) => !address.startsWith('127.'),
      );
      expect(others.filter(({ why }) => why === undefined)).toEqual([]);
    }
  });

  it('follows the engine that was found, not the platform', () => {
    const desktop = engineOf({ name: 'Docker Desktop', location: 'virtual-machine' });
    expect(guideOf('docker', placeOf({ engines: [desktop] })).address).toBe(
      'host.docker.internal:5055',
    );
  });

  it('names the network address for an engine on another machine, once it is shared', () => {
    const engines = [engineOf({ location: 'elsewhere', socket: 'tcp://build:2376' })];
    expect(guideOf('docker', placeOf({ engines })).all).toContain('Share this registry');
    const guide = guideOf('docker', shared({ engines }));
    expect(guide.address).toBe('192.168.1.20:5055');
    expect(guide.all).not.toContain('Share this registry');
  });

  it('is of the bridge for the nodes of a cluster once it is shared', () => {
    expect(guideOf('kind', shared()).address).toBe('172.17.0.1:5055');
    expect(guideOf('kind', shared({ networkAddresses: [] })).address).toBe('127.0.0.1:5055');
    expect(guideOf('minikube', shared()).address).toBe('host.minikube.internal:5055');
  });
});

describe('plain HTTP in a guide', () => {
  it('needs nothing for Docker on this machine and a setting for Docker in a virtual machine', () => {
    expect(guideOf('docker', placeOf()).steps.map(({ kind }) => kind)).toEqual([
      'command',
      'command',
    ]);
    const [step] = guideOf('docker', placeOf({ platform: 'darwin' })).steps;
    expect(step).toMatchObject({ kind: 'diff', path: '~/.docker/daemon.json' });
    expect(step?.text).toBe(
      ['+{', '+  "insecure-registries": [', '+    "host.docker.internal:5055"', '+  ]', '+}'].join(
        '\n',
      ),
    );
  });

  it('shows the change to the settings as they are, and nothing when they are right', () => {
    const settings = { debug: true, 'insecure-registries': ['reg.test:5000'] };
    const dockerDaemonJson = `${JSON.stringify(settings, null, 2)}\n`;
    const [step] = guideOf('docker', placeOf({ platform: 'win32', dockerDaemonJson })).steps;
    expect(step?.path).toBe('%USERPROFILE%\\.docker\\daemon.json');
    expect(step?.text.split('\n')).toEqual([
      ' {',
      '   "debug": true,',
      '   "insecure-registries": [',
      '-    "reg.test:5000"',
      '+    "reg.test:5000",',
      '+    "host.docker.internal:5055"',
      '   ]',
      ' }',
    ]);
    const done = { 'insecure-registries': ['host.docker.internal:5055'] };
    const place = placeOf({ platform: 'darwin', dockerDaemonJson: JSON.stringify(done) });
    expect(guideOf('docker', place).steps).toHaveLength(2);
  });

  it.each(['{', '[]', 'null', '"x"'])('does not guess at settings that are %s', (text) => {
    const place = placeOf({ platform: 'darwin', dockerDaemonJson: text });
    expect(guideOf('docker', place).steps[0]).toMatchObject({ kind: 'text' });
  });

  it('is an option for podman and nerdctl, at sign-in too, and gone with TLS', () => {
    const open = placeOf({ users: ['ada'] });
    const podman = guideOf('podman', open).all;
    for (const verb of ['login', 'push', 'pull']) {
      expect(podman).toContain(`podman ${verb} --tls-verify=false `);
    }
    expect(podman).toContain('location = "127.0.0.1:5055"');
    expect(guideOf('nerdctl', open).all).toContain('nerdctl --insecure-registry login');
    for (const target of ['podman', 'nerdctl', 'docker', 'kind', 'minikube'] as const) {
      expect(guideOf(target, shared()).all).not.toMatch(/insecure|tls-verify|http:/u);
    }
  });
});

describe('users and certificates in a guide', () => {
  it('nobody signs in where there is no user; a password never stands in a command', () => {
    for (const { steps } of makeGuides(placeOf())) {
      expect(steps.map(({ text }) => text).join('\n')).not.toContain('login');
    }
    expect(guideOf('docker', shared()).all).toContain('docker login --username=ada 127.0.0.1:5055');
    expect(guideOf('kind', shared()).all).toContain('"--docker-password=$password"');
  });

  it.each([
    ["o'brien", `'--username=o'\\''brien'`, `'--username=o''brien'`],
    ['$(id)', `'--username=$(id)'`, `'--username=$(id)'`],
    ['a;b`c', "'--username=a;b`c'", "'--username=a;b`c'"],
  ])('the user %s is one word for each shell', (user, posix, powerShell) => {
    expect(guideOf('docker', shared({ users: [user] })).all).toContain(posix);
    const windows = shared({ users: [user], platform: 'win32' });
    expect(guideOf('docker', windows).all).toContain(powerShell);
  });

  it('says which name the certificate lacks, and nothing when it has it', () => {
    const place = shared({ platform: 'darwin' });
    expect(guideOf('docker', place).steps[0]?.text).toContain('Add host.docker.internal');
    const named = { ...place, certificateNames: ['host.docker.internal'] };
    expect(guideOf('docker', named).all).not.toContain('Add host.docker.internal');
  });

  it('hands over the engine to test with', () => {
    const engines = [engineOf(), engineOf({ kind: 'podman', name: 'Podman', socket: '/run/p' })];
    const place = placeOf({ engines });
    expect(guideOf('compose', place).engine).toEqual({
      name: 'Docker Engine 27.1',
      socket: '/var/run/docker.sock',
    });
    expect(guideOf('podman', place).engine?.socket).toBe('/run/p');
    expect(guideOf('kind', place)).not.toHaveProperty('engine');
  });
});

describe('kind and minikube', () => {
  it('load the image as long as the nodes cannot reach the registry, and say how they could', () => {
    expect(guideOf('kind', placeOf()).all).toContain(
      'kind load docker-image 127.0.0.1:5055/app:dev',
    );
    expect(guideOf('minikube', placeOf()).all).toContain('minikube image load');
    expect(guideOf('kind', placeOf()).all).toContain('Share the registry on the network');
  });

  it('are told in PowerShell on Windows', () => {
    const { all } = guideOf('kind', placeOf({ platform: 'win32' }));
    expect(all).toContain('foreach ($node in kind get nodes)');
    expect(all).toContain(`'[host."http://host.docker.internal:5055"]'`);
  });
});
