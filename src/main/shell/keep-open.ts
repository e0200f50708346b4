import { app, BrowserWindow } from 'electron';
import type { Services } from '#core/services/index';
import type { RegistryTray } from './tray';

type Ports = {
  readonly services: () => Promise<Services>;
  readonly openWindow: () => BrowserWindow;
};

/**
 * What happens when the last window is closed, and how it comes back: the app ends, unless the local registry is to go
 * on with an icon in the tray.
 */
export const keepOpen = ({ services, openWindow }: Ports): void => {
  let tray: Promise<RegistryTray> | undefined;
  let isQuitting = false;
  const show = (): void => {
    const window = BrowserWindow.getAllWindows()[0];
    if (!window) openWindow();
    else if (window.isMinimized()) window.restore();
    window?.focus();
    void tray?.then((one) => one.hide());
  };
  const loadTray = async ({ local }: Services): Promise<RegistryTray> => {
    const { createRegistryTray } = await import('./tray');
    return createRegistryTray({ local, onOpen: show, onQuit: () => app.quit() });
  };

  app.on('before-quit', () => {
    isQuitting = true;
  });
  app.on('second-instance', show);
  app.on('activate', show);
  app.on('window-all-closed', () => {
    void services().then(
      async (one) => {
        if (isQuitting || !staysOn(one)) return app.quit();
        tray ??= loadTray(one);
        const shown = await tray;
        if (BrowserWindow.getAllWindows().length === 0) shown.show();
      },
      () => app.quit(),
    );
  });
};

const staysOn = ({ local }: Services): boolean => {
  const { state, settings } = local.state();
  return settings.staysInTray && (state.kind === 'running' || state.kind === 'starting');
};
