import { useState } from 'react';
import type { ImageView } from '#contract/image';
import { formatBytes, formatCount, formatCounted } from '#lib/format';
import { visibleText } from '#oci/text';
import { FileList } from './FileList';
import { LayerLine } from './LayerLine';
import { type LayerRow, layerRows } from './layer-rows';
import { Section, Warning } from './Section';
import type { ViewContext } from './view-context';
import classes from './Section.module.css';
import listClasses from './LayersTab.module.css';

/** A hostile config may hold a million steps; they come in portions. */
const portion = 200;

const LayerList = ({ rows }: { readonly rows: readonly LayerRow[] }) => {
  const [shown, setShown] = useState(portion);
  const rest = rows.length - shown;
  return (
    <>
      <ol className={listClasses['list']}>
        {rows.slice(0, shown).map((row) => (
          <LayerLine key={row.key} row={row} />
        ))}
      </ol>
      {rest > 0 && (
        <button
          type="button"
          className={classes['action']}
          onClick={() => setShown(shown + portion)}
        >
          Show {formatCount(Math.min(rest, portion))} of {formatCounted(rest, 'more step')}
        </button>
      )}
    </>
  );
};

const sumOf = ({ layers }: ImageView): number =>
  layers.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);

/** The history as a Dockerfile, each step beside the layer it made; for artifacts the files they carry. */
export const LayersTab = ({
  view,
  platform,
  context,
}: {
  readonly view: ImageView;
  /** Named when it was chosen for an index. */
  readonly platform: string | undefined;
  readonly context: ViewContext;
}) => {
  if (view.artifact.kind !== 'image') return <FileList view={view} context={context} />;
  const { rows, apart } = layerRows(view);
  return (
    <div className={classes['panel']}>
      {view.configProblem !== undefined && (
        <Warning>
          The config could not be read, so the steps are not known:{' '}
          {visibleText(view.configProblem)}
        </Warning>
      )}
      <p className={listClasses['total']}>
        {platform !== undefined && <strong>{visibleText(platform)} · </strong>}
        {formatCounted(view.layers.length, 'layer')}, {formatBytes(sumOf(view))} compressed
        {view.history.length === 0 && view.configProblem === undefined && ' · no history recorded'}
      </p>
      {apart === undefined ? (
        <LayerList rows={rows} />
      ) : (
        <>
          <Warning>{apart.reason}</Warning>
          <Section title="Layers" note={apart.layers.length}>
            <LayerList rows={apart.layers} />
          </Section>
          <Section title="History" note={apart.history.length}>
            <LayerList rows={apart.history} />
          </Section>
        </>
      )}
    </div>
  );
};
