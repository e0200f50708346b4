import type { ReactNode } from 'react';
import type { ImageView } from '#contract/image';
import type { InspectorTab } from '#contract/settings';
import { ErrorState } from '#components/ErrorState';
import { HintArea } from '#components/HintArea';
import { SkeletonRows } from '#components/SkeletonRows';
import { useSelection } from '#state/selection';
import { BlobPanel } from './BlobPanel';
import { ConfigTab } from './ConfigTab';
import { HeadActions } from './HeadActions';
import { imageEntries } from './index-entries';
import { InspectorHead } from './InspectorHead';
import { InspectorTabs, type TabPane } from './InspectorTabs';
import { LayersTab } from './LayersTab';
import { ManifestTab } from './ManifestTab';
import { OverviewTab } from './OverviewTab';
import { PlatformSwitch } from './PlatformSwitch';
import { ReferrersTab } from './ReferrersTab';
import { tabsOf } from './shape';
import type { Step } from './trail';
import { TrailBar } from './TrailBar';
import { type Reading, useIsSigned, useTagsOn } from './use-image';
import { type Inspector, useInspector } from './use-inspector';
import classes from './ImageInspector.module.css';

export type ImageInspectorProps = {
  readonly registryId: string;
  readonly repository: string;
  /** A tag or a digest. */
  readonly reference: string;
};

/** Shows what is there, else why it is not, else that it is coming. */
const Read = ({
  reading,
  registryId,
  children,
}: {
  readonly reading: Reading<ImageView>;
  readonly registryId: string;
  readonly children: (view: ImageView) => ReactNode;
}) => {
  if (reading.value !== undefined) return children(reading.value);
  if (reading.error !== undefined) {
    return <ErrorState error={reading.error} registryId={registryId} onRetry={reading.retry} />;
  }
  return <SkeletonRows count={8} label="Reading the image" />;
};

const sizeFromTable = ({ known: { details } }: Inspector) =>
  details?.sizeOf === undefined || details.sizeBytes === undefined
    ? undefined
    : { platform: details.sizeOf, sizeBytes: details.sizeBytes };

/** What each tab shows of what is open, or of the image that stands for it. */
const renderers = (inspector: Inspector): Readonly<Record<InspectorTab, () => ReactNode>> => {
  const { image, content, contentPlatform, context } = inspector;
  const { registryId } = context.place;
  const read = (reading: Reading<ImageView>, children: (view: ImageView) => ReactNode) => (
    <Read reading={reading} registryId={registryId}>
      {children}
    </Read>
  );
  return {
    overview: () =>
      read(image, (view) => (
        <OverviewTab view={view} context={context} fromTable={sizeFromTable(inspector)} />
      )),
    layers: () =>
      read(content, (view) => (
        <LayersTab key={view.digest} view={view} platform={contentPlatform} context={context} />
      )),
    config: () =>
      read(content, (view) => <ConfigTab key={view.digest} view={view} context={context} />),
    manifest: () => read(image, (view) => <ManifestTab view={view} context={context} />),
    referrers: () => read(image, (view) => <ReferrersTab view={view} context={context} />),
  };
};

const titles: Readonly<Record<InspectorTab, string>> = {
  overview: 'Overview',
  layers: 'Layers',
  config: 'Config',
  manifest: 'Manifest',
  referrers: 'Referrers',
};

const filling: ReadonlySet<InspectorTab> = new Set(['config', 'manifest']);

const panesOf = (inspector: Inspector): readonly TabPane[] => {
  const { shape, image } = inspector;
  const render = renderers(inspector);
  const hasImages = image.value?.shape !== 'index' || imageEntries(image.value).length > 0;
  return tabsOf[shape]
    .filter((id) => hasImages || (id !== 'layers' && id !== 'config'))
    .map((id) => ({
      id,
      title: id === 'layers' && shape === 'artifact' ? 'Files' : titles[id],
      render: render[id],
      isFilling: filling.has(id),
    }));
};

const headKind = (step: Step | undefined) => {
  if (step?.kind === 'blob') return 'blob';
  return step?.reference.includes(':') === true ? 'image' : 'tag';
};

const Head = ({ inspector }: { readonly inspector: Inspector }) => {
  const { step, image, known, context, platforms } = inspector;
  const imageDigest = image.value?.digest ?? known.details?.digest;
  const isBlob = step?.kind === 'blob';
  const isSigned = useIsSigned(context.place, imageDigest);
  const tags = useTagsOn(context.place, imageDigest);
  const title = step?.label ?? '';
  return (
    <InspectorHead
      kind={headKind(step)}
      title={title}
      siblings={isBlob ? [] : tags.filter((tag) => tag !== title)}
      digest={isBlob ? step.digest : imageDigest}
      isSigned={isSigned && !isBlob}
      actions={isBlob ? undefined : <HeadActions digest={imageDigest} context={context} />}
    >
      {platforms !== undefined && !isBlob && <PlatformSwitch {...platforms} />}
    </InspectorHead>
  );
};

const Inspect = ({ registryId, repository, reference }: ImageInspectorProps) => {
  const inspector = useInspector({ registryId, repository }, reference);
  const setTab = useSelection((state) => state.setInspectorTab);
  const { step, trail, context } = inspector;
  return (
    <div className={classes['root']}>
      <TrailBar trail={trail.trail} onGoTo={trail.goTo} />
      <Head inspector={inspector} />
      {step?.kind === 'blob' ? (
        <div className={classes['blob']}>
          <BlobPanel
            key={step.digest}
            digest={step.digest}
            mediaType={step.mediaType}
            label={step.label}
            context={context}
          />
        </div>
      ) : (
        <InspectorTabs panes={panesOf(inspector)} value={inspector.tab} onChange={setTab} />
      )}
    </div>
  );
};

/** The right of the window: one image, looked into from every side. */
export const ImageInspector = (props: ImageInspectorProps) => (
  <HintArea>
    <Inspect key={`${props.registryId} ${props.repository}`} {...props} />
  </HintArea>
);
