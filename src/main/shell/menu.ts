import { Menu, type MenuItemConstructorOptions } from 'electron';

const isMac = process.platform === 'darwin';

/**
 * The standard roles, so that copy, paste, zoom and quit work everywhere. Tagboat's own actions live in the
 * command palette of the window, which knows what is selected.
 */
export const setApplicationMenu = (isDevelopment: boolean): void => {
  const view: MenuItemConstructorOptions[] = [
    { role: 'resetZoom' },
    { role: 'zoomIn' },
    { role: 'zoomOut' },
    { type: 'separator' },
    { role: 'togglefullscreen' },
  ];
  const development: MenuItemConstructorOptions[] = [
    { type: 'separator' },
    { role: 'reload' },
    { role: 'toggleDevTools' },
  ];
  Menu.setApplicationMenu(
    Menu.buildFromTemplate([
      ...(isMac ? [{ role: 'appMenu' as const }] : [{ role: 'fileMenu' as const }]),
      { role: 'editMenu' },
      { label: 'View', submenu: isDevelopment ? [...view, ...development] : view },
      { role: 'windowMenu' },
    ]),
  );
};
