import type { LocalGuide, LocalPlace } from '../guide';
import { composeGuide, dockerGuide } from './docker';
import { kindGuide } from './kind';
import { minikubeGuide } from './minikube';
import { nerdctlGuide } from './nerdctl';
import { podmanGuide } from './podman';

/** "Use it from…": how each tool reaches the registry as it is set up now. */
export const makeGuides = (place: LocalPlace): readonly LocalGuide[] =>
  [dockerGuide, podmanGuide, nerdctlGuide, kindGuide, minikubeGuide, composeGuide].map((make) =>
    make(place),
  );
