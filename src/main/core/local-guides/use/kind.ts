import {
  addressFromContainers,
  engineAddress,
  engineLocation,
  type ToolAddress,
} from '../addresses';
import { exampleImage, type GuideStep, type LocalGuide, type LocalPlace } from '../guide';
import { certificateSteps, command, quoteFor, text } from '../steps';
import { pullSecretSteps } from './pull-secret';

/**
 * The nodes of a kind cluster are containers. In Docker Desktop they see this machine by its own name; on Linux only when
 * the registry listens beyond 127.0.0.1, so until then the image is loaded instead.
 */
export function kindGuide(place: LocalPlace): LocalGuide {
  const isHere = engineLocation('docker', place) === 'here';
  const where = isHere ? addressFromContainers(place) : engineAddress('docker', place);
  if (where.needsNetwork) return loadGuide(place);
  const reference = `${where.address}/${exampleImage}`;
  return {
    target: 'kind',
    title: 'kind',
    address: where.address,
    ...(where.why !== undefined && { why: where.why }),
    steps: [
      ...certificateSteps(where.host, place),
      nodesStep(where, place),
      ...pullSecretSteps(where.address, place),
      command('Run it', [`kubectl run app --image=${reference}`]),
    ],
  };
}

function loadGuide(place: LocalPlace): LocalGuide {
  const { address } = engineAddress('docker', place);
  const reference = `${address}/${exampleImage}`;
  return {
    target: 'kind',
    title: 'kind',
    address,
    why: "The nodes are containers and do not see this computer's 127.0.0.1, so Docker pulls the image and kind loads it into them.",
    steps: [
      command('Pull and load', [`docker pull ${reference}`, `kind load docker-image ${reference}`]),
      command('Run it', [`kubectl run app --image=${reference} --image-pull-policy=Never`]),
      text(
        'Let the nodes pull for themselves',
        'Share the registry on the network, with a user and TLS. This page then shows how the nodes reach it.',
      ),
    ],
  };
}

const nodesNote =
  'Works with images of kind 0.27 and later. Before that, create the cluster with config_path = "/etc/containerd/certs.d" in its containerdConfigPatches. A new node needs it again.';

function nodesStep(where: ToolAddress, place: LocalPlace): GuideStep {
  const lines = place.platform === 'win32' ? powerShellLines : posixLines;
  return command('Tell every node about it', lines(where.address, place), nodesNote);
}

function posixLines(address: string, place: LocalPlace): string[] {
  const folder = `/etc/containerd/certs.d/${address}`;
  const scheme = place.tls ? 'https' : 'http';
  const ca = place.tls ? `\\n  ca = "${folder}/ca.crt"` : '';
  const caFile = quoteFor('linux', place.caFile ?? 'tagboat-ca.crt');
  return [
    'for node in $(kind get nodes); do',
    `  docker exec "$node" mkdir -p ${folder}`,
    ...(place.tls ? [`  docker exec -i "$node" cp /dev/stdin ${folder}/ca.crt < ${caFile}`] : []),
    `  printf '[host."${scheme}://${address}"]${ca}\\n' |`,
    `    docker exec -i "$node" cp /dev/stdin ${folder}/hosts.toml`,
    'done',
  ];
}

function powerShellLines(address: string, place: LocalPlace): string[] {
  const folder = `/etc/containerd/certs.d/${address}`;
  const scheme = place.tls ? 'https' : 'http';
  const caFile = quoteFor('win32', place.caFile ?? 'tagboat-ca.crt');
  const hosts = [
    `'[host."${scheme}://${address}"]'`,
    ...(place.tls ? [`'  ca = "${folder}/ca.crt"'`] : []),
  ];
  return [
    'foreach ($node in kind get nodes) {',
    `  docker exec $node mkdir -p ${folder}`,
    ...(place.tls
      ? [`  Get-Content ${caFile} | docker exec -i $node cp /dev/stdin ${folder}/ca.crt`]
      : []),
    `  ${hosts.join(', ')} |`,
    `    docker exec -i $node cp /dev/stdin ${folder}/hosts.toml`,
    '}',
  ];
}
