import { engineAddress } from '../addresses';
import { exampleImage, type LocalGuide, type LocalPlace } from '../guide';
import { formatHostPort } from '../network-addresses';
import { certificateSteps, command, quoteFor, text } from '../steps';
import { pullSecretSteps } from './pull-secret';

const host = 'host.minikube.internal';

/** minikube handbook, "Host access": what listens on 127.0.0.1 alone cannot be reached, so the image is loaded. */
export function minikubeGuide(place: LocalPlace): LocalGuide {
  if (place.reach !== 'network') return loadGuide(place);
  const address = formatHostPort(host, place.port);
  return {
    target: 'minikube',
    title: 'minikube',
    address,
    why: `The cluster runs in a virtual machine or a container. ${host} is this computer.`,
    steps: [
      ...certificateSteps(host, place),
      place.tls ? trustStep(place) : insecureStep(address),
      ...pullSecretSteps(address, place),
      command('Run it', [`kubectl run app --image=${address}/${exampleImage}`]),
    ],
  };
}

function loadGuide(place: LocalPlace): LocalGuide {
  const { address } = engineAddress('docker', place);
  const reference = `${address}/${exampleImage}`;
  return {
    target: 'minikube',
    title: 'minikube',
    address,
    why: "The cluster does not see this computer's 127.0.0.1, so Docker pulls the image and minikube loads it.",
    steps: [
      command('Pull and load', [`docker pull ${reference}`, `minikube image load ${reference}`]),
      command('Run it', [`kubectl run app --image=${reference} --image-pull-policy=Never`]),
      text(
        'Let the cluster pull for itself',
        'Share the registry on the network, with a user and TLS. This page then shows how the cluster reaches it.',
      ),
    ],
  };
}

/** minikube handbook, "Certificates" */
function trustStep(place: LocalPlace) {
  const caFile = quoteFor(place.platform, place.caFile ?? 'tagboat-ca.crt');
  const lines =
    place.platform === 'win32'
      ? [
          'New-Item -ItemType Directory -Force "$HOME\\.minikube\\certs"',
          `Copy-Item ${caFile} "$HOME\\.minikube\\certs\\tagboat-ca.pem"`,
          'minikube start --embed-certs',
        ]
      : [
          'mkdir -p ~/.minikube/certs',
          `cp ${caFile} ~/.minikube/certs/tagboat-ca.pem`,
          'minikube start --embed-certs',
        ];
  return command('Give the cluster the certificate', lines);
}

const insecureStep = (address: string) =>
  command(
    'Allow plain HTTP to this address',
    [`minikube start --insecure-registry=${address}`],
    'minikube reads it when the cluster is made: an existing one has to be deleted first.',
  );
