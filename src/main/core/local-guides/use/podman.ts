import { engineAddress, engineLocation } from '../addresses';
import { exampleImage, type GuideStep, type LocalGuide, type LocalPlace } from '../guide';
import { certificateSteps, command, file, loginSteps, text } from '../steps';

export function podmanGuide(place: LocalPlace): LocalGuide {
  const where = engineAddress('podman', place);
  const engine = place.engines.find(({ kind }) => kind === 'podman');
  const reference = `${where.address}/${exampleImage}`;
  const option = place.tls ? '' : ' --tls-verify=false';
  return {
    target: 'podman',
    title: 'Podman',
    address: where.address,
    ...(where.why !== undefined && { why: where.why }),
    steps: [
      ...preparation(where.host, where.needsNetwork, place),
      ...loginSteps(`podman login${option}`, where.address, place),
      command('Push', [
        `podman tag ${exampleImage} ${reference}`,
        `podman push${option} ${reference}`,
      ]),
      command('Pull', [`podman pull${option} ${reference}`]),
      ...(place.tls ? [] : [withoutOption(where.address, place)]),
    ],
    ...(engine && { engine: { name: engine.name, socket: engine.socket } }),
  };
}

function preparation(host: string, needsNetwork: boolean, place: LocalPlace): GuideStep[] {
  const steps: GuideStep[] = [];
  if (needsNetwork) {
    const words =
      'Podman is connected to another machine. Share this registry on the network, or use a Podman on this computer.';
    steps.push(text('Share the registry first', words));
  }
  if (place.platform === 'win32' && engineLocation('podman', place) === 'virtual-machine') {
    steps.push(
      command(
        'Let the machine see this computer',
        [
          'podman machine stop',
          'podman machine set --user-mode-networking=true',
          'podman machine start',
        ],
        "Podman's machine in WSL reaches what listens on 127.0.0.1 only with user-mode networking. Once is enough.",
      ),
    );
  }
  if (place.tls) {
    steps.push(
      ...certificateSteps(host, place),
      text('Trust the certificate', 'Follow the steps for Podman under "Trust", once.'),
    );
  }
  return steps;
}

/** containers-registries.conf.d(5) */
function withoutOption(address: string, place: LocalPlace): GuideStep {
  const lines = ['[[registry]]', `location = "${address}"`, 'insecure = true'];
  const isHere = engineLocation('podman', place) === 'here';
  return file(
    'Do without --tls-verify=false',
    isHere
      ? '~/.config/containers/registries.conf.d/tagboat.conf'
      : '/etc/containers/registries.conf.d/tagboat.conf',
    lines,
    isHere
      ? 'buildah and skopeo read it too. For rootful Podman: /etc/containers/registries.conf.d/tagboat.conf'
      : "The file belongs in Podman's machine: podman machine ssh",
  );
}
