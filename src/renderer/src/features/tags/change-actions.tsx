import { IconCursorText, IconTagOff, IconTagPlus, IconTrash } from '@tabler/icons-react';
import type { MenuEntry } from '#components/ContextMenu';
import { formatCounted } from '#lib/format';
import type { Action } from '#state/actions';
import { useCheckedTags } from '#state/checked-tags';
import {
  type ChangePlace,
  openAddTag,
  openDeleteTags,
  openPlan,
  openRenameTag,
  openUntag,
} from '#state/plans';
import { useStatusMessage } from '#state/status-message';
import type { GridCommand } from './use-grid';

const icon = { size: 15, stroke: 1.7 };
const noDigest = 'Its digest is not read yet.';

/** A row of the table, and why nothing in its repository can be changed, if so. */
export type ChangeableRow = {
  readonly place: ChangePlace;
  readonly noChange: string | undefined;
  /** The tag the row leads with, and all of them where rows are grouped by image. */
  readonly tag: string;
  readonly tags: readonly string[];
  readonly digest: string | undefined;
};

const namedCount = (tags: readonly string[], verb: string): string =>
  tags.length === 1 ? `${verb}…` : `${verb} ${formatCounted(tags.length, 'tag')}…`;

/** What a row's menu offers to change. */
export const changeEntries = (row: ChangeableRow): readonly MenuEntry[] => {
  const { place, noChange, tag, tags, digest } = row;
  const notYet = noChange ?? (digest === undefined ? noDigest : undefined);
  return [
    {
      label: 'Add tag…',
      icon: <IconTagPlus {...icon} />,
      shortcut: 'T',
      disabledReason: notYet,
      run: () => openAddTag(place, digest ?? ''),
    },
    {
      label: tags.length === 1 ? 'Rename tag…' : `Rename ${tag}…`,
      icon: <IconCursorText {...icon} />,
      shortcut: 'F2',
      disabledReason: notYet,
      run: () => openRenameTag(place, tag, digest ?? ''),
    },
    {
      label: namedCount(tags, 'Untag'),
      icon: <IconTagOff {...icon} />,
      disabledReason: noChange,
      run: () => openUntag(place, tags),
    },
    {
      label: namedCount(tags, 'Delete'),
      icon: <IconTrash {...icon} />,
      shortcut: 'Delete',
      isDangerous: true,
      disabledReason: noChange,
      run: () => openDeleteTags(place, tags),
    },
  ];
};

/** A key on a row. Delete is for the ticked tags, and for the row itself when none is ticked. */
export const runRowCommand = (command: GridCommand, row: ChangeableRow): void => {
  const { place, noChange, tag, tags, digest } = row;
  const reason = noChange ?? (command !== 'delete' && digest === undefined ? noDigest : undefined);
  if (reason !== undefined) {
    useStatusMessage.getState().say(reason, 'failed');
    return;
  }
  const { checkedTags } = useCheckedTags.getState();
  if (command === 'add-tag') openAddTag(place, digest ?? '');
  else if (command === 'rename') openRenameTag(place, tag, digest ?? '');
  else openDeleteTags(place, checkedTags.size > 0 ? [...checkedTags] : tags);
};

export type ChangeActionOptions = {
  readonly place: ChangePlace;
  readonly noChange: string | undefined;
  /** The selected tag. */
  readonly tag: string | null;
  readonly digest: string | undefined;
  readonly checked: ReadonlySet<string>;
};

/** What the command palette offers to change: the selected tag, the ticked ones, the repository. */
export const changeActions = (options: ChangeActionOptions): readonly Action[] => {
  const { place, noChange, tag, digest, checked } = options;
  const noTag = noChange ?? (tag === null ? 'No tag is selected.' : undefined);
  const notYet = noTag ?? (digest === undefined ? noDigest : undefined);
  const noTicks = noChange ?? (checked.size === 0 ? 'No tag is ticked.' : undefined);
  const name = tag === null ? 'the selected tag' : tag;
  const ticked =
    checked.size === 0 ? 'the ticked tags' : `the ${formatCounted(checked.size, 'ticked tag')}`;
  return [
    {
      id: 'tags.add-tag',
      title: 'Add a tag to the selected image…',
      section: 'Image',
      keywords: 'new name retag move',
      disabledReason: notYet,
      run: () => openAddTag(place, digest ?? ''),
    },
    {
      id: 'tags.rename',
      title: `Rename ${name}…`,
      section: 'Image',
      disabledReason: notYet,
      run: () => openRenameTag(place, tag ?? '', digest ?? ''),
    },
    {
      id: 'tags.untag',
      title: `Untag ${name}…`,
      section: 'Image',
      keywords: 'remove name',
      disabledReason: noTag,
      run: () => openUntag(place, [tag ?? '']),
    },
    {
      id: 'tags.delete',
      title: `Delete ${name}…`,
      section: 'Image',
      keywords: 'remove',
      disabledReason: noTag,
      run: () => openDeleteTags(place, [tag ?? '']),
    },
    {
      id: 'tags.untag-ticked',
      title: `Untag ${ticked}…`,
      section: 'Repository',
      keywords: 'remove names selected',
      disabledReason: noTicks,
      run: () => openUntag(place, [...checked]),
    },
    {
      id: 'tags.delete-ticked',
      title: `Delete ${ticked}…`,
      section: 'Repository',
      keywords: 'remove selected',
      disabledReason: noTicks,
      run: () => openDeleteTags(place, [...checked]),
    },
    {
      id: 'repository.delete',
      title: 'Delete this repository…',
      section: 'Repository',
      keywords: 'remove all',
      disabledReason: noChange,
      run: () => openPlan(place, [{ kind: 'delete-repository' }]),
    },
  ];
};
