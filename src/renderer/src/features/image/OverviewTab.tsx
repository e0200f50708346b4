import type { ReactNode } from 'react';
import type { ImageView } from '#contract/image';
import { ByteSize } from '#components/ByteSize';
import { DigestText } from '#components/DigestText';
import { ExternalLink } from '#components/ExternalLink';
import { FactTable, KeyValueTable, type KeyValueRow } from '#components/KeyValueTable';
import { LongText } from '#components/LongText';
import { PullCommand } from '#components/PullCommand';
import { RelativeDate } from '#components/RelativeDate';
import { clipDigest } from '#lib/digest-text';
import { formatBytes, formatCounted } from '#lib/format';
import { visibleText } from '#oci/text';
import { annotationFacts } from './annotation-facts';
import { AttestationList } from './AttestationList';
import { PlatformTable } from './PlatformTable';
import { Section, Warning } from './Section';
import { runFacts } from './run-facts';
import { shapeOf } from './shape';
import type { ViewContext } from './view-context';
import classes from './Section.module.css';

const row = (key: string, value: ReactNode | undefined): readonly KeyValueRow[] =>
  value === undefined ? [] : [{ key, value }];

const openManifestStep = (context: ViewContext) => (digest: string) =>
  context.open({ kind: 'manifest', reference: digest, label: clipDigest(digest) });

const KindValue = ({ view }: { readonly view: ImageView }) => (
  <span data-hint={visibleText(view.artifact.mediaType)}>
    {view.shape === 'index'
      ? `Index · ${visibleText(view.artifact.label)}`
      : visibleText(view.artifact.label)}
  </span>
);

const BaseValue = ({ base }: { readonly base: NonNullable<ImageView['base']> }) => (
  <>
    {base.name !== undefined && <LongText text={base.name} isMono />}
    {base.digest !== undefined && (
      <div>
        <DigestText digest={base.digest} isCopyable />
      </div>
    )}
  </>
);

const sizeValue = ({ totalBytes, layers }: ImageView): ReactNode =>
  totalBytes === undefined ? undefined : (
    <>
      <ByteSize sizeBytes={totalBytes} note="compressed: layers and config" />
      <span className={classes['muted']}> in {formatCounted(layers.length, 'layer')}</span>
    </>
  );

const createdValue = (view: ImageView, now: number): ReactNode =>
  view.shape === 'index' && view.created === undefined ? undefined : (
    <RelativeDate date={view.created} now={now} />
  );

const factRows = (view: ImageView, context: ViewContext): readonly KeyValueRow[] => [
  ...row('Kind', <KindValue view={view} />),
  ...row('Platform', view.config?.platform && visibleText(view.config.platform)),
  ...row('Created', createdValue(view, context.now)),
  ...row('Size', sizeValue(view)),
  ...row('Base image', view.base && <BaseValue base={view.base} />),
  ...row(
    'Subject',
    view.subject && (
      <DigestText digest={view.subject.digest} onOpen={openManifestStep(context)} isCopyable />
    ),
  ),
  ...row(
    'Manifest',
    <>
      {formatBytes(view.manifestBytes)}
      <div className={classes['type']}>{visibleText(view.mediaType)}</div>
    </>,
  ),
];

const KnownAnnotations = ({ view }: { readonly view: ImageView }) => {
  const { known, annotations, labels } = annotationFacts(view);
  return (
    <>
      {known.length > 0 && (
        <Section title="About">
          <FactTable
            rows={known.map(({ title, value, key }) => ({
              key: title,
              value: (
                <span data-hint={key}>
                  <ExternalLink text={value} />
                </span>
              ),
            }))}
          />
        </Section>
      )}
      {annotations.length > 0 && (
        <Section title="Annotations" note={annotations.length}>
          <KeyValueTable rows={annotations} />
        </Section>
      )}
      {labels.length > 0 && (
        <Section title="Labels" note={labels.length}>
          <KeyValueTable rows={labels} />
        </Section>
      )}
    </>
  );
};

const RunSection = ({ view }: { readonly view: ImageView }) => {
  const isRun = view.config !== undefined && shapeOf(view) === 'image';
  const rows = isRun ? runFacts(view.config) : [];
  return rows.length === 0 ? null : (
    <Section title="Runs">
      <FactTable
        rows={rows.map(({ title, text }) => ({
          key: title,
          value: <LongText text={text} isMono />,
        }))}
      />
    </Section>
  );
};

/** What it is, where it comes from, what it runs, and how to pull exactly this. */
export const OverviewTab = ({
  view,
  context,
  fromTable,
}: {
  readonly view: ImageView;
  readonly context: ViewContext;
  readonly fromTable: { readonly platform: string; readonly sizeBytes: number } | undefined;
}) => (
  <div className={classes['panel']}>
    {view.shape === 'schema1' && (
      <Warning>
        This is a legacy image of Docker’s first format (schema 1). Current registries and tools
        cannot pull or copy it; push it again with a current tool to keep it usable.
      </Warning>
    )}
    {view.configProblem !== undefined && (
      <Warning>The config could not be read: {visibleText(view.configProblem)}</Warning>
    )}
    <Section title="Summary">
      <FactTable rows={factRows(view, context)} />
    </Section>
    {shapeOf(view) === 'attestation' && <AttestationList view={view} context={context} />}
    {view.shape === 'index' && (
      <Section title="Platforms">
        {view.entries.length === 0 ? (
          <p className={classes['quiet']}>The index lists nothing.</p>
        ) : (
          <PlatformTable entries={view.entries} context={context} fromTable={fromTable} />
        )}
      </Section>
    )}
    <RunSection view={view} />
    {context.host !== undefined && view.shape !== 'schema1' && (
      <Section title="Pull by digest">
        <PullCommand
          registry={context.host}
          repository={view.repository}
          point={view.digest}
          kind={view.artifact.kind}
        />
      </Section>
    )}
    <KnownAnnotations view={view} />
  </div>
);
