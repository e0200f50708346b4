import type { ReferenceHost } from '#lib/references';
import type { Step } from './trail';
import type { Place } from './use-image';

/** What every part of the inspector needs beside the image: where it is, and how to open what it names. */
export type ViewContext = {
  readonly place: Place;
  readonly host: ReferenceHost | undefined;
  readonly open: (step: Step) => void;
  readonly now: number;
};
