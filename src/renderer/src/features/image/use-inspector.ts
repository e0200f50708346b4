import type { ImageView, IndexEntry } from '#contract/image';
import type { InspectorTab } from '#contract/settings';
import { useNow } from '#lib/now';
import { useRegistry } from '#lib/use-registry';
import { useSelection } from '#state/selection';
import { chooseImage, entryLabel, imageEntries } from './index-entries';
import { usePreferredPlatform } from './preferred-platform';
import { type Shape, shapeOf, shapeOfDetails, tabsOf } from './shape';
import { openManifest, type Step } from './trail';
import {
  type KnownTag,
  type Place,
  type Reading,
  useImage,
  useKnownImage,
  useKnownTag,
} from './use-image';
import { type TrailModel, useTrail } from './use-trail';
import type { ViewContext } from './view-context';

/** The index whose platforms can be switched between, and which of them is shown. */
export type PlatformChoice = {
  readonly images: readonly IndexEntry[];
  /** Undefined: the index itself. */
  readonly shown: string | undefined;
  readonly onIndex: () => void;
  readonly onImage: (entry: IndexEntry) => void;
};

export type Inspector = {
  readonly trail: TrailModel;
  readonly step: Step | undefined;
  readonly image: Reading<ImageView>;
  /** The image whose layers and config stand for an index; the image itself otherwise. */
  readonly content: Reading<ImageView>;
  /** Platform of `content` where it stands for an index. */
  readonly contentPlatform: string | undefined;
  readonly known: KnownTag;
  readonly shape: Shape;
  readonly tab: InspectorTab;
  readonly platforms: PlatformChoice | undefined;
  readonly context: ViewContext;
};

/** The index that the shown manifest was opened from. */
const useParent = (place: Place, { trail }: TrailModel) => {
  const manifests = trail.steps.flatMap((step, index) =>
    step.kind === 'manifest' ? [{ reference: step.reference, index }] : [],
  );
  const own = manifests.at(-1)?.reference;
  const parent = manifests.at(-2);
  const { value } = useImage(place, parent?.reference);
  const isChild = value?.entries.some(({ digest }) => digest === own) === true;
  return parent !== undefined && value !== undefined && isChild
    ? { view: value, index: parent.index, own }
    : undefined;
};

/** Read by tag, a manifest that is known by its digest already is shown at once while the registry is asked again. */
const useImageWithKnown = (place: Place, reference: string, digest: string | undefined) => {
  const image = useImage(place, reference);
  const known = useKnownImage(place, digest);
  return image.value === undefined && image.error === undefined && known !== undefined
    ? { ...image, value: known }
    : image;
};

const isOfImage = (tab: InspectorTab): boolean => tab === 'layers' || tab === 'config';

/** For an index, the image that its Layers and Config tabs show; read only when one of them is open. */
const useContent = (
  place: Place,
  image: Reading<ImageView>,
  sizeOf: string | undefined,
  tab: InspectorTab,
) => {
  const preferred = usePreferredPlatform((state) => state.platform);
  const isIndex = image.value?.shape === 'index';
  const chosen =
    isIndex && image.value !== undefined
      ? chooseImage(image.value, [preferred, sizeOf])
      : undefined;
  const child = useImage(place, isOfImage(tab) ? chosen?.digest : undefined);
  return isIndex ? { content: child, chosen } : { content: image, chosen: undefined };
};

type PlatformOptions = {
  readonly view: ImageView | undefined;
  readonly parent: ReturnType<typeof useParent>;
  readonly trail: TrailModel;
  /** The image that stands for the index in this tab. */
  readonly standIn: string | undefined;
};

const usePlatforms = ({
  view,
  parent,
  trail,
  standIn,
}: PlatformOptions): PlatformChoice | undefined => {
  const prefer = usePreferredPlatform((state) => state.prefer);
  const setTab = useSelection((state) => state.setInspectorTab);
  const isIndex = view?.shape === 'index';
  const index = isIndex ? view : parent?.view;
  if (index === undefined) return undefined;
  const images = imageEntries(index);
  if (images.length === 0) return undefined;
  const at = isIndex ? trail.trail.steps.length - 1 : (parent?.index ?? 0);
  return {
    images,
    shown: isIndex ? standIn : parent?.own,
    onIndex: () => {
      if (isIndex) setTab('overview');
      else trail.goTo(at);
    },
    onImage: (entry) => {
      prefer(entry.platform);
      trail.openFrom(at, { kind: 'manifest', reference: entry.digest, label: entryLabel(entry) });
    },
  };
};

const tabFor = (wanted: InspectorTab, shape: Shape, hasImages: boolean): InspectorTab => {
  const isThere = tabsOf[shape].includes(wanted) && (hasImages || !isOfImage(wanted));
  return isThere ? wanted : 'overview';
};

/** Everything the inspector shows: what is open, what stands for it, and the ways on and back. */
export const useInspector = (place: Place, reference: string): Inspector => {
  const trail = useTrail(reference);
  const manifest = openManifest(trail.trail);
  const known = useKnownTag(place, manifest);
  const image = useImageWithKnown(place, manifest, known.details?.digest);
  const parent = useParent(place, trail);
  const view = image.value;
  const shape = view === undefined ? shapeOfDetails(known.details) : shapeOf(view);
  const wanted = useSelection((state) => state.inspectorTab);
  const hasImages = view?.shape !== 'index' || imageEntries(view).length > 0;
  const tab = tabFor(wanted, shape, hasImages);
  const { content, chosen } = useContent(place, image, known.details?.sizeOf, tab);
  const standIn = isOfImage(tab) ? chosen?.digest : undefined;
  return {
    trail,
    step: trail.trail.steps.at(-1),
    image,
    content,
    contentPlatform: chosen?.platform,
    known,
    shape,
    tab,
    platforms: usePlatforms({ view, parent, trail, standIn }),
    context: {
      place,
      host: useRegistry(place.registryId),
      open: trail.open,
      now: useNow(),
    },
  };
};
