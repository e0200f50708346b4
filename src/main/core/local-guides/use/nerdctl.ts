import { loopbackAddress, type ToolAddress } from '../addresses';
import {
  exampleImage,
  type GuidePlatform,
  type GuideStep,
  type LocalGuide,
  type LocalPlace,
} from '../guide';
import { formatHostPort } from '../network-addresses';
import { certificateSteps, command, file, loginSteps, quoteFor, text } from '../steps';

/** How nerdctl is called, and what its virtual machine calls this computer. */
const virtualMachines: Readonly<
  Partial<Record<GuidePlatform, { tool: string; host: string; name: string }>>
> = {
  darwin: { tool: 'lima nerdctl', host: 'host.lima.internal', name: 'Lima' },
  win32: { tool: 'nerdctl', host: 'host.rancher-desktop.internal', name: 'Rancher Desktop' },
};

export function nerdctlGuide(place: LocalPlace): LocalGuide {
  const machine = virtualMachines[place.platform];
  const where = machine ? addressIn(machine, place) : loopbackAddress(place);
  const reference = `${where.address}/${exampleImage}`;
  // containerd belongs to root; in Lima's machine nerdctl is set up for the user.
  const base = machine?.tool ?? 'sudo nerdctl';
  const tool = place.tls ? base : `${base} --insecure-registry`;
  return {
    target: 'nerdctl',
    title: 'nerdctl',
    address: where.address,
    ...(where.why !== undefined && { why: where.why }),
    steps: [
      ...(place.tls
        ? [...certificateSteps(where.host, place), ...trustSteps(where.address, place)]
        : []),
      ...loginSteps(`${tool} login`, where.address, place),
      command('Push', [`${base} tag ${exampleImage} ${reference}`, `${tool} push ${reference}`]),
      command('Pull', [`${tool} pull ${reference}`]),
      ...(machine ? [] : [rootless()]),
    ],
  };
}

function addressIn(machine: { host: string; name: string }, place: LocalPlace): ToolAddress {
  return {
    host: machine.host,
    address: formatHostPort(machine.host, place.port),
    why: `containerd runs in the virtual machine of ${machine.name}, where 127.0.0.1 is the virtual machine. ${machine.host} is this computer.`,
    needsNetwork: false,
  };
}

/** containerd, hosts.md: the folder is named after the host as it stands in references. */
function trustSteps(address: string, place: LocalPlace): GuideStep[] {
  const folder = `/etc/containerd/certs.d/${address}`;
  const hosts = [`server = "https://${address}"`, '', `[host."https://${address}"]`];
  const ca = `  ca = "${folder}/ca.crt"`;
  const copies =
    place.platform === 'linux'
      ? [
          `sudo mkdir -p ${folder}`,
          `sudo cp ${quoteFor('linux', place.caFile ?? 'tagboat-ca.crt')} ${folder}/ca.crt`,
        ]
      : [];
  return [
    ...(copies.length > 0
      ? [command('Give containerd the certificate', copies)]
      : [
          text(
            'Give containerd the certificate',
            `Copy the CA's certificate to ${folder}/ca.crt in the virtual machine.`,
          ),
        ]),
    file('Tell containerd to trust it', `${folder}/hosts.toml`, [...hosts, ca]),
  ];
}

const rootless = (): GuideStep =>
  text(
    'Rootless nerdctl',
    "Rootless containerd pulls in a network of its own and does not see this computer's 127.0.0.1. Share the registry on the network and use this computer's network address, or use sudo nerdctl.",
  );
