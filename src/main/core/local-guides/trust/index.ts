import type { LocalPlace, TrustGuide } from '../guide';
import { dockerTrust, podmanTrust } from './engines';
import { fingerprintStep, linuxGuide, macosGuide, windowsGuide } from './systems';

const ownSystem = { linux: 'linux', darwin: 'macos', win32: 'windows' } as const;
/** The name under which the page saves the certificate for another machine. */
const savedFile = 'tagboat-ca.crt';

/**
 * How engines and systems are made to trust the authority: engines and this system first, with the file where it is;
 * other systems with the file in the current folder, for machines that reach the registry over the network.
 */
export function makeTrustGuides(
  place: LocalPlace & { readonly caFile: string },
  fingerprint: string,
): readonly TrustGuide[] {
  const own = ownSystem[place.platform];
  const makers = { linux: linuxGuide, macos: macosGuide, windows: windowsGuide };
  const systems = (['linux', 'macos', 'windows'] as const).map((target) =>
    makers[target](target === own ? place.caFile : savedFile),
  );
  const guides = [
    dockerTrust(place, place.caFile),
    podmanTrust(place, place.caFile),
    ...systems.filter(({ target }) => target === own),
    ...systems.filter(({ target }) => target !== own),
  ];
  return guides.map((guide) => {
    const isForeign = systems.some(({ target }) => target === guide.target && target !== own);
    const target = guide.target === 'docker' || guide.target === 'podman' ? own : guide.target;
    const file = isForeign ? savedFile : place.caFile;
    return { ...guide, steps: [fingerprintStep(file, fingerprint, target), ...guide.steps] };
  });
}
