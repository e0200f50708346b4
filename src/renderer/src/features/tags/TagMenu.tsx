import { IconCopy, IconFingerprint, IconSquareCheck, IconTag } from '@tabler/icons-react';
import type { TagDetails } from '#contract/tag';
import { ContextMenu, type MenuAnchor, type MenuEntry } from '#components/ContextMenu';
import { referenceText } from '#lib/references';
import { useCheckedTags } from '#state/checked-tags';
import type { ChangePlace } from '#state/plans';
import { changeEntries } from './change-actions';
import { copyAndSay } from './tag-actions';

const icon = { size: 15, stroke: 1.7 };

/** Where the menu of a row was opened. */
export type RowMenu = { readonly tag: string; readonly anchor: MenuAnchor };

type TagMenuProps = {
  readonly menu: RowMenu | null;
  readonly host: string | undefined;
  readonly place: ChangePlace;
  /** Why nothing can be changed here. */
  readonly noChange: string | undefined;
  readonly details: TagDetails | undefined;
  /** All tags of the row. */
  readonly tags: readonly string[];
  readonly onClose: () => void;
};

const entriesOf = (tag: string, props: TagMenuProps): readonly MenuEntry[] => {
  const { host, place, noChange, details, tags } = props;
  const { repository } = place;
  const noHost = host === undefined ? 'The registry is not known yet.' : undefined;
  const noDigest = details === undefined ? 'Its digest is not read yet.' : undefined;
  const digest = details?.digest ?? '';
  const { checkedTags, setTagsChecked } = useCheckedTags.getState();
  const isChecked = tags.every((one) => checkedTags.has(one));
  return [
    {
      label: isChecked ? 'Unselect' : 'Select',
      icon: <IconSquareCheck {...icon} />,
      run: () => setTagsChecked(tags, !isChecked),
    },
    'divider',
    {
      label: 'Copy tag',
      icon: <IconTag {...icon} />,
      run: () => copyAndSay(tag, 'Tag copied'),
    },
    {
      label: 'Copy reference',
      icon: <IconCopy {...icon} />,
      shortcut: 'Mod+C',
      disabledReason: noHost,
      run: () => copyAndSay(referenceText(host ?? '', repository, tag), 'Reference copied'),
    },
    {
      label: 'Copy reference by digest',
      icon: <IconCopy {...icon} />,
      disabledReason: noHost ?? noDigest,
      run: () => copyAndSay(referenceText(host ?? '', repository, digest), 'Reference copied'),
    },
    {
      label: 'Copy digest',
      icon: <IconFingerprint {...icon} />,
      disabledReason: noDigest,
      run: () => copyAndSay(digest, 'Digest copied'),
    },
    'divider',
    ...changeEntries({ place, noChange, tag, tags, digest: details?.digest }),
  ];
};

/** What can be done with one row: by right click, or the menu key. */
export const TagMenu = (props: TagMenuProps) => {
  const { menu, onClose } = props;
  return (
    <ContextMenu
      label={menu === null ? '' : `Tag ${menu.tag}`}
      anchor={menu?.anchor ?? null}
      entries={menu === null ? [] : entriesOf(menu.tag, props)}
      onClose={onClose}
    />
  );
};
