import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { app, ipcMain, type BrowserWindow } from 'electron';
import { createFileSink } from '#core/log/file-sink';
import { createLog } from '#core/log/create-log';
import type { Services } from '#core/services/index';
import { openSettings } from '#core/settings/open-settings';
import { cancelWithWindow, registerContract } from '#shell/ipc/register';
import { createSenderCheck, originOf } from '#shell/ipc/sender';
import { keepOpen } from '#shell/keep-open';
import { setApplicationMenu } from '#shell/menu';
import { denyPermissions, lockDown } from '#shell/security/lockdown';
import { appOrigin, declareAppScheme, serveApp } from '#shell/security/scheme';
import { applyTheme, openMainWindow, preloadPath } from '#shell/window/main-window';

const outDirectory = dirname(dirname(fileURLToPath(import.meta.url)));
const devUrl = app.isPackaged ? undefined : process.env['ELECTRON_RENDERER_URL'];
const windowUrl = devUrl ?? `${appOrigin}/index.html`;
const trustedOrigin = originOf(windowUrl) ?? appOrigin;

const userDataDir = app.commandLine.getSwitchValue('user-data-dir');
if (userDataDir !== '') app.setPath('userData', userDataDir);

declareAppScheme();
// Electron would drop --no-sandbox here, without which Chromium does not run as root at all.
if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox();
lockDown(trustedOrigin);

if (app.requestSingleInstanceLock()) void start();
else app.quit();

async function start(): Promise<void> {
  const directory = app.getPath('userData');
  const logFile = createFileSink({ path: join(directory, 'logs', 'tagboat.log') });
  const log = createLog({ write: (line) => logFile.write(line) });
  const settings = await openSettings({ directory });
  let services: Promise<Services> | undefined;
  const loadServices = (): Promise<Services> =>
    (services ??= import('#shell/compose').then(({ compose }) =>
      compose({ directory, settings, log }),
    ));

  let isClosed = false;
  app.on('will-quit', (event) => {
    if (isClosed) return;
    event.preventDefault();
    isClosed = true;
    const closing = services === undefined ? settings.close() : services.then((one) => one.close());
    void closing
      .catch((error: unknown) => log.error('closing failed', { error }))
      .then(() => logFile.close())
      .finally(() => app.quit());
  });

  applyTheme(settings.current().theme);
  await app.whenReady();
  denyPermissions();
  setApplicationMenu(devUrl !== undefined);
  serveApp(join(outDirectory, 'renderer'));
  const streams = registerContract({
    ipcMain,
    isTrustedSender: createSenderCheck(trustedOrigin),
    handlers: async () => (await loadServices()).handlers,
    onUnexpected: (channel, error) =>
      log.error('a request failed unexpectedly', { channel, error }),
  });
  const openWindow = (): BrowserWindow => {
    const window = openMainWindow({
      url: windowUrl,
      preload: preloadPath(outDirectory),
      bounds: settings.current().bounds,
      onBoundsChange: (bounds) =>
        void settings.update((current) => ({
          ...current,
          bounds: { ...current.bounds, ...bounds },
        })),
    });
    cancelWithWindow(window.webContents, streams);
    return window;
  };
  const window = openWindow();
  const loaded = loadServices();
  window.once('ready-to-show', () => void loaded.then((one) => one.startLocal()));
  keepOpen({ services: loadServices, openWindow });
}
