import { IconHistory, IconLayoutSidebarRight, IconSearch, IconSettings } from '@tabler/icons-react';
import { IconAction } from '#components/IconAction';
import { Kbd } from '#components/Kbd';
import { useDialogs } from '#state/dialogs';
import { useLayout } from '#state/layout';
import { usePalette } from '#state/palette';
import { Breadcrumb } from './Breadcrumb';
import { LogoMark } from './LogoMark';
import classes from './TopBar.module.css';

const PaletteButton = () => {
  const openPalette = usePalette((state) => state.openPalette);
  return (
    <button
      type="button"
      className={classes['palette']}
      aria-label="Go to registry, repository, tag, action"
      aria-haspopup="dialog"
      aria-keyshortcuts="Control+K"
      onClick={openPalette}
    >
      <IconSearch size={15} stroke={1.7} aria-hidden />
      <span className={classes['paletteText']}>Go to registry, repository, tag, action</span>
      <span aria-hidden>
        <Kbd shortcut="Mod+K" />
      </span>
    </button>
  );
};

/** Name, where the user is, the way to everything, settings. */
export const TopBar = () => {
  const openDialog = useDialogs((state) => state.openDialog);
  const isInspectorOpen = useLayout((state) => state.inspectorOpen);
  const setInspectorOpen = useLayout((state) => state.setInspectorOpen);
  return (
    <div className={classes['root']}>
      <LogoMark />
      <h1 className={classes['name']}>Tagboat</h1>
      <Breadcrumb />
      <PaletteButton />
      <IconAction
        label={isInspectorOpen ? 'Hide the image pane' : 'Show the image pane'}
        aria-pressed={isInspectorOpen}
        icon={<IconLayoutSidebarRight size={17} stroke={1.6} />}
        onClick={() => setInspectorOpen(!isInspectorOpen)}
      />
      <IconAction
        label="Changes and undo"
        aria-haspopup="dialog"
        icon={<IconHistory size={17} stroke={1.6} />}
        onClick={() => openDialog({ kind: 'changes' })}
      />
      <IconAction
        label="Settings"
        icon={<IconSettings size={17} stroke={1.6} />}
        onClick={() => openDialog({ kind: 'settings' })}
      />
    </div>
  );
};
