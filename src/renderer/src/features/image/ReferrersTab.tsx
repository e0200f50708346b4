import { IconChevronRight } from '@tabler/icons-react';
import type { ImageView, ReferrersReport, ReferrerView } from '#contract/image';
import { ErrorState } from '#components/ErrorState';
import { SkeletonRows } from '#components/SkeletonRows';
import { clipDigest } from '#lib/digest-text';
import { visibleText } from '#oci/text';
import { useSelection } from '#state/selection';
import { groupReferrers, indexAttestations, referrerArtifact } from './referrer-groups';
import { Section, Warning } from './Section';
import { useReferrers } from './use-image';
import type { ViewContext } from './view-context';
import sectionClasses from './Section.module.css';
import classes from './ReferrersTab.module.css';

const foundWords: Readonly<Record<ReferrerView['foundBy'], string>> = {
  'referrers-api': 'referrers API',
  'fallback-tag': 'fallback tag',
  'cosign-tag': 'cosign tag',
};

const Line = ({
  title,
  about,
  digest,
  hint,
  onOpen,
}: {
  readonly title: string;
  readonly about: string;
  readonly digest: string;
  readonly hint: string;
  readonly onOpen: () => void;
}) => (
  <li>
    <button type="button" className={classes['row']} onClick={onOpen}>
      <span className={classes['title']} data-hint={hint}>
        {title}
      </span>
      <span className={classes['digest']} data-hint={digest}>
        {clipDigest(digest)}
      </span>
      <span className={classes['about']}>{about}</span>
      <IconChevronRight size={14} className={classes['arrow']} aria-hidden />
    </button>
  </li>
);

/** Whoever opens a signature wants to see what it is; what refers to it in turn is seldom anything. */
const openArtifact = (context: ViewContext, reference: string, label: string): void => {
  context.open({ kind: 'manifest', reference, label });
  useSelection.getState().setInspectorTab('overview');
};

const Groups = ({
  report,
  context,
}: {
  readonly report: ReferrersReport;
  readonly context: ViewContext;
}) =>
  groupReferrers(report.referrers).map(({ label, referrers }) => (
    <Section key={label} title={visibleText(label)} note={referrers.length}>
      <ul className={classes['list']}>
        {referrers.map((referrer, at) => (
          <Line
            key={`${at} ${referrer.digest}`}
            title={visibleText(referrer.artifactType ?? referrer.artifact.mediaType)}
            hint={visibleText(referrer.tag ?? referrer.artifact.mediaType)}
            digest={referrer.digest}
            about={foundWords[referrer.foundBy]}
            onOpen={() => openArtifact(context, referrer.digest, referrerArtifact(referrer).label)}
          />
        ))}
      </ul>
    </Section>
  ));

const InIndex = ({
  view,
  context,
}: {
  readonly view: ImageView;
  readonly context: ViewContext;
}) => {
  const attestations = indexAttestations(view);
  if (attestations.length === 0) return null;
  return (
    <Section title="Attestations in the index" note={attestations.length}>
      <ul className={classes['list']}>
        {attestations.map(({ entry, about }, at) => (
          <Line
            key={`${at} ${entry.digest}`}
            title={
              about === undefined ? 'about an image not listed here' : `about ${visibleText(about)}`
            }
            hint={visibleText(entry.attests ?? entry.mediaType)}
            digest={entry.digest}
            about="in the index"
            onOpen={() => openArtifact(context, entry.digest, 'attestation')}
          />
        ))}
      </ul>
    </Section>
  );
};

const sourceNote = ({ apiSupported }: ReferrersReport): string =>
  apiSupported
    ? 'The registry has the referrers API; cosign tags were looked for too.'
    : 'The registry has no referrers API; the fallback tag and cosign tags were looked for.';

/** What refers to this manifest: signatures, attestations, SBOMs and other artifacts, and where each was found. */
export const ReferrersTab = ({
  view,
  context,
}: {
  readonly view: ImageView;
  readonly context: ViewContext;
}) => {
  const { value: report, error, retry } = useReferrers(context.place, view.digest);
  return (
    <div className={sectionClasses['panel']}>
      {error !== undefined && (
        <ErrorState
          variant="inline"
          error={error}
          registryId={context.place.registryId}
          onRetry={retry}
        />
      )}
      {report?.problem !== undefined && <Warning>{visibleText(report.problem)}</Warning>}
      {report === undefined && error === undefined && (
        <SkeletonRows count={4} label="Looking for referrers" />
      )}
      {report !== undefined && <Groups report={report} context={context} />}
      <InIndex view={view} context={context} />
      {report !== undefined && (
        <p className={sectionClasses['quiet']}>
          {report.referrers.length === 0 && 'Nothing refers to this manifest. '}
          {sourceNote(report)}
        </p>
      )}
    </div>
  );
};
