import { engineAddress, engineLocation, type ToolAddress } from '../addresses';
import { insecureRegistryStep } from '../daemon-json';
import { exampleImage, type GuideStep, type LocalGuide, type LocalPlace } from '../guide';
import { certificateSteps, command, file, loginSteps, text } from '../steps';

export function dockerGuide(place: LocalPlace): LocalGuide {
  const where = engineAddress('docker', place);
  const reference = `${where.address}/${exampleImage}`;
  return {
    target: 'docker',
    title: 'Docker',
    ...describe(where, place),
    steps: [
      ...preparation(where, place),
      ...loginSteps('docker login', where.address, place),
      command('Push', [`docker tag ${exampleImage} ${reference}`, `docker push ${reference}`]),
      command('Pull', [`docker pull ${reference}`]),
    ],
  };
}

/** The engine pulls what a compose file names, so the address is Docker's. */
export function composeGuide(place: LocalPlace): LocalGuide {
  const where = engineAddress('docker', place);
  return {
    target: 'compose',
    title: 'Compose',
    ...describe(where, place),
    steps: [
      ...preparation(where, place),
      ...loginSteps('docker login', where.address, place),
      file(
        'Name the image',
        'compose.yaml',
        [
          'services:',
          '  app:',
          `    image: ${where.address}/${exampleImage}`,
          '    pull_policy: always',
        ],
        "The engine pulls it, not the container. A service that talks to the registry itself does not see this computer's 127.0.0.1.",
      ),
      command('Start', ['docker compose up']),
    ],
  };
}

function describe(
  where: ToolAddress,
  place: LocalPlace,
): Pick<LocalGuide, 'address' | 'why' | 'engine'> {
  const engine = place.engines.find(({ kind }) => kind === 'docker');
  return {
    address: where.address,
    ...(where.why !== undefined && { why: where.why }),
    ...(engine && { engine: { name: engine.name, socket: engine.socket } }),
  };
}

/** What has to be so before Docker can use the address. Plain HTTP needs nothing for 127.0.0.0/8 (trap 48). */
function preparation(where: ToolAddress, place: LocalPlace): GuideStep[] {
  if (where.needsNetwork) {
    const words = `Docker runs on another machine. Share this registry on the network, or point Docker at an engine on this computer.`;
    return [text('Share the registry first', words)];
  }
  if (place.tls) {
    return [
      ...certificateSteps(where.host, place),
      text('Trust the certificate', 'Follow the steps for Docker under "Trust", once.'),
    ];
  }
  if (engineLocation('docker', place) === 'here') return [];
  const step = insecureRegistryStep(place.platform, place.dockerDaemonJson, where.address);
  return step ? [step] : [];
}
