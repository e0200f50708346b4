import { Menu } from '@mantine/core';
import { IconCheck, IconChevronDown, IconStack2 } from '@tabler/icons-react';
import type { IndexEntry } from '#contract/image';
import { visibleText } from '#oci/text';
import { entryLabel } from './index-entries';
import classes from './PlatformSwitch.module.css';

/** More than these stand in a menu: a wall of badges tells less than a list. */
const mostBadges = 6;

export type PlatformSwitchProps = {
  /** The images of the index. */
  readonly images: readonly IndexEntry[];
  /** Digest of the image that is shown; undefined for the index itself. */
  readonly shown: string | undefined;
  readonly onIndex: () => void;
  readonly onImage: (entry: IndexEntry) => void;
};

const Badges = ({ images, shown, onIndex, onImage }: PlatformSwitchProps) => (
  <fieldset className={classes['badges']} aria-label="Platform">
    <button
      type="button"
      className={classes['badge']}
      aria-pressed={shown === undefined}
      data-hint="The index: all platforms"
      onClick={onIndex}
    >
      <IconStack2 size={13} stroke={1.8} aria-hidden /> index
    </button>
    {images.map((entry) => (
      <button
        key={entry.digest}
        type="button"
        className={classes['badge']}
        aria-pressed={shown === entry.digest}
        onClick={() => onImage(entry)}
      >
        {visibleText(entryLabel(entry))}
      </button>
    ))}
  </fieldset>
);

const PlatformMenu = ({ images, shown, onIndex, onImage }: PlatformSwitchProps) => {
  const current = images.find(({ digest }) => digest === shown);
  const label = current === undefined ? `index of ${images.length} platforms` : entryLabel(current);
  return (
    <Menu position="bottom-start" width={240}>
      <Menu.Target>
        <button
          type="button"
          className={classes['badge']}
          data-menu
          aria-label={`Platform: ${visibleText(label)}`}
        >
          <IconStack2 size={13} stroke={1.8} aria-hidden />
          {visibleText(label)}
          <IconChevronDown size={13} stroke={1.8} aria-hidden />
        </button>
      </Menu.Target>
      <Menu.Dropdown className={classes['menu'] ?? ''}>
        <Menu.Item
          rightSection={current === undefined ? <IconCheck size={14} aria-label="shown" /> : null}
          onClick={onIndex}
        >
          index
        </Menu.Item>
        <Menu.Divider />
        {images.map((entry) => (
          <Menu.Item
            key={entry.digest}
            rightSection={
              entry.digest === shown ? <IconCheck size={14} aria-label="shown" /> : null
            }
            onClick={() => onImage(entry)}
          >
            {visibleText(entryLabel(entry))}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
};

/** The platforms of an index: picking one shows that image. */
export const PlatformSwitch = (props: PlatformSwitchProps) =>
  props.images.length <= mostBadges ? <Badges {...props} /> : <PlatformMenu {...props} />;
