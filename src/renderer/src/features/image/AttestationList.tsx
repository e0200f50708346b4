import { IconChevronRight } from '@tabler/icons-react';
import type { ImageView, LayerView } from '#contract/image';
import { formatBytes } from '#lib/format';
import { visibleText } from '#oci/text';
import { predicateName } from './predicate-names';
import { Section } from './Section';
import type { ViewContext } from './view-context';
import classes from './AttestationList.module.css';

const nameOf = (layer: LayerView, index: number): string =>
  layer.predicateType === undefined
    ? (layer.title ?? `statement ${index + 1}`)
    : predicateName(layer.predicateType);

/** What an attestation states: one line a statement, which opens its JSON. */
export const AttestationList = ({
  view,
  context,
}: {
  readonly view: ImageView;
  readonly context: ViewContext;
}) => (
  <Section title="Statements" note={view.layers.length}>
    <ul className={classes['list']}>
      {view.layers.map((layer, at) => {
        const name = nameOf(layer, at);
        return (
          <li key={`${at} ${layer.digest}`}>
            <button
              type="button"
              className={classes['row']}
              onClick={() =>
                context.open({
                  kind: 'blob',
                  digest: layer.digest,
                  mediaType: layer.mediaType,
                  sizeBytes: layer.sizeBytes,
                  label: name,
                })
              }
            >
              <span className={classes['name']}>{visibleText(name)}</span>
              <span className={classes['type']}>
                {visibleText(layer.predicateType ?? layer.mediaType)}
              </span>
              <span className={classes['size']}>{formatBytes(layer.sizeBytes)}</span>
              <IconChevronRight size={14} className={classes['arrow']} aria-hidden />
            </button>
          </li>
        );
      })}
    </ul>
  </Section>
);
