import type { ImageView, LayerView } from '#contract/image';
import { ByteSize } from '#components/ByteSize';
import { DigestText } from '#components/DigestText';
import { formatCounted } from '#lib/format';
import { visibleText } from '#oci/text';
import type { ViewContext } from './view-context';
import sectionClasses from './Section.module.css';
import classes from './FileList.module.css';

const mostFiles = 500;

/** Types that are text as far as their name tells; others are not worth a request. */
const isText = (mediaType: string): boolean =>
  /^text\/|[+/.](json|yaml|xml|toml|txt|prov|markdown)\b|spdx|cyclonedx|jwt|jose|dsse/iu.test(
    mediaType,
  );

const FileRow = ({
  layer,
  index,
  context,
}: {
  readonly layer: LayerView;
  readonly index: number;
  readonly context: ViewContext;
}) => {
  const label = layer.title ?? `file ${index + 1}`;
  return (
    <li className={classes['row']}>
      <span className={classes['name']}>{visibleText(label)}</span>
      <span className={classes['size']}>
        <ByteSize sizeBytes={layer.sizeBytes} />
      </span>
      <span className={classes['type']}>{visibleText(layer.mediaType)}</span>
      <span className={classes['digest']}>
        <DigestText digest={layer.digest} isCopyable />
        {isText(layer.mediaType) && (
          <button
            type="button"
            className={sectionClasses['action']}
            aria-label={`View ${visibleText(label)}`}
            onClick={() =>
              context.open({
                kind: 'blob',
                digest: layer.digest,
                mediaType: layer.mediaType,
                sizeBytes: layer.sizeBytes,
                label,
              })
            }
          >
            View
          </button>
        )}
      </span>
    </li>
  );
};

/** The files of an artifact: what its layers are, by title. */
export const FileList = ({
  view,
  context,
}: {
  readonly view: ImageView;
  readonly context: ViewContext;
}) => (
  <div className={sectionClasses['panel']}>
    {view.layers.length === 0 ? (
      <p className={sectionClasses['quiet']}>This artifact carries no files.</p>
    ) : (
      <ul className={classes['list']}>
        {view.layers.slice(0, mostFiles).map((layer, at) => (
          <FileRow key={`${at} ${layer.digest}`} layer={layer} index={at} context={context} />
        ))}
      </ul>
    )}
    {view.layers.length > mostFiles && (
      <p className={sectionClasses['quiet']}>
        {formatCounted(view.layers.length - mostFiles, 'more file')} in the manifest.
      </p>
    )}
  </div>
);
