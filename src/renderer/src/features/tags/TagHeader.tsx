import { IconListCheck, IconRefresh } from '@tabler/icons-react';
import { IconAction } from '#components/IconAction';
import { LiveText } from '#components/LiveText';
import { PullCommand } from '#components/PullCommand';
import { ReadOnlyMark } from '#components/ReadOnlyMark';
import type { RegistryView } from '#contract/registry';
import type { TagDetails } from '#contract/tag';
import { formatCount, formatCounted } from '#lib/format';
import { readOnlyOf } from '#lib/read-only';
import { useRegistry } from '#lib/use-registry';
import { visibleText } from '#oci/text';
import { useDialogs } from '#state/dialogs';
import classes from './TagHeader.module.css';

export type TagCounts = {
  readonly tags: number;
  readonly isComplete: boolean;
  readonly isReading: boolean;
  readonly read: number;
  readonly images: number;
  /** Why the list stops early. */
  readonly truncated: string | undefined;
};

/** "412 tags on 171 images", "3,000 of ? tags", "412 tags · 31 images so far". */
const countWords = ({ tags, isComplete, read, images, isReading }: TagCounts): string => {
  const uncounted = isReading ? 'Reading tags…' : 'No tags read';
  if (!isComplete) return tags === 0 ? uncounted : `${formatCount(tags)} of ? tags`;
  const counted = formatCounted(tags, 'tag');
  if (read === 0 || tags === 0) return counted;
  const digests = formatCounted(images, 'image');
  return read >= tags ? `${counted} on ${digests}` : `${counted} · ${digests} so far`;
};

const Counts = ({ counts }: { readonly counts: TagCounts }) => {
  const words = countWords(counts);
  const { read, tags, images, truncated } = counts;
  const hint =
    read < tags
      ? `${formatCounted(images, 'image')} found in the ${formatCounted(read, 'tag')} read so far. Tags are read as they come into view.`
      : undefined;
  return (
    <p className={classes['counts']}>
      <span className="tb-tabular" data-hint={hint}>
        {words}
      </span>
      <LiveText text={words} />
      {truncated !== undefined && (
        <span className={classes['truncated']} data-hint={visibleText(truncated)}>
          cut short
        </span>
      )}
    </p>
  );
};

/** The mark of a read-only repository, and the way to what the registry allows in it. */
const Safety = ({
  registry,
  repository,
}: {
  readonly registry: RegistryView | undefined;
  readonly repository: string;
}) => {
  const openDialog = useDialogs((state) => state.openDialog);
  if (registry === undefined) return null;
  const mark = readOnlyOf(registry, repository);
  return (
    <>
      {mark !== 'no' && <ReadOnlyMark place={mark} size={16} />}
      <IconAction
        size="small"
        label="What this registry allows"
        aria-haspopup="dialog"
        icon={<IconListCheck size={16} stroke={1.7} />}
        onClick={() => openDialog({ kind: 'capabilities', registryId: registry.id, repository })}
      />
    </>
  );
};

/** Name, counts, pull command and refresh. */
export const TagHeader = ({
  registryId,
  repository,
  counts,
  tag,
  details,
  isRefreshing,
  onRefresh,
}: {
  readonly registryId: string;
  readonly repository: string;
  readonly counts: TagCounts;
  /** The tag of the pull command. */
  readonly tag: string | undefined;
  /** Its details: before they are there it is not known what can pull it. */
  readonly details: TagDetails | undefined;
  readonly isRefreshing: boolean;
  readonly onRefresh: () => void;
}) => {
  const registry = useRegistry(registryId);
  return (
    <header className={classes['root']}>
      <div className={classes['names']}>
        <div className={classes['heading']}>
          <h1 className={classes['title']} data-hint={visibleText(repository)}>
            {visibleText(repository)}
          </h1>
          <Safety registry={registry} repository={repository} />
        </div>
        <Counts counts={counts} />
      </div>
      <div className={classes['pull']}>
        {registry !== undefined && tag !== undefined && details !== undefined && (
          <PullCommand
            registry={registry}
            repository={repository}
            point={tag}
            kind={details.artifact.kind}
          />
        )}
      </div>
      <IconAction
        label="Read tags again"
        icon={<IconRefresh size={16} stroke={1.7} />}
        className={classes['refresh']}
        data-busy={isRefreshing || undefined}
        onClick={onRefresh}
      />
    </header>
  );
};
