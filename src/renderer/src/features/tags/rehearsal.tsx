import type { ReactNode } from 'react';
import type { TagDetails } from '#contract/tag';
import { parseFilter } from '#lib/filter';
import { emptyTagBook, enterDetails, type TagBook } from '#lib/tag-details';
import { HintArea } from '#components/HintArea';
import { PullCommand } from '#components/PullCommand';
import { SkeletonRows } from '#components/SkeletonRows';
import { layoutColumns } from './columns';
import { FilterStatus } from './FilterStatus';
import { TagGrid } from './TagGrid';
import { TagHeader } from './TagHeader';
import { TagToolbar } from './TagToolbar';
import type { TagRows } from './use-tag-rows';

const tags = Array.from({ length: 40 }, (_, at) => `1.${40 - at}.0`);

const detailsOf = (tag: string, at: number): TagDetails => ({
  tag,
  digest: `sha256:${String(Math.floor(at / 2)).padStart(64, '0')}`,
  mediaType: 'application/vnd.oci.image.index.v1+json',
  shape: 'index',
  artifact: {
    kind: 'image',
    label: 'Image',
    mediaType: 'application/vnd.oci.image.index.v1+json',
  },
  platforms: ['linux/amd64', 'linux/arm64/v8'],
  sizeBytes: 30_000_000 + at * 1000,
  created: { at: '2026-01-01T00:00:00Z', source: 'config' },
  hasAttestations: false,
});

const book: TagBook = enterDetails(emptyTagBook, { details: tags.map(detailsOf), failures: [] });

const rows: TagRows = {
  filter: parseFilter(''),
  leads: tags,
  groups: undefined,
  tagsOf: (lead) => [lead],
  matchCount: tags.length,
  unread: [],
  failedCount: 0,
  signedDigests: new Set(),
  needs: undefined,
};

const ignore = (): void => undefined;
const { columns } = layoutColumns(1100, []);
const counts = {
  tags: tags.length,
  isComplete: true,
  isReading: false,
  read: 0,
  images: 0,
  truncated: undefined,
};

const Grid = ({ known }: { readonly known: TagBook }) => (
  <TagGrid
    label="Rehearsal"
    rows={rows}
    book={known}
    columns={columns}
    alsoNote={undefined}
    isBusy={false}
    onVisible={ignore}
    onRetry={ignore}
    onCopy={ignore}
    onCommand={ignore}
    onMenu={ignore}
  />
);

const Head = () => (
  <>
    <TagHeader
      registryId=""
      repository="rehearsal"
      counts={counts}
      tag={undefined}
      details={undefined}
      isRefreshing={false}
      onRefresh={ignore}
    />
    <PullCommand
      registry={{ host: 'localhost', plainHttp: false }}
      repository="rehearsal"
      point="latest"
      kind="image"
    />
    <SkeletonRows count={12} label="Rehearsal" />
  </>
);

const Tools = () => (
  <HintArea>
    <TagToolbar platforms={() => []} dropped={[]} onEnterRows={ignore} />
    <FilterStatus
      rows={rows}
      total={tags.length}
      unreadCount={0}
      readAll={{ kind: 'idle' }}
      onReadAll={ignore}
      onStop={ignore}
      onRetryFailed={ignore}
    />
  </HintArea>
);

/** The parts of the tag area on made-up tags, to be drawn out of sight one after another. */
export const tagRehearsal: readonly ReactNode[] = [
  <Head key="head" />,
  <Tools key="tools" />,
  <Grid key="grid" known={emptyTagBook} />,
  <Grid key="grid" known={book} />,
];
