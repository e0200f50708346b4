import type { ContentStore } from './content-store';
import type { RegistryLimits } from './limits';
import type { SeenTags } from './seen-tags';
import type { Paths } from './paths';
import type { Session } from './session';

/** What every verb works with. */
export type VerbContext = { session: Session; paths: Paths; limits: RegistryLimits };

/** For verbs whose answers never change. */
export type ContentContext = VerbContext & {
  store: ContentStore;
  seenTags: SeenTags;
  /** Address of the registry. */
  base: URL;
};
