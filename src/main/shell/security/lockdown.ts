import { app, session, type WebContents } from 'electron';
import { originOf } from '../ipc/sender';

/** No navigation, no new windows, no webviews, no permissions: the window shows the app and nothing else. */
export const lockDown = (trustedOrigin: string): void => {
  app.on('web-contents-created', (_event, contents) => lockContents(contents, trustedOrigin));
};

/** Denies every permission request and check; the clipboard is written by main. */
export const denyPermissions = (): void => {
  session.defaultSession.setPermissionRequestHandler((_contents, _permission, answer) =>
    answer(false),
  );
  session.defaultSession.setPermissionCheckHandler(() => false);
  session.defaultSession.setDevicePermissionHandler(() => false);
};

const lockContents = (contents: WebContents, trustedOrigin: string): void => {
  contents.on('will-navigate', (event, url) => {
    if (originOf(url) !== trustedOrigin) event.preventDefault();
  });
  contents.on('will-redirect', (event) => event.preventDefault());
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
};
