import { Menu, nativeImage, Tray, type MenuItemConstructorOptions } from 'electron';
import type { LocalRuntime, RuntimeState } from '#core/local-runtime/index';
import colour from '../../../resources/tray.png?inline';
import template from '../../../resources/trayTemplate.png?inline';

type Ports = {
  readonly local: Pick<LocalRuntime, 'state' | 'watch' | 'start' | 'stop'>;
  readonly onOpen: () => void;
  readonly onQuit: () => void;
};

/** An icon that stands for the local registry while it goes on without a window. */
export type RegistryTray = { readonly show: () => void; readonly hide: () => void };

export const createRegistryTray = (ports: Ports): RegistryTray => {
  let shown: { readonly tray: Tray; readonly stop: () => void } | undefined;
  return {
    show: () => {
      if (shown) return;
      const tray = new Tray(icon());
      const tell = (): void => {
        const { state } = ports.local.state();
        tray.setToolTip(`Tagboat: ${wordsFor(state)}`);
        tray.setContextMenu(Menu.buildFromTemplate(menuFor(state, ports)));
      };
      tray.on('click', ports.onOpen);
      tell();
      shown = { tray, stop: ports.local.watch(tell) };
    },
    hide: () => {
      shown?.stop();
      shown?.tray.destroy();
      shown = undefined;
    },
  };
};

/** macOS draws a template in the colour of its menu bar. */
const icon = (): Electron.NativeImage => {
  const isMac = process.platform === 'darwin';
  const image = nativeImage.createFromDataURL(isMac ? template : colour);
  if (!isMac) return image;
  const resized = image.resize({ width: 18, height: 18 });
  resized.setTemplateImage(true);
  return resized;
};

const menuFor = (state: RuntimeState, ports: Ports): MenuItemConstructorOptions[] => [
  { label: wordsFor(state), enabled: false },
  { type: 'separator' },
  { label: 'Open Tagboat', click: ports.onOpen },
  switchFor(state, ports),
  { type: 'separator' },
  { label: 'Quit', click: ports.onQuit },
];

/** What goes wrong stands in the state, and so in the menu. */
const switchFor = ({ kind }: RuntimeState, { local }: Ports): MenuItemConstructorOptions =>
  kind === 'off' || kind === 'failed'
    ? {
        label: 'Start the local registry',
        click: () => void local.start().catch(() => undefined),
      }
    : {
        label: 'Stop the local registry',
        enabled: kind === 'running',
        click: () => void local.stop().catch(() => undefined),
      };

const wordsFor = (state: RuntimeState): string => {
  switch (state.kind) {
    case 'off':
      return 'The local registry is off';
    case 'starting':
      return 'The local registry starts';
    case 'running':
      return state.silentSince === undefined
        ? `The local registry runs at ${new URL(state.origin).host}`
        : 'The local registry does not answer';
    case 'stopping':
      return 'The local registry stops';
    case 'failed':
      return 'The local registry has failed';
  }
};
