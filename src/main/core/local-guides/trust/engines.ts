import { engineAddress, engineLocation } from '../addresses';
import type { GuideStep, LocalPlace, TrustGuide } from '../guide';
import { formatHostPort } from '../network-addresses';
import { certificateSteps, command, quoteFor, text } from '../steps';

export function dockerTrust(place: LocalPlace, caFile: string): TrustGuide {
  const { host, address } = engineAddress('docker', place);
  const isHere = engineLocation('docker', place) === 'here';
  const steps = isHere ? dockerHere(place, caFile) : dockerElsewhere(place, caFile, address);
  return {
    target: 'docker',
    title: 'Docker',
    steps: [...certificateSteps(host, place), ...steps],
  };
}

/** Docker, "Verify repository client with certificates": a folder named after the address, read at each request. */
function dockerHere(place: LocalPlace, caFile: string): GuideStep[] {
  const addresses = addressesToTrust(place);
  const from = quoteFor('linux', caFile);
  const folders = addresses.map((address) => `/etc/docker/certs.d/${address}`);
  return [
    command(
      'Give the engine the certificate',
      [
        `sudo mkdir -p ${folders.join(' ')}`,
        ...folders.map((folder) => `sudo cp ${from} ${folder}/ca.crt`),
      ],
      'No restart is needed. For rootless Docker the folder is ~/.config/docker/certs.d, without sudo.',
    ),
    command('Undo', [`sudo rm -r ${folders.join(' ')}`]),
  ];
}

function dockerElsewhere(place: LocalPlace, caFile: string, address: string): GuideStep[] {
  if (place.platform === 'win32') {
    return [
      text(
        'Trust it in Windows',
        'Follow the steps for Windows. Docker Desktop takes over what Windows trusts when it starts.',
      ),
      text('Restart Docker Desktop', 'Quit it and start it again.'),
    ];
  }
  const folder = `~/.docker/certs.d/${address}`;
  return [
    command(
      'Give Docker Desktop the certificate',
      [`mkdir -p ${folder}`, `cp ${quoteFor(place.platform, caFile)} ${folder}/ca.crt`],
      'Restart Docker Desktop: it copies the folder into its virtual machine when it starts.',
    ),
    command('Undo', [`rm -r ${folder}`]),
  ];
}

export function podmanTrust(place: LocalPlace, caFile: string): TrustGuide {
  const { host, address } = engineAddress('podman', place);
  const isHere = engineLocation('podman', place) === 'here';
  return {
    target: 'podman',
    title: 'Podman, buildah, skopeo',
    steps: [
      ...certificateSteps(host, place),
      ...(isHere ? podmanHere(place, caFile) : podmanMachine(place, caFile, address)),
    ],
  };
}

/** containers-certs.d(5) */
function podmanHere(place: LocalPlace, caFile: string): GuideStep[] {
  const folders = addressesToTrust(place).map(
    (address) => `~/.config/containers/certs.d/${address}`,
  );
  const from = quoteFor('linux', caFile);
  return [
    command(
      'Give Podman the certificate',
      [`mkdir -p ${folders.join(' ')}`, ...folders.map((folder) => `cp ${from} ${folder}/ca.crt`)],
      'buildah and skopeo read it too. For rootful Podman the folder is /etc/containers/certs.d, with sudo.',
    ),
    command('Undo', [`rm -r ${folders.join(' ')}`]),
  ];
}

function podmanMachine(place: LocalPlace, caFile: string, address: string): GuideStep[] {
  const folder = `/etc/containers/certs.d/${address}`;
  const script = `"sudo mkdir -p ${folder} && sudo tee ${folder}/ca.crt"`;
  const from = quoteFor(place.platform, caFile);
  return [
    command("Give Podman's machine the certificate", [
      place.platform === 'win32'
        ? `Get-Content ${from} | podman machine ssh ${script}`
        : `podman machine ssh ${script} < ${from}`,
    ]),
    command('Undo', [`podman machine ssh "sudo rm -r ${folder}"`]),
  ];
}

/** The page's own address, and the names that the certificate has besides. */
function addressesToTrust(place: LocalPlace): string[] {
  const own = new Set(['localhost', '127.0.0.1', '::1']);
  const others = place.certificateNames.filter(
    // Names of virtual machines for this computer, and IPv6 addresses, which the tools have no folder for.
    (name) => !own.has(name) && !name.endsWith('.internal') && !name.includes(':'),
  );
  const hosts = ['127.0.0.1', 'localhost', ...(place.reach === 'network' ? others : [])];
  return hosts.slice(0, 8).map((host) => formatHostPort(host, place.port));
}
